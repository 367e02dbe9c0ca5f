// What block strings do not say: the function around them, by the name of timm's generator.

import Networks

/// The generators of timm whose strings are read.
enum BlockStringGenerator: String, CaseIterable {
    /// The EfficientNet class: squeezed channels of the block's input, the head's convolution before pooling.
    case efficientnet
    /// MobileNetV3: squeezed channels of the gated ones in multiples of 8, hard sigmoid, the head's convolution after pooling.
    case mobilenetv3
    /// MobileNetV4: a batch norm after the head's convolution, which stands after pooling.
    case mobilenetv4
    /// LCNet: as MobileNetV3, squeezed channels of any number.
    case lcnet

    /// Squeeze-and-excitation in a block of an activation.
    func gate(_ ratio: Double, _ activation: Activation) -> SqueezeExcitation {
        switch self {
        case .efficientnet:
            SqueezeExcitation(
                ratio: ratio, reference: .unexpanded, rounding: .nearest, activation: activation)
        case .mobilenetv3:
            SqueezeExcitation(
                ratio: ratio, reference: .gated, divisor: 8, rounding: .width, activation: .relu,
                gate: .hardSigmoid)
        case .mobilenetv4:
            SqueezeExcitation(ratio: ratio, reference: .gated, rounding: .nearest, activation: activation)
        case .lcnet:
            SqueezeExcitation(
                ratio: ratio, reference: .gated, rounding: .nearest, activation: .relu, gate: .hardSigmoid)
        }
    }

    /// Whether the head's convolution stands after the pooling, and whether a batch norm follows it there.
    var pooled: (isPooled: Bool, isNormalised: Bool) {
        switch self {
        case .efficientnet: (false, true)
        case .mobilenetv3, .lcnet: (true, false)
        case .mobilenetv4: (true, true)
        }
    }

    /// Whether a network has this generator's kind of head.
    func heads(_ network: Architecture) -> Bool {
        guard let own = network.head.pooled else { return !pooled.isPooled }
        return pooled.isPooled && own.isNormalised == pooled.isNormalised
    }

    /// The rounding of timm's functions, with what this one keeps fixed.
    var rules: RoundingRules {
        var rules = RoundingRules()
        rules.innerDivisor = 8
        switch self {
        case .mobilenetv3: rules.stemFixedBelow = 0.75
        case .mobilenetv4: rules.stemFixedBelow = 1
        case .efficientnet, .lcnet: break
        }
        return rules
    }
}

extension Section {
    /// The generator that is named, or the only one whose published network has this table; throws where the strings could be
    /// of several.
    func blockStringGenerator(
        _ stem: Stem, _ usual: Activation
    ) throws(DescriptionError) -> (BlockStringGenerator, published: Architecture?) {
        guard let strings = self["timm"] else { return (.efficientnet, nil) }
        if let named = self["generator"] {
            let generator: BlockStringGenerator = try named.choice()
            let stages = try strings.blockStringStages(usual, generator)
            return (generator, PublishedNetworks.all.first { $0.isMade(of: stages, stem) })
        }
        for generator in BlockStringGenerator.allCases {
            let stages = try strings.blockStringStages(usual, generator)
            if let published = PublishedNetworks.all.first(where: { $0.isMade(of: stages, stem) }),
                generator.heads(published)
            {
                return (generator, published)
            }
        }
        let stages = try strings.blockStringStages(usual, .efficientnet)
        let endsPointwise = stages.last.map { $0.block == .fusedMBConv && $0.kernel == 1 && !$0.expands }
        let isLCNets = stages.contains { $0.gate != nil && $0.options.outputActivation != .identity }
        if endsPointwise == true || isLCNets || stages.contains(where: { $0.block == .uib }) {
            throw strings.fault(
                "such strings are of timm's MobileNetV3, LCNet, FBNetV3 or MobileNetV4, which differ in what strings do "
                    + "not say: squeezed channels and gates, and the head after the pooling; add 'generator:' with "
                    + "mobilenetv3, lcnet, mobilenetv4 or efficientnet, or write the rows under 'stages:'.")
        }
        return (.efficientnet, nil)
    }
}

extension Architecture {
    /// Whether this network has a stem's channels and these rows.
    fileprivate func isMade(of rows: [Stage], _ stem: Stem) -> Bool {
        stages == rows && self.stem.channels == stem.channels && self.stem.kernel == stem.kernel
    }
}
