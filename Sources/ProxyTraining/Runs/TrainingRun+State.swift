// A run on its way, as a file from which it continues to the same bits.

import ConvolutionKernels
import Foundation
import NetworkExecution
import Networks
import TensorFiles

extension TrainingRun {
    /// Writes everything that the rest of the run depends on, in one step: a run that is killed while saving
    /// leaves the file as it was.
    package func save(to path: String) throws {
        var file = Safetensors(tensors: [], metadata: identity)
        file.metadata["epochs_done"] = "\(finishedEpochs)"
        file.metadata["curve"] = String(decoding: try JSONEncoder().encode(curve), as: UTF8.self)
        for (name, weights) in try savedParts() {
            file.tensors += weights.stateTensors(of: network, prefix: name + "/")
        }
        try file.write(to: path)
    }

    /// Continues where the run that wrote a file was; throws where that was another run, and stays as it is.
    package func restore(from path: String) throws {
        let file = try Safetensors(contentsOf: path)
        for (key, value) in identity.sorted(by: { $0.key < $1.key }) where file.metadata[key] != value {
            throw TrainingError.state(
                "\(path): the saved run has \(key) \(file.metadata[key] ?? "unknown"), this one \(value); "
                    + "remove the file to begin anew.")
        }
        guard let epochs = file.metadata["epochs_done"].flatMap({ Int($0) }), (0...stretch.epochs) ~= epochs
        else { throw TrainingError.state("\(path): it does not say how many epochs are done; remove it.") }
        let tensors = Dictionary(file.tensors.map { ($0.name, $0.values) }, uniquingKeysWith: { $1 })
        // All is read before anything is taken over, so a file that lacks a part changes nothing.
        let parts = try partNames.map { name in
            try NetworkWeights(state: tensors, prefix: name + "/", file: path, for: network)
        }
        for (weights, (parameters, statistics)) in zip(parts, try arrays()) {
            trainable.layout.write(weights, parameters: parameters.start, statistics: statistics.start)
        }
        restore(epochs: epochs)
        // Versions before 0.5 saved no curve; then it begins here.
        let saved = file.metadata["curve"].map { Data($0.utf8) }
        curve = saved.flatMap { try? JSONDecoder().decode([EpochReport].self, from: $0) } ?? []
    }

    /// What must agree between a saved run and the one that continues it.
    private var identity: [String: String] {
        let recipe = stretch.recipe
        return [
            "network": network.contentHash, "batch": "\(recipe.imagesPerStep)",
            "epochs": "\(stretch.epochs)", "optimiser": "\(optimiser.rule)",
            "schedule": recipe.schedule.rawValue, "rate": "\(stretch.rate)",
            "decay": "\(recipe.weightDecay) \(recipe.decaysVectors)",
            "label_smoothing": "\(recipe.labelSmoothing)", "dropout": "\(recipe.dropout(for: network))",
            "drop_path": "\(recipe.dropPath(for: network))",
            "average": recipe.averageDecay.map { "\($0) warmed up" } ?? "none",
            "augmentation": "\(recipe.flips) \(recipe.shift)", "seed": "\(stretch.seed)",
        ]
    }

    /// Arrays that are saved, each with statistics beside it; where there are none, room that is not used.
    private func arrays() throws(AllocationError) -> [(parameters: AlignedFloats, statistics: AlignedFloats)]
    {
        let unused = try AlignedFloats(count: trainable.layout.statisticsCount)
        var arrays = [(trainable.parameters, trainable.statistics)]
        if let average = optimiser.average, let statistics = optimiser.averageStatistics {
            arrays.append((average, statistics))
        }
        return arrays + optimiser.state.map { ($0, unused) }
    }

    /// The name of each of the arrays.
    private var partNames: [String] {
        ["weights"] + (optimiser.average == nil ? [] : ["average"])
            + optimiser.state.indices.map { "state\($0)" }
    }

    private func savedParts() throws(AllocationError) -> [(name: String, weights: NetworkWeights)] {
        zip(partNames, try arrays()).map { name, arrays in
            (
                name,
                trainable.layout.read(
                    parameters: arrays.parameters.start, statistics: arrays.statistics.start,
                    epsilon: network.architecture.batchNormEpsilon)
            )
        }
    }
}
