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
        for (name, weights) in savedParts() {
            for (layer, matrices) in zip(network.layers, weights.layers) {
                for (index, matrix) in matrices.enumerated() {
                    file.tensors += matrix.tensors("\(name)/\(layer.name)/\(index)")
                }
            }
        }
        // The rename is what readers see, and it happens at once or not at all.
        try file.write(to: path + ".part")
        guard rename(path + ".part", path) == 0 else {
            throw TrainingError.state("\(path): \(String(cString: strerror(errno))).")
        }
    }

    /// Continues where the run that wrote a file was; throws where that was another run, and stays as it is.
    package func restore(from path: String) throws {
        let file = try Safetensors(contentsOf: path)
        for (key, value) in identity.sorted(by: { $0.key < $1.key }) where file.metadata[key] != value {
            throw TrainingError.state(
                "\(path): the saved run has \(key) \(file.metadata[key] ?? "unknown"), this one \(value); "
                    + "remove the file to begin anew.")
        }
        guard let epochs = file.metadata["epochs_done"].flatMap({ Int($0) }), (0...options.epochs) ~= epochs
        else { throw TrainingError.state("\(path): it does not say how many epochs are done; remove it.") }
        let tensors = Dictionary(file.tensors.map { ($0.name, $0.values) }, uniquingKeysWith: { $1 })
        // All is read before anything is taken over, so a file that lacks a part changes nothing.
        let parts = try savedParts().map { name, weights in
            var weights = weights
            for (place, layer) in network.layers.enumerated() {
                for number in weights.layers[place].indices {
                    try weights.layers[place][number].fill(
                        from: tensors, "\(name)/\(layer.name)/\(number)", file: path)
                }
            }
            return weights
        }
        for (weights, (parameters, statistics)) in zip(parts, arrays) {
            trainable.layout.write(weights, parameters: parameters.start, statistics: statistics.start)
        }
        restore(epochs: epochs)
    }

    /// What must agree between a saved run and the one that continues it.
    private var identity: [String: String] {
        [
            "network": network.contentHash, "batch": "\(options.batch)", "epochs": "\(options.epochs)",
            "optimiser": "\(options.rule)", "schedule": options.schedule.rawValue, "rate": "\(options.rate)",
            "decay": "\(options.decay) \(options.decaysVectors)",
            "label_smoothing": "\(options.labelSmoothing)", "dropout": "\(options.dropout)",
            "drop_path": "\(options.dropPath)", "average": options.averageKeep.map { "\($0)" } ?? "none",
            "augmentation": "\(options.flip) \(options.shift)", "seed": "\(options.seed)",
        ]
    }

    /// Arrays that are saved, each with statistics beside it; where there are none, room that is not used.
    private var arrays: [(parameters: AlignedFloats, statistics: AlignedFloats)] {
        let unused = AlignedFloats(count: trainable.layout.statisticsCount)
        var arrays = [(trainable.parameters, trainable.statistics)]
        if let average = optimiser.average, let statistics = optimiser.averageStatistics {
            arrays.append((average, statistics))
        }
        return arrays + optimiser.state.map { ($0, unused) }
    }

    private func savedParts() -> [(name: String, weights: NetworkWeights)] {
        let names =
            ["weights"] + (optimiser.average == nil ? [] : ["average"])
            + optimiser.state.indices.map { "state\($0)" }
        return zip(names, arrays).map { name, arrays in
            (
                name,
                trainable.layout.read(
                    parameters: arrays.parameters.start, statistics: arrays.statistics.start,
                    epsilon: network.architecture.batchNormEpsilon)
            )
        }
    }
}

extension MatrixWeights {
    fileprivate func tensors(_ name: String) -> [NamedTensor] {
        let parts: [(String, [Float]?)] = [
            ("weight", weight), ("bias", bias), ("scale", norm?.scale), ("shift", norm?.shift),
            ("mean", norm?.mean), ("variance", norm?.variance),
        ]
        return parts.compactMap { part, values in
            values.map { NamedTensor("\(name)/\(part)", shape: [$0.count], values: $0) }
        }
    }

    fileprivate mutating func fill(
        from tensors: [String: [Float]], _ name: String, file: String
    ) throws(TrainingError) {
        func fill(_ values: inout [Float], _ part: String) throws(TrainingError) {
            guard let saved = tensors["\(name)/\(part)"], saved.count == values.count else {
                throw .state("\(file): \(name)/\(part) is missing or of another size; remove the file.")
            }
            values = saved
        }
        try fill(&weight, "weight")
        if var values = bias {
            try fill(&values, "bias")
            bias = values
        }
        guard var norm else { return }
        try fill(&norm.scale, "scale")
        try fill(&norm.shift, "shift")
        try fill(&norm.mean, "mean")
        try fill(&norm.variance, "variance")
        self.norm = norm
    }
}
