// The trial that a study's answer recommends: one and the same for search, fit, query and export.

import CompoundSearch
import Descriptions
import ResultStore

/// The recommended trial of a study with the answer that recommends it.
package struct AnsweredTrial: Hashable, Sendable {
    /// The trial.
    package let record: TrialRecord
    /// The answer.
    package let document: ScalingLawDocument

    /// The answer in words.
    package var sentence: String { document.sentence }

    /// The trial that the study's fit recommends; nil where the study, or the latest one, trained nothing.
    ///
    /// A study is named by its identifier or name. Throws a `FitSourceError` where what it trained gives no answer.
    package init?(_ study: String?, in store: TrialStore) throws {
        let latest = try study ?? AnsweredTrial.latestStudy(in: store)
        guard let latest, try !store.accuracies(of: latest, filter: nil).isEmpty else { return nil }
        let accuracies = try AccuracyStudy(latest, in: store)
        document = try accuracies.document(accuracies.usualOptions)
        guard let hash = document.fit.recommended?.network.hash, let trial = accuracies.trials[hash] else {
            throw FitSourceError("study '\(accuracies.name)': no network of its budget was trained.")
        }
        record = try store.trial(id: trial)
    }

    /// The study to which the last trial belongs.
    private static func latestStudy(in store: TrialStore) throws -> String? {
        let table = try store.query(Query(columns: ["study"], sort: ["-id"], limit: 1))
        guard case .text(let id)? = table.rows.first?.first else { return nil }
        return id
    }
}
