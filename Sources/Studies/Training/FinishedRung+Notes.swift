// What a person should know about accuracies that look like success and are none.

import CompoundSearch

extension [FinishedRung] {
    /// The notes on candidates' last rungs, one sentence for all that are alike.
    var notes: [String] {
        let last = Dictionary(
            filter { $0.result != nil }.map { ($0.networkHash, $0) },
            uniquingKeysWith: { $1.rung.epochs > $0.rung.epochs ? $1 : $0 })
        let noted = Dictionary(grouping: last.values.compactMap(\.result), by: \.note)
        return noted.sorted { ($1.value.count, $0.key ?? "") < ($0.value.count, $1.key ?? "") }
            .compactMap { note, alike in
                guard let note else { return nil }
                let share = alike.compactMap(\.mostCommonShare).max().map {
                    "; the most common class is \(Int(($0 * 100).rounded())) % of the validation images, so compare "
                        + "balanced_accuracy"
                }
                return "\(alike.count) of \(last.count) trained candidates: \(note)\(share ?? "")."
            }
    }
}
