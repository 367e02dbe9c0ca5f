// The names under which timm keeps the parameters of each layer: those of its EfficientNet class for
// inverted residuals, those of its ResNet class for residual blocks.

import NetworkExecution
import Networks

extension Network {
    /// The names of each layer's matrices, in the order of ``Operation/matrices``; throws where timm has no
    /// name for a layer.
    func timmNames() throws(WeightsError) -> [[ParameterName]] {
        let kinds = Set(architecture.stages.map(\.block))
        if !kinds.isDisjoint(with: [.basic, .bottleneck]), !kinds.isDisjoint(with: [.mbconv, .fusedMBConv]) {
            throw WeightsError(
                "\(architecture.name) mixes residual and inverted residual blocks, and no network of timm "
                    + "does; keep to one family, basic and bottleneck or mbconv and fused-mbconv.")
        }
        var names: [[ParameterName]] = []
        for layer in layers {
            let own = architecture.timmNames(of: layer)
            guard own.count == layer.operation.matrices.count else {
                throw WeightsError(
                    "\(architecture.name): timm has no name for the layer \(layer.name); leave it out of the "
                        + "network to exchange weights with timm.")
            }
            names.append(own)
        }
        return names
    }
}

extension Architecture {
    private var isResidual: Bool {
        stages.contains { $0.block == .basic || $0.block == .bottleneck }
    }

    /// The names of a layer's matrices; none where timm has no such layer.
    fileprivate func timmNames(of layer: Layer) -> [ParameterName] {
        if layer.operation.matrices.isEmpty { return [] }
        guard let index = layer.name.stage else {
            switch layer.name.part {
            case .stem: return isResidual ? [.conv("conv1", "bn1")] : [.conv("conv_stem", "bn1")]
            case .convolution: return isResidual ? [] : [.conv("conv_head", "bn2")]
            case .classifier:
                return [ParameterName(module: isResidual ? "fc" : "classifier", norm: nil, axes: 2)]
            default: return []
            }
        }
        let own = stages[index].timmNames(of: layer.name.part)
        let block = "\(isResidual ? "layer\(index + 1)" : "blocks.\(index)").\(layer.name.block)."
        return own.map {
            ParameterName(module: block + $0.module, norm: $0.norm.map { block + $0 }, axes: $0.axes)
        }
    }
}

extension Stage {
    /// The names within a block.
    fileprivate func timmNames(of part: LayerName.Part) -> [ParameterName] {
        switch (block, part) {
        // timm's DepthwiseSeparableConv.
        case (.mbconv, .depthwise) where expansion == 1: [.conv("conv_dw", "bn1")]
        case (.mbconv, .project) where expansion == 1: [.conv("conv_pw", "bn2")]
        // timm's InvertedResidual.
        case (.mbconv, .expand): [.conv("conv_pw", "bn1")]
        case (.mbconv, .depthwise): [.conv("conv_dw", "bn2")]
        case (.mbconv, .project): [.conv("conv_pwl", "bn3")]
        // timm's ConvBnAct, which has no gate.
        case (.fusedMBConv, .expand) where expansion == 1: [.conv("conv", "bn1")]
        case (.fusedMBConv, .gate) where expansion == 1: []
        // timm's EdgeResidual.
        case (.fusedMBConv, .expand): [.conv("conv_exp", "bn1")]
        case (.fusedMBConv, .project): [.conv("conv_pwl", "bn2")]
        case (.mbconv, .gate), (.fusedMBConv, .gate): [.conv("se.conv_reduce"), .conv("se.conv_expand")]
        // timm's BasicBlock and Bottleneck.
        case (.basic, .first), (.bottleneck, .first): [.conv("conv1", "bn1")]
        case (.basic, .second), (.bottleneck, .second): [.conv("conv2", "bn2")]
        case (.bottleneck, .third): [.conv("conv3", "bn3")]
        case (.basic, .shortcut), (.bottleneck, .shortcut): [.conv("downsample.0", "downsample.1")]
        case (.basic, .gate), (.bottleneck, .gate): [.conv("se.fc1"), .conv("se.fc2")]
        default: []
        }
    }
}

extension ParameterName {
    /// A convolution and the batch norm that follows it.
    fileprivate static func conv(_ module: String, _ norm: String? = nil) -> ParameterName {
        ParameterName(module: module, norm: norm, axes: 4)
    }
}
