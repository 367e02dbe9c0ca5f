// What a page recommends, as a filter of its rows.

import Reports

extension StoredPage {
    /// The filter of the trial that a study's answer recommends, by the study's name or id, the last study's unless one is given; says the
    /// answer on standard error.
    func filter(ofAnswer study: String?) throws -> String {
        let answers = answers.filter { study == nil || $0.id == study || $0.name == study }
        guard let answer = answers.last, let trial = answer.trial else {
            throw OutputError(
                "\(store.file): no trial is recommended\(study.map { " for study '\($0)'" } ?? "").")
        }
        Output.note(answer.sentence.wrapped(to: 100))
        return "id = \(trial)"
    }
}
