// The names of efficientnet_pytorch, a widespread port of TensorFlow's EfficientNets, which pads and normalises as
// these do.

import Networks

/// What is to know of the package efficientnet_pytorch.
enum EfficientNetPyTorch {
    /// The epsilon of its batch norms.
    static let epsilon = 1e-3

    /// Refuses a network that would compute something else with its weights.
    static func check(_ network: Network, file: String) throws(WeightsError) {
        if network.architecture.padding == .same { return }
        throw WeightsError(
            "\(file) has the names of efficientnet_pytorch, which pads as TensorFlow does, and "
                + "\(network.architecture.name) pads symmetrically; set 'padding: same' in the network's YAML file."
        )
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
