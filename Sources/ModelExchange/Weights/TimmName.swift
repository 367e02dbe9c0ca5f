// The names under which timm keeps the parameters of each layer: those of its EfficientNet and MobileNetV3 classes for
// inverted residuals, of its ResNet class for residual blocks, and of its RegNet class.

import NetworkExecution
import Networks

/// timm's classes of networks, which name their modules each in a way of its own.
enum TimmFamily {
    /// EfficientNet, and MobileNetV3 with the head's convolution after pooling.
    case mobile
    case resNet
    case regNet

    /// What the names of a stage's blocks begin with, and the number of the first block.
    func blocks(of stage: Int) -> (name: String, first: Int) {
        switch self {
        case .mobile: ("blocks.\(stage).", 0)
        case .resNet: ("layer\(stage + 1).", 0)
        case .regNet: ("s\(stage + 1).b", 1)
        }
    }
}

extension BlockKind {
    /// The class of timm whose networks are made of such blocks.
    var timmFamily: TimmFamily {
        switch self {
        case .mbconv, .fusedMBConv, .uib: .mobile
        case .basic, .bottleneck: .resNet
        case .regnet: .regNet
        }
    }
}

extension Network {
    /// The names of each layer's matrices, in the order of ``Operation/matrices``; throws where timm has no
    /// name for a layer.
    func timmNames() throws(WeightsError) -> [[ParameterName]] {
        let families = Set(architecture.stages.map(\.block.timmFamily))
        guard families.count == 1, let family = families.first else {
            throw WeightsError(
                "\(architecture.name) mixes blocks of several families, and no network of timm does; keep to "
                    + "basic and bottleneck, to mbconv, fused-mbconv and uib, or to regnet.")
        }
        var names: [[ParameterName]] = []
        let blocks = realisedBlocks
        for layer in layers {
            let stage = layer.name.stage.map { blocks[$0][layer.name.block].stage }
            let own = architecture.timmNames(of: layer, in: stage, family)
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
    /// The names of a layer's matrices; none where timm has no such layer.
    fileprivate func timmNames(
        of layer: Layer, in stage: Stage?, _ family: TimmFamily
    ) -> [ParameterName] {
        if layer.operation.matrices.isEmpty { return [] }
        guard let index = layer.name.stage, let stage else {
            return switch family {
            case .mobile: mobileNames(of: layer.name.part)
            case .resNet: resNetNames(of: layer.name)
            case .regNet: regNetNames(of: layer.name.part)
            }
        }
        let blocks = family.blocks(of: index)
        let block = "\(blocks.name)\(blocks.first + layer.name.block)."
        return stage.timmNames(of: layer.name.part).map {
            ParameterName(module: block + $0.module, norm: $0.norm.map { block + $0 }, axes: $0.axes)
        }
    }

    private func mobileNames(of part: LayerName.Part) -> [ParameterName] {
        switch part {
        case .stem where stem.before.isEmpty: [.conv("conv_stem", "bn1")]
        case .convolution: [.conv("conv_head", "bn2")]
        case .pooled: [.conv("conv_head", head.pooled?.isNormalised == true ? "norm_head" : nil)]
        case .classifier: [.linear("classifier")]
        default: []
        }
    }

    private func resNetNames(of name: LayerName) -> [ParameterName] {
        switch name.part {
        case .stem where stem.before.isEmpty: [.conv("conv1", "bn1")]
        // Convolution, norm and activation in a row, but the last one's norm, which is the network's.
        case .stem where name.block == 0: [.conv("conv1.\(3 * stem.before.count)", "bn1")]
        case .stem: [.conv("conv1.\(3 * (name.block - 1))", "conv1.\(3 * (name.block - 1) + 1)")]
        case .pool: [.conv("maxpool.0", "maxpool.1")]
        case .classifier: [.linear("fc")]
        default: []
        }
    }

    private func regNetNames(of part: LayerName.Part) -> [ParameterName] {
        switch part {
        case .stem where stem.before.isEmpty: [.conv("stem.conv", "stem.bn")]
        case .convolution: [.conv("final_conv.conv", "final_conv.bn")]
        case .classifier: [.linear("head.fc")]
        default: []
        }
    }
}

extension Stage {
    /// The names within a block.
    fileprivate func timmNames(of part: LayerName.Part) -> [ParameterName] {
        switch (block, part) {
        // timm's DepthwiseSeparableConv.
        case (.mbconv, .depthwise) where !expands: [.conv("conv_dw", "bn1")]
        case (.mbconv, .project) where !expands: [.conv("conv_pw", "bn2")]
        // timm's InvertedResidual.
        case (.mbconv, .expand): [.conv("conv_pw", "bn1")]
        case (.mbconv, .depthwise): [.conv("conv_dw", "bn2")]
        case (.mbconv, .project): [.conv("conv_pwl", "bn3")]
        // timm's ConvBnAct, which has no gate.
        case (.fusedMBConv, .expand) where !expands: [.conv("conv", "bn1")]
        case (.fusedMBConv, .gate) where !expands: []
        // timm's EdgeResidual.
        case (.fusedMBConv, .expand): [.conv("conv_exp", "bn1")]
        case (.fusedMBConv, .project): [.conv("conv_pwl", "bn2")]
        // timm's UniversalInvertedResidual.
        case (.uib, .start): [.conv("dw_start.conv", "dw_start.bn")]
        case (.uib, .expand): [.conv("pw_exp.conv", "pw_exp.bn")]
        case (.uib, .depthwise): [.conv("dw_mid.conv", "dw_mid.bn")]
        case (.uib, .project): [.conv("pw_proj.conv", "pw_proj.bn")]
        // timm's BasicBlock and Bottleneck.
        case (.basic, .first), (.bottleneck, .first): [.conv("conv1", "bn1")]
        case (.basic, .second), (.bottleneck, .second): [.conv("conv2", "bn2")]
        case (.bottleneck, .third): [.conv("conv3", "bn3")]
        // A ResNet-D's shortcut begins with a pool, or with nothing where nothing strides.
        case (.basic, .shortcut), (.bottleneck, .shortcut):
            options.poolsShortcut
                ? [.conv("downsample.1", "downsample.2")] : [.conv("downsample.0", "downsample.1")]
        // timm's RegNet Bottleneck.
        case (.regnet, .first): [.conv("conv1.conv", "conv1.bn")]
        case (.regnet, .second): [.conv("conv2.conv", "conv2.bn")]
        case (.regnet, .third): [.conv("conv3.conv", "conv3.bn")]
        case (.regnet, .shortcut): [.conv("downsample.conv", "downsample.bn")]
        case (_, .gate) where gate == .l2Scalar: []
        case (_, .gate):
            block.timmFamily == .mobile
                ? [.conv("se.conv_reduce"), .conv("se.conv_expand")] : [.conv("se.fc1"), .conv("se.fc2")]
        default: []
        }
    }
}
