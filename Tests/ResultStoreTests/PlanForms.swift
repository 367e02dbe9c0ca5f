// Rungs of a plan: what the tests of training record and read, under the identity that a plan has by itself.

import CompoundSearch
import Foundation
import Measurements
import ResultStore

extension TrainingKey {
    /// The identity of a plan without images, instruction set and version.
    init(_ plan: AccuracyPlan) {
        let trainer =
            switch plan.trainer {
            case .data(let name, _): name
            case .command(let words): words.joined(separator: " ")
            }
        let settings = plan.recipe.settings.map { "\($0.name): \($0.value)" }
        let recipe = "{" + settings.joined(separator: ", ") + "}"
        self.init(hash: trainer + recipe, trainer: trainer, recipe: recipe)
    }
}

extension TrialStore {
    /// The rungs of a study's trials that were trained as a plan says.
    func rungs(study: String, plan: AccuracyPlan) throws -> [FinishedRung] {
        let networks = try query(Query(columns: ["network_hash"], filter: "study = '\(study)'")).rows
        let hashes = networks.compactMap { if case .text(let hash) = $0[0] { hash } else { nil } }
        return try rungs(of: hashes, study: study, training: TrainingKey(plan))
    }

    /// The number of the training of a plan, or nil.
    func training(_ plan: AccuracyPlan) throws -> Int? { try training(TrainingKey(plan)) }

    /// Records a rung of a plan.
    @discardableResult
    func record(
        _ finished: FinishedRung, study: String, plan: AccuracyPlan, machine: Machine, toolVersion: String,
        now: Date = Date()
    ) throws -> Bool {
        try record(
            finished, study: study, training: TrainingKey(plan), machine: machine, toolVersion: toolVersion,
            now: now)
    }
}
