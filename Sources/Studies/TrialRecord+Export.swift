// A stored trial on its way back: as an architecture, and as the document that export writes.

import CompoundSearch
import Descriptions
import Networks
import ResultStore

extension TrialRecord {
    /// The network's description, read from the text that was stored with the trial; throws where it gives another network
    /// than was recorded.
    package var architecture: Architecture {
        get throws {
            let architecture = try Architecture(yaml: description, file: "trial:\(id)")
            let hash = try Network(architecture).contentHash
            guard hash == networkHash else {
                throw StudyError.changedDescription(trial: id, recorded: networkHash, described: hash)
            }
            return architecture
        }
    }

    /// The trial with one of its measurements, as a document.
    package func export(_ measurement: MeasurementRecord?) throws -> CandidateExport {
        var export = CandidateExport(
            try Network(architecture), coefficients: coefficients,
            ranges: CoefficientRanges(alpha: alpha, beta: beta, gamma: gamma))
        if let measurement, let latency = measurement.evaluation.latency {
            export.measurement = .init(
                latency: latency,
                conditions: measurement.conditions, measuredAt: measurement.measuredAt)
        }
        export.reproduction = .init(
            study: study.id, strategy: study.strategy, seed: study.seed, point: point,
            commands: commands(measurement))
        return export
    }

    /// Command lines that find and time the same network without the store.
    private func commands(_ measurement: MeasurementRecord?) -> [String] {
        var search = "compound search \(study.name).yaml --strategy \(study.strategy.rawValue)"
        if study.strategy == .random { search += " --seed \(study.seed)" }
        guard let conditions = measurement?.conditions, measurement?.evaluation.latency != nil else {
            return [search]
        }
        return [
            search,
            "compound bench \(reference) --threads \(conditions.threads) --batch \(conditions.batch) "
                + "--instruction-set \(conditions.instructionSet)",
        ]
    }

    /// The network as an argument: a built-in name with factors where that gives it, else the trial.
    private var reference: String {
        guard let built = try? PublishedNetworks.architecture(named: network), let own = try? architecture,
            own.scaling.stages == built.scaling.stages
        else { return "trial:\(id)" }
        var scaled = built
        scaled.scaling = own.scaling
        guard (try? Network(scaled).contentHash) == networkHash else { return "trial:\(id)" }
        return "\(network) --width \(own.scaling.width) --depth \(own.scaling.depth) "
            + "--resolution \(resolution)"
    }
}
