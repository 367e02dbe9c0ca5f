// The kinds of block, a row each; what a kind does stands in a file of its own.

/// The kinds of block that a stage can repeat.
package enum BlockKind: String, CaseIterable, Hashable, Sendable {
    /// MobileNetV2's inverted residual: expand 1×1, depthwise, SE, project 1×1. Expansion 1 has no expand.
    case mbconv
    /// EfficientNetV2's: expand by a dense k×k, SE, project 1×1. Expansion 1 is one k×k convolution.
    case fusedMBConv = "fused-mbconv"
    /// ResNet-18's block: two k×k convolutions.
    case basic
    /// ResNet-50's block, version 1.5: 1×1, k×k with the stride, 1×1; with groups ResNeXt's.
    case bottleneck
    /// RegNet's: 1×1, grouped k×k with the stride, SE, 1×1, all of one width.
    case regnet
    /// MobileNetV4's universal inverted bottleneck: depthwise, expand 1×1, depthwise, project 1×1, each depthwise optional.
    case uib

    /// Whether the spatial convolution filters every channel on its own, unless a row gives groups.
    package var isDepthwise: Bool { self == .mbconv || self == .uib }

    /// Whether a gate stands after the last convolution, on the output's channels, instead of within the block.
    package var gatesOutput: Bool { self == .basic || self == .bottleneck }

    /// Whether an expansion may be a fraction.
    package var expandsByFractions: Bool { self == .mbconv || self == .fusedMBConv || self == .uib }

    /// The options of `BlockOptions` that mean something here, by their keys in YAML.
    package var optionKeys: Set<String> {
        switch self {
        case .mbconv: ["group_width", "shortcut", "expand", "expanded_channels", "output_activation"]
        case .fusedMBConv: ["group_width", "shortcut", "expand", "expanded_channels"]
        case .basic: ["shortcut_pool"]
        case .bottleneck: ["groups", "base_width", "shortcut_pool"]
        case .regnet: ["group_width"]
        case .uib: ["group_width", "shortcut", "start_kernel"]
        }
    }
}

extension Block {
    /// Writes the layers of the block after `x`; returns what it makes.
    @inline(__always)
    func write<Sink: LayerSink>(after x: Value, into sink: inout Sink) -> Value {
        switch stage.block {
        case .mbconv: mbconv(x, into: &sink)
        case .fusedMBConv: fusedMBConv(x, into: &sink)
        case .basic: basic(x, into: &sink)
        case .bottleneck: bottleneck(x, into: &sink)
        case .regnet: regnet(x, into: &sink)
        case .uib: universal(x, into: &sink)
        }
    }
}
