// A network with its weights as an ONNX file (https://onnx.ai), for ONNX Runtime and whatever reads the format.
//
// Operator set 13: everything that reads ONNX at all reads it.

import Foundation
import NetworkExecution
import Networks

/// An ONNX model: image `x`, `[batch, channels, height, width]`, to logits `y`, `[batch, classes]`.
package struct ONNXFile {
    private let model: ONNXModelProto

    /// The model of a network; parameters, macs, the contract and the test vector stand in its metadata.
    package init(
        _ network: Network, weights: NetworkWeights, contract: InputContract? = nil, test: TestVector?,
        toolVersion: String
    ) throws {
        // Protocol buffers end at 2 GiB; a tenth of a percent is ample for all that is no weight.
        guard network.cost.weightBytes.value < (1 << 31) / 1000 * 999 else {
            throw ExportRefusal(
                "an ONNX file holds 2 GiB at most, and the weights of \(network.architecture.name) need "
                    + "\(network.cost.weightBytes.value) bytes; scale it down.")
        }
        try weights.check(against: network)
        let shape = network.input
        var graph = ONNXGraph(
            name: network.architecture.name, image: [shape.channels, shape.height, shape.width],
            logits: network.architecture.classes)
        let layers = network.layers
        func name(_ value: Value) -> String {
            value.layer < 0 ? "x" : value.layer == layers.count - 1 ? "y" : "\(layers[value.layer].name)"
        }
        for (layer, weights) in zip(layers, weights.layers) {
            graph.append(
                layer, name(layer.input), adding: layer.shortcuts.map(name), weights, to: name(layer.output))
        }
        var opset = ONNXOperatorSetIdProto()
        opset.domain = ""
        opset.version = 13
        var model = ONNXModelProto()
        model.irVersion = 7
        model.producerName = "compound"
        model.producerVersion = toolVersion
        model.opsetImport = [opset]
        model.graph = graph.proto
        var metadata = [
            ("parameters", "\(network.cost.parameters.value)"), ("macs", "\(network.cost.macs.value)"),
        ]
        if let test {
            metadata += [
                ("test_image", Network.testImageRule),
                ("test_logits", test.logits.map { "\($0)" }.joined(separator: ",")),
                ("test_tolerance", "\(test.tolerance)"),
            ]
        }
        let entries =
            metadata.map { ("compound." + $0, $1) }
            + (contract?.metadata ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        model.metadataProps = entries.map { key, value in
            var entry = ONNXStringStringEntryProto()
            entry.key = key
            entry.value = value
            return entry
        }
        self.model = model
    }

    /// One line for each node: what it makes, its operator, what it reads, its numbers.
    package var listing: [String] {
        model.graph.node.map { node in
            let numbers = node.attribute.map { attribute in
                let value =
                    switch attribute.type {
                    case .ints: "\(attribute.ints)"
                    case .int: "\(attribute.i)"
                    default: "\(attribute.f)"
                    }
                return " \(attribute.name)=\(value)"
            }
            return "\(node.output[0]) = \(node.opType)(\(node.input.joined(separator: ", ")))"
                + numbers.joined()
        }
    }

    /// What the file says about itself, by key.
    package var metadata: [String: String] {
        Dictionary(model.metadataProps.map { ($0.key, $0.value) }) { first, _ in first }
    }

    /// The shapes of the constants by name.
    package var constants: [String: [Int]] {
        Dictionary(model.graph.initializer.map { ($0.name, $0.dims.map(Int.init)) }) { first, _ in first }
    }

    /// The file's bytes.
    package func bytes() throws -> Data { try model.serializedBytes() }
}
