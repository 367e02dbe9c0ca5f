// --from-fit: coefficients from a file that `fit` wrote, or from a study of the store, fitted on the spot.

import ArgumentParser
import CompoundSearch
import Descriptions
import Networks
import Rendering
import ResultStore
import Studies

/// Where fitted coefficients come from.
struct FitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take α, β and γ from this file of compound fit, or fit this study of the store.",
            valueName: "file|study"))
    var fromFit: String?

    /// The fitted coefficients, or nil where none are asked for.
    func scaling(store: ReadStoreOptions) throws -> FittedScaling? {
        guard let fromFit else { return nil }
        if [".yaml", ".yml", ".json"].contains(where: fromFit.hasSuffix) || fromFit.contains("/") {
            return try FittedScaling(contentsOf: fromFit)
        }
        let study = try AccuracyStudy(fromFit, in: store.open())
        for note in study.notes { Output.note(note) }
        let document = try study.document(study.usualOptions)
        return FittedScaling(
            baseline: document.baseline, budget: document.fit.macsRatio,
            scale: document.fit.optimum.scale)
    }
}

extension FittedScaling {
    /// The network to scale: the one asked for, or the fit's own baseline.
    func network(
        _ name: String?, factors: FactorOptions, store: ReadStoreOptions
    ) throws -> Network {
        guard let name else { return try factors.realised(baseline, given: baseline.name) }
        let network = try factors.realised(NetworkReference(name).architecture(store: store), given: name)
        if try network.contentHash != Network(baseline).contentHash {
            Output.note(
                "note: the coefficients were fitted for \(baseline.name) at its own factors; for "
                    + "\(network.architecture.name) they are a guess.")
        }
        return network
    }

    /// A B-variant; a φ that leads beyond all networks is a bad argument.
    func realised(_ network: Network, phi: Double) throws -> Network {
        do {
            return try variant(of: network, phi: phi)
        } catch {
            throw ValidationError("at φ = \(phi.coefficient), \(error)")
        }
    }
}

extension AnsweredTrial {
    /// The trial that a study's fit recommends, or nil where there is none; a note says why, where the study trained candidates.
    init?(notingWhyNot study: String?, in store: TrialStore) throws {
        do {
            try self.init(study, in: store)
        } catch let error as FitSourceError {
            Output.note(
                "note: nothing is recommended, since \(error) Exported is the trial of the lowest latency_ratio; --objective "
                    + "accuracy takes the most accurate one.")
            return nil
        }
    }
}
