// The last seconds of a study: where the time of the network goes that it ends with. A report shows it and measures nothing.

import CompoundSearch
import Networks
import ResultStore

extension Study {
    /// Times the layers of the network that the study ends with, once under its conditions; nothing where latencies are not measured,
    /// or another process measures at this moment and will do it.
    func profile() throws {
        guard conditions.origin == .measured, let trial = try concluded(),
            try store.layerTimes(networkHash: trial.networkHash, conditions: conditions).isEmpty,
            case .granted(let claim) = try claims.claim("measuring")
        else { return }
        defer { claim.release() }
        observer.observe(.timingLayers(trial: trial.id))
        let profile: NetworkProfile?
        do {
            profile = try evaluator.profile(of: Network(trial.architecture))
        } catch {
            if let fault = SurroundingsFault(error) { throw fault }
            return observer.observe(.note("note: the layers of trial:\(trial.id) cannot be timed: \(error)"))
        }
        guard let profile else { return }
        try store.record(
            layerTimes: profile.layers, networkHash: trial.networkHash, conditions: conditions)
        try store.record(ceilings: profile.ceilings, conditions: conditions)
    }

    /// The trial that the study recommends, else the best by its objective; nil where there is none yet.
    private func concluded() throws -> TrialRecord? {
        do {
            if training != nil, let answered = try AnsweredTrial(draw.study, in: store) {
                return answered.record
            }
        } catch is FitSourceError {}
        do {
            return try store.best(by: draw.space.objective, study: draw.study).trial
        } catch StoreError.nothingToRank {
            return nil
        }
    }
}
