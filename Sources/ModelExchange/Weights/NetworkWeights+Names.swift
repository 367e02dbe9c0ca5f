// Weights from and to tensors with names. Batch norms stay as they are: nothing is folded, so that what is read and
// written again is the same to the bit.

import NetworkExecution
import Networks
import TensorFiles

extension NetworkWeights {
    /// The weights that tensors of these names are for a network; `file` is what errors call them.
    ///
    /// Everything that is missing, unknown or of another shape is named in one error.
    init(
        _ tensors: Safetensors, named names: [[ParameterName]], file: String, for network: Network
    ) throws(WeightsError) {
        var source = TensorSource(tensors)
        var layers: [[MatrixWeights]] = []
        for (layer, names) in zip(network.layers, names) {
            layers.append(
                zip(layer.operation.matrices, names).map { shape, name in
                    source.matrix(shape, name, epsilon: network.architecture.batchNormEpsilon)
                })
        }
        try source.check(file: file, network: network.architecture.name)
        self.init(layers: layers)
    }

    /// The weights of a network as tensors of these names; throws where a batch norm is folded away.
    func tensors(named names: [[ParameterName]], of network: Network) throws -> Safetensors {
        try check(against: network)
        var file = Safetensors(tensors: [])
        for ((layer, matrices), names) in zip(zip(network.layers, layers), names) {
            for ((shape, matrix), name) in zip(zip(layer.operation.matrices, matrices), names) {
                guard (matrix.norm != nil) == shape.normalised, (matrix.bias != nil) == shape.hasBias else {
                    throw WeightsError(
                        "the batch norm of \(layer.name) is folded away, and files keep it apart; write the "
                            + "weights as they were before folding.")
                }
                file.append(matrix, name, shape)
            }
        }
        return file
    }

    /// The weights with variances that are larger by a number.
    func raisingVariances(by rise: Double) -> NetworkWeights {
        var raised = self
        for layer in raised.layers.indices {
            for index in raised.layers[layer].indices {
                guard let norm = raised.layers[layer][index].norm else { continue }
                raised.layers[layer][index].norm?.variance = norm.variance.map { Float(Double($0) + rise) }
            }
        }
        return raised
    }
}

extension Safetensors {
    /// Appends the tensors of one matrix and its batch norm.
    fileprivate mutating func append(_ matrix: MatrixWeights, _ name: ParameterName, _ shape: MatrixShape) {
        tensors.append(
            NamedTensor(
                name.module + ".weight", shape: shape.tensorShape(axes: name.axes), values: matrix.weight))
        func append(_ name: String, _ values: [Float]) {
            tensors.append(NamedTensor(name, shape: [shape.outputs], values: values))
        }
        if let bias = matrix.bias { append(name.module + ".bias", bias) }
        guard let norm = matrix.norm, let module = name.norm else { return }
        append(module + ".weight", norm.scale)
        append(module + ".bias", norm.shift)
        append(module + ".running_mean", norm.mean)
        append(module + ".running_var", norm.variance)
        counters[module + ".num_batches_tracked"] = 0
    }
}

/// Hands out a file's tensors by name and remembers what does not fit.
private struct TensorSource {
    private var tensors: [String: NamedTensor]
    private var counters: Set<String>
    private var missing: [String] = []
    private var wrong: [String] = []
    private var negative: String?

    init(_ file: Safetensors) {
        tensors = Dictionary(file.tensors.map { ($0.name, $0) }) { first, _ in first }
        counters = Set(file.counters.keys)
    }

    mutating func matrix(_ shape: MatrixShape, _ name: ParameterName, epsilon: Double) -> MatrixWeights {
        var matrix = MatrixWeights(
            weight: values(name.module + ".weight", shape.tensorShape(axes: name.axes)),
            bias: shape.hasBias ? values(name.module + ".bias", [shape.outputs]) : nil)
        guard let module = name.norm else { return matrix }
        let norm = BatchNorm(
            scale: values(module + ".weight", [shape.outputs]),
            shift: values(module + ".bias", [shape.outputs]),
            mean: values(module + ".running_mean", [shape.outputs]),
            variance: values(module + ".running_var", [shape.outputs]), epsilon: epsilon)
        if negative == nil, norm.variance.contains(where: { $0 < 0 }) { negative = module + ".running_var" }
        matrix.norm = norm
        // How many batches a norm has seen changes nothing that it computes; old files do without.
        counters.remove(module + ".num_batches_tracked")
        return matrix
    }

    private mutating func values(_ name: String, _ shape: [Int]) -> [Float] {
        guard let tensor = tensors.removeValue(forKey: name) else {
            missing.append(name)
            return []
        }
        if tensor.shape != shape {
            wrong.append("\(name): \(tensor.shape.asShape) instead of \(shape.asShape)")
        }
        return tensor.values
    }

    func check(file: String, network: String) throws(WeightsError) {
        let extra = (Array(tensors.keys) + counters).sorted()
        guard missing.isEmpty, wrong.isEmpty, extra.isEmpty else {
            throw WeightsError(file: file, network: network, missing: missing, extra: extra, wrong: wrong)
        }
        if let negative {
            throw WeightsError(
                "\(file): tensor \(negative.quoted) holds a negative variance; write the file again from "
                    + "running statistics.")
        }
    }
}
