// The trial that a study's answer recommends: one and the same for search, fit, query and export.

import CompoundSearch
import Descriptions
import ResultStore

/// The recommended trial of a study with the answer that recommends it.
package struct AnsweredTrial {
    /// The trial.
    package let record: TrialRecord
    /// The answer.
    package let document: ScalingLawDocument

    /// The answer in words.
    package var sentence: String { document.sentence }

    /// The trial that the study's fit recommends; nil where the study, or the latest one, trained nothing, or too little for a fit.
    ///
    /// A study is named by its identifier or name.
    package init?(_ study: String?, in store: TrialStore) throws {
        let latest = try study ?? AnsweredTrial.latestStudy(in: store)
        guard let latest, let accuracies = try? AccuracyStudy(latest, in: store),
            let document = try? accuracies.document(accuracies.usualOptions),
            let hash = document.fit.recommended?.network.hash, let trial = accuracies.trials[hash]
        else { return nil }
        self.document = document
        record = try store.trial(id: trial)
    }

    /// The study to which the last trial belongs.
    private static func latestStudy(in store: TrialStore) throws -> String? {
        let table = try store.query(Query(columns: ["study"], sort: ["-id"], limit: 1))
        guard case .text(let id)? = table.rows.first?.first else { return nil }
        return id
    }
}
