// The names of efficientnet_pytorch, a widespread port of TensorFlow's EfficientNets, which pads and normalises as
// these do.

import Networks

/// What is to know of the package efficientnet_pytorch.
enum EfficientNetPyTorch {
    /// The epsilon of its batch norms.
    static let epsilon = 1e-3

    /// Refuses a network that would compute something else with its weights.
    static func check(_ network: Network, file: String) throws(WeightsError) {
        let architecture = network.architecture
        if architecture.padding == .same { return }
        let isBuiltIn = PublishedNetworks.find(architecture.name) != nil
        let remedy =
            isBuiltIn
            ? "give a YAML file of the lines 'base: \(architecture.name)' and 'padding: same'"
            : "set 'padding: same' in its YAML file"
        throw WeightsError(
            "\(file) has the names of efficientnet_pytorch, which pads as TensorFlow does, and \(architecture.name) "
                + "pads symmetrically; \(remedy).")
    }

    /// The names of a layer's matrices; none where the package has no such layer.
    static func names(of layer: Layer, at place: LayerPlace) -> [ParameterName] {
        let block = layer.name.stage.map { _ in "_blocks.\(place.blocks - 1)." } ?? ""
        return switch layer.name.part {
        case .stem: [.conv("_conv_stem", "_bn0")]
        case .expand: [.conv(block + "_expand_conv", block + "_bn0")]
        case .depthwise: [.conv(block + "_depthwise_conv", block + "_bn1")]
        case .gate where !block.isEmpty: [.conv(block + "_se_reduce"), .conv(block + "_se_expand")]
        case .project: [.conv(block + "_project_conv", block + "_bn2")]
        case .convolution: [.conv("_conv_head", "_bn1")]
        case .classifier: [.linear("_fc")]
        default: []
        }
    }
}
