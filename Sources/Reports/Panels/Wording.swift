// Figures in words, the same in all panels.

import CompoundSearch
import Figures
import Networks
import Rendering

extension Double {
    /// A share of 1 in percent.
    func percent(_ digits: Int = 2) -> String { (100 * self).digits(digits) + " %" }

    /// A time of an inference with as many digits as say something.
    var milliseconds: String { self < 10 ? digits(3) : self < 100 ? digits(2) : digits(1) }
}

extension Int {
    /// So many of something.
    func counted(_ one: String, _ many: String? = nil) -> String {
        "\(grouped) \(self == 1 ? one : many ?? one + "s")"
    }
}

extension Double {
    /// Seconds as a person says them.
    var duration: String {
        if self < 1 { return "less than a second" }
        let whole = Int(rounded())
        if whole < 120 { return whole.counted("second") }
        if whole < 7200 { return "\((self / 60).digits(0)) minutes" }
        return "\((self / 3600).digits(1)) hours"
    }
}

extension TrialFinding {
    /// What a pointer that rests on it is told.
    var hover: String {
        var parts = [name]
        if let accuracy { parts.append(accuracy.percent()) }
        if let latency { parts.append("\(latency.milliseconds) ms") }
        parts.append("\(macs.short) macs")
        parts.append("\(blocks) blocks, \(resolution) px")
        if state != "complete" { parts.append(state.replacing("_", with: " ")) }
        return parts.joined(separator: " · ")
    }

    /// By what its marks and rows are known.
    var key: String { "t\(id)" }
}

extension StudyFindings {
    /// What a pointer is told that rests on a trial's mark, where the mark carries it.
    func hover(_ trial: TrialFinding) -> String? { tellsTrials ? trial.hover : nil }

    /// The trials that a plot of lines shows.
    func lined(_ trials: [TrialFinding]) -> [TrialFinding] { plotted(trials, most: mostLines) }

    /// The trials that a plot shows: all, or where there are too many those of `keeping` and every so many-th of the rest.
    func plotted(_ trials: [TrialFinding], keeping: Set<Int> = []) -> [TrialFinding] {
        plotted(trials, keeping: keeping, most: mostPoints)
    }

    private func plotted(
        _ trials: [TrialFinding], keeping: Set<Int> = [], most: Int?
    ) -> [TrialFinding] {
        guard let most, trials.count > most else { return trials }
        let kept = keeping.union([answer.trial].compactMap(\.self))
        let places = max(1, most - trials.count { kept.contains($0.id) })
        let others = trials.filter { !kept.contains($0.id) }
        let chosen = Set((0..<min(places, others.count)).map { others[$0 * others.count / places].id })
        return trials.filter { kept.contains($0.id) || chosen.contains($0.id) }
    }

    /// What a caption says where a plot shows fewer trials than there are; nil where it shows all.
    func omission(_ shown: Int, of all: Int) -> String? {
        shown < all ? "Drawn are \(shown.grouped) of \(all.counted("trial")), evenly chosen." : nil
    }
}

extension [String?] {
    /// The sentences that there are.
    var sentences: String { compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ") }
}
