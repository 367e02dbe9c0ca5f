// A network as `show` prints it.

import Descriptions
import NetworkExecution
import Networks
import Rendering

/// A network's description and cost, for people and for programs.
struct NetworkReport {
    private let network: Network
    private let layers: Bool
    private let memory: InferenceMemory?

    /// A report, with every layer and with the memory of an inference where asked for.
    init(_ network: Network, layers: Bool, memory: InferenceMemory? = nil) {
        self.network = network
        self.layers = layers
        self.memory = memory
    }

    /// The report as one object; cost keys as in the store.
    var markup: Markup {
        let architecture = network.architecture
        var members: [(key: String, value: Markup)] = [
            ("network", .text(architecture.name)), ("network_hash", .text(network.contentHash)),
            ("width", .number(architecture.scaling.width)), ("depth", .number(architecture.scaling.depth)),
            ("resolution", .whole(network.dimensions.resolution)),
        ]
        for (key, factors) in architecture.scaling.stages?.named ?? [] {
            members.append((key, .list(factors.map { .number($0) })))
        }
        members += [
            ("channels", .whole(architecture.channels)), ("classes", .whole(architecture.classes)),
            ("blocks", .whole(network.dimensions.blocks)),
        ]
        members += Self.members(of: network.cost)
        if let memory { members += memory.members }
        if layers {
            members.append(
                (
                    "layers",
                    .list(
                        network.layers.map { layer in
                            let shape = layer.output.shape
                            return .block(
                                [
                                    ("name", .text("\(layer.name)")),
                                    ("operation", .text(layer.operation.title)),
                                    ("height", .whole(shape.height)), ("width", .whole(shape.width)),
                                    ("channels", .whole(shape.channels)),
                                ] + Self.members(of: layer.cost))
                        })
                ))
        }
        return .block(members)
    }

    /// The report as text.
    var text: String {
        let architecture = network.architecture
        let cost = network.cost
        var lines = [
            "\(architecture.name): width \(architecture.scaling.width.coefficient), "
                + "depth \(architecture.scaling.depth.coefficient), \(network.dimensions.resolution) pixels, "
                + "\(network.dimensions.blocks) blocks"
        ]
        for (key, factors) in architecture.scaling.stages?.named ?? [] {
            lines.append("\(key): " + factors.map(\.coefficient).joined(separator: " "))
        }
        lines += ["", stageTable.rendered, ""]
        if layers { lines += [layerTable.rendered, ""] }
        var totals = TextTable(["cost", "", ""])
        totals.append(["macs", cost.macs.value.grouped, cost.macs.value.short])
        totals.append(["parameters", cost.parameters.value.grouped, cost.parameters.value.short])
        totals.append(["bias_adds", cost.biasAdds.value.grouped, ""])
        totals.append(["norm_elements", cost.normElements.value.grouped, ""])
        totals.append(["activations", cost.activations.value.grouped, cost.activations.value.short])
        totals.append(["weight_bytes", cost.weightBytes.value.grouped, cost.weightBytes.value.bytes])
        totals.append([
            "peak_activation_bytes", cost.peakActivationBytes.value.grouped,
            cost.peakActivationBytes.value.bytes,
        ])
        lines.append(totals.rendered)
        if let memory { lines += ["", memory.text] }
        return lines.joined(separator: "\n")
    }

    /// The keys of a cost, named as everywhere.
    static func members(of cost: Cost) -> [(key: String, value: Markup)] {
        [
            ("macs", .whole(cost.macs.value)), ("bias_adds", .whole(cost.biasAdds.value)),
            ("norm_elements", .whole(cost.normElements.value)),
            ("activations", .whole(cost.activations.value)),
            ("parameters", .whole(cost.parameters.value)),
            ("weight_bytes", .whole(cost.weightBytes.value)),
            ("peak_activation_bytes", .whole(cost.peakActivationBytes.value)),
        ]
    }

    private var stageTable: TextTable {
        let architecture = network.architecture
        let dimensions = network.dimensions
        var table = TextTable([
            "stage", "block", "repeats", "kernel", "stride", "expansion", "channels", "se", "activation",
        ])
        let stem = architecture.stem
        table.append([
            "stem", "conv", "1", "\(stem.kernel)", "\(stem.stride)", "", "\(dimensions.widths.stemOutput)",
            "",
            stem.activation.rawValue,
        ])
        for (index, stage) in architecture.stages.enumerated() {
            table.append([
                "\(index)", stage.block.rawValue, "\(dimensions.repeats[index])", "\(stage.kernel)",
                "\(stage.stride)", stage.expansion.coefficient,
                "\(dimensions.widths.rows[index].channels)", stage.gate?.label ?? "",
                stage.activation.rawValue,
            ])
        }
        if let channels = dimensions.widths.head {
            table.append([
                "head", "conv", "1", "1", "1", "", "\(channels)", architecture.head.gate?.label ?? "",
                architecture.head.activation.rawValue,
            ])
        }
        if let pooled = architecture.head.pooled {
            table.append([
                "pooled", "conv", "1", "1", "1", "", "\(pooled.channels)", "", pooled.activation.rawValue,
            ])
        }
        table.append(["classifier", "linear", "1", "", "", "", "\(architecture.classes)", "", ""])
        return table
    }

    private var layerTable: TextTable {
        var table = TextTable(["layer", "operation", "output", "macs", "parameters", "activations"])
        for layer in network.layers {
            let shape = layer.output.shape
            let cost = layer.cost
            table.append([
                "\(layer.name)", layer.operation.title, "\(shape.height)×\(shape.width)×\(shape.channels)",
                cost.macs.value.grouped, cost.parameters.value.grouped, cost.activations.value.grouped,
            ])
        }
        return table
    }
}

extension Gate {
    /// The ratio of squeeze-and-excitation, or the gate's name.
    fileprivate var label: String { squeezeExcitation.map { $0.ratio.coefficient } ?? "l2-scalar" }
}

extension Operation {
    /// What the operation is, in a few words.
    var title: String {
        switch self {
        case .convolution(let c):
            "\(c.isDepthwise ? "depthwise" : c.groups == 1 ? "conv" : "conv of \(c.groups) groups") \(c.kernel)×\(c.kernel)"
                + (c.stride > 1 ? "/\(c.stride)" : "")
        case .squeezeExcitation(let gate): "squeeze-excitation \(gate.squeezed)"
        case .scalarGate: "l2-scalar gate"
        case .averagePool(let window): "average pool \(window.kernel)×\(window.kernel)/\(window.stride)"
        case .maxPool(let window, _): "max pool \(window.kernel)×\(window.kernel)/\(window.stride)"
        case .globalAveragePool: "global average pool"
        case .linear: "linear"
        case .add: "add"
        }
    }
}
