// The names under which torchvision keeps the parameters of its networks, but for ResNets, which have timm's.

import Networks

/// torchvision's classes of networks, each with names of its own.
enum TorchvisionClass: String, Hashable {
    case efficientNet = "EfficientNet"
    case mobileNetV2 = "MobileNetV2"
    case mobileNetV3 = "MobileNetV3"
    case mnasNet = "MNASNet"
    case regNet = "RegNet"

    /// The class whose names these are, by those of the first block.
    init?(of names: [String]) {
        func begins(_ prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }
        if begins("features.1.0.block.") {
            self = .efficientNet
        } else if begins("features.1.conv.") {
            self = .mobileNetV2
        } else if begins("features.1.block.") {
            self = .mobileNetV3
        } else if begins("layers.0.weight"), begins("layers.8.0.layers.") {
            self = .mnasNet
        } else if begins("trunk_output.") {
            self = .regNet
        } else {
            return nil
        }
    }

    /// The names of a layer's matrices; none where the class has no such layer.
    func names(of layer: Layer, at place: LayerPlace, in network: Network) -> [ParameterName] {
        guard let stage = layer.name.stage else {
            return namesOutside(of: layer.name, at: place, in: network)
        }
        let block =
            switch self {
            case .efficientNet: "features.\(place.stages).\(layer.name.block).block.\(place.part)"
            case .mobileNetV2: "features.\(place.blocks).conv.\(place.part)"
            case .mobileNetV3: "features.\(place.blocks).block.\(place.part)"
            case .mnasNet:
                // The first block stands in the row of layers itself, which counts activations.
                stage == 0
                    ? "layers.\(3 + 3 * place.part)"
                    : "layers.\(7 + stage).\(layer.name.block).layers.\(3 * place.part)"
            case .regNet: "trunk_output.block\(stage + 1).block\(stage + 1)-\(layer.name.block)"
            }
        switch (self, layer.name.part) {
        case (.efficientNet, .expand), (.efficientNet, .depthwise), (.efficientNet, .project),
            (.mobileNetV2, .expand), (.mobileNetV2, .depthwise), (.mobileNetV3, .depthwise),
            (.mobileNetV3, .project):
            return [.row(block)]
        case (.mobileNetV3, .expand):
            // The convolution before the pooling is a block of its own.
            return [.row(network.isPlain(layer) ? "features.\(place.blocks)" : block)]
        case (.efficientNet, .gate), (.mobileNetV3, .gate):
            return [.conv(block + ".fc1"), .conv(block + ".fc2")]
        case (.mobileNetV2, .project):
            return [.conv(block, "features.\(place.blocks).conv.\(place.part + 1)")]
        case (.mnasNet, .depthwise), (.mnasNet, .project):
            if stage == 0, layer.name.block > 0 { return [] }
            return [.next(block)]
        case (.mnasNet, .expand): return stage == 0 ? [] : [.next(block)]
        case (.regNet, .shortcut): return [.row(block + ".proj")]
        case (.regNet, .first): return [.row(block + ".f.a")]
        case (.regNet, .second): return [.row(block + ".f.b")]
        case (.regNet, .third): return [.row(block + ".f.c")]
        case (.regNet, .gate): return [.conv(block + ".f.se.fc1"), .conv(block + ".f.se.fc2")]
        default: return []
        }
    }

    private func namesOutside(of name: LayerName, at place: LayerPlace, in network: Network)
        -> [ParameterName]
    {
        switch (self, name.part) {
        case (_, .stem) where !network.architecture.stem.before.isEmpty: []
        case (.mnasNet, .stem): [.next("layers.0")]
        case (.regNet, .stem): [.row("stem")]
        case (_, .stem): [.row("features.0")]
        case (.efficientNet, .convolution): [.row("features.\(place.stages + 1)")]
        case (.mobileNetV2, .convolution), (.mobileNetV3, .convolution):
            [.row("features.\(place.blocks + 1)")]
        case (.mnasNet, .convolution): [.next("layers.\(7 + place.stages)")]
        case (.mobileNetV3, .pooled): [.linear("classifier.0")]
        case (.mobileNetV3, .classifier): [.linear("classifier.3")]
        case (.regNet, .classifier): [.linear("fc")]
        case (_, .classifier): [.linear("classifier.1")]
        default: []
        }
    }

    /// The epsilon of the batch norms, where torchvision's function for the network sets one.
    func epsilon(for network: Network) -> Double? {
        let isSet =
            switch self {
            case .efficientNet:
                [
                    "efficientnet-b5", "efficientnet-b6", "efficientnet-b7", "efficientnetv2-s",
                    "efficientnetv2-m",
                    "efficientnetv2-l",
                ].contains(network.architecture.name)
            case .mobileNetV3: true
            case .mobileNetV2, .mnasNet, .regNet: false
            }
        return isSet ? 1e-3 : nil
    }
}

extension ParameterName {
    /// A convolution and its norm, numbers 0 and 1 of a row.
    fileprivate static func row(_ module: String) -> ParameterName { .conv(module + ".0", module + ".1") }

    /// A convolution whose norm has the number after its own.
    fileprivate static func next(_ module: String) -> ParameterName {
        let parts = module.split(separator: ".", omittingEmptySubsequences: false)
        let number = parts.last.flatMap { Int($0) } ?? 0
        return .conv(module, (parts.dropLast().map(String.init) + ["\(number + 1)"]).joined(separator: "."))
    }
}

extension Network {
    /// Whether a layer is a block of a single convolution.
    fileprivate func isPlain(_ layer: Layer) -> Bool {
        guard let stage = layer.name.stage else { return false }
        return !layers.contains {
            $0.name.stage == stage && $0.name.block == layer.name.block && $0.name.part == .project
        }
    }
}
