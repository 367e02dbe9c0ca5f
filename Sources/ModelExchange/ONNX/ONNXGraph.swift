// The parts that an ONNX graph is made of: nodes and constant tensors, each added under a name of its own.

import Foundation

/// A graph under construction; every function returns the name of the tensor it adds.
struct ONNXGraph {
    private(set) var proto = ONNXGraphProto()

    /// A number or a list of integers that a node carries.
    enum Attribute {
        case integer(Int)
        case integers([Int])
        case number(Float)
    }

    /// An empty graph from an image of unknown batch to logits.
    init(name: String, image: [Int], logits: Int) {
        proto.name = name
        proto.input = [.tensor("x", image)]
        proto.output = [.tensor("y", [logits])]
    }

    /// Adds an operator; it is called like the tensor it makes.
    @discardableResult
    mutating func append(
        _ type: String, _ inputs: [String], to output: String,
        _ attributes: KeyValuePairs<String, Attribute> = [:]
    ) -> String {
        var node = ONNXNodeProto()
        node.input = inputs
        node.output = [output]
        node.name = output
        node.opType = type
        node.attribute = attributes.map { name, value in ONNXAttributeProto(name, value) }
        proto.node.append(node)
        return output
    }

    /// Adds a constant, its values as little-endian bytes.
    mutating func constant(_ name: String, _ dimensions: [Int], _ values: [Float]) -> String {
        var tensor = ONNXTensorProto()
        tensor.name = name
        tensor.dims = dimensions.map(Int64.init)
        tensor.dataType = ONNXGraph.float
        tensor.rawData = values.withUnsafeBytes { Data($0) }
        proto.initializer.append(tensor)
        return name
    }

    /// Adds a single number, once however often it is asked for.
    mutating func scalar(_ name: String, _ value: Float) -> String {
        if proto.initializer.contains(where: { $0.name == name }) { return name }
        return constant(name, [], [value])
    }

    /// The format's number for 32-bit floats.
    fileprivate static let float: Int32 = 1
}

extension ONNXAttributeProto {
    fileprivate init(_ name: String, _ value: ONNXGraph.Attribute) {
        self.init()
        self.name = name
        switch value {
        case .integer(let integer):
            type = .int
            i = Int64(integer)
        case .integers(let integers):
            type = .ints
            ints = integers.map(Int64.init)
        case .number(let number):
            type = .float
            f = number
        }
    }
}

extension ONNXValueInfoProto {
    /// A float tensor of any batch.
    fileprivate static func tensor(_ name: String, _ dimensions: [Int]) -> ONNXValueInfoProto {
        var batch = ONNXTensorShapeProto.Dimension()
        batch.dimParam = "batch"
        var info = ONNXValueInfoProto()
        info.name = name
        info.type.tensorType.elemType = ONNXGraph.float
        info.type.tensorType.shape.dim =
            [batch]
            + dimensions.map { size in
                var dimension = ONNXTensorShapeProto.Dimension()
                dimension.dimValue = Int64(size)
                return dimension
            }
        return info
    }
}
