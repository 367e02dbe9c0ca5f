// How long each part of each layer takes within a step.

import Basics

/// The first thread's time, by what it does.
final class PartClock {
    /// A part of a layer and its time.
    struct Entry {
        let layer: Int
        let part: TrainingPhase.Part
        var nanoseconds = 0
    }

    /// What was done, in the order in which it began.
    private(set) var entries: [Entry] = []
    private var current: Int?
    private var since = ContinuousClock.now

    /// Ends what was done so far, and begins another part.
    func begin(_ layer: Int, _ part: TrainingPhase.Part) {
        end()
        current = entries.lastIndex { $0.layer == layer && $0.part == part }
        if current == nil {
            current = entries.count
            entries.append(Entry(layer: layer, part: part))
        }
    }

    /// Ends what was done so far.
    func end() {
        let now = ContinuousClock.now
        if let current { entries[current].nanoseconds += (now - since).inNanoseconds }
        current = nil
        since = now
    }
}
