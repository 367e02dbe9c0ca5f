// The sections of a network's YAML, read: what is not given keeps the value of the network it starts from.

import Networks

extension Field {
    /// The first convolution; without a stem to start from, `channels` and an activation are needed.
    func stem(over base: Stem?, _ usual: Activation?) throws(DescriptionError) -> Stem {
        let keys = try section(["channels", "before", "kernel", "stride", "activation", "pool"])
        let activation = try keys["activation"]?.activation() ?? usual ?? base?.activation
        var stem: Stem
        if let base {
            stem = base
            stem.channels = try keys["channels"]?.whole() ?? stem.channels
        } else {
            let channels = try keys.required("channels").whole()
            guard let activation else {
                throw fault("stem lacks 'activation'; add 'activation:' to it, or to the whole network.")
            }
            stem = Stem(channels: channels, activation: activation)
        }
        stem.activation = activation ?? stem.activation
        stem.kernel = try keys["kernel"]?.side() ?? stem.kernel
        stem.stride = try keys["stride"]?.side() ?? stem.stride
        if let before = keys["before"] {
            stem.before =
                before.isNone
                ? []
                : try before.list().map { field throws(DescriptionError) in
                    try field.whole()
                }
        }
        if let pool = keys["pool"] {
            (stem.pooling, stem.poolsByConvolution) = pool.isNone ? (nil, false) : try pool.pooling()
        }
        return stem
    }

    private func pooling() throws(DescriptionError) -> (Pooling, byConvolution: Bool) {
        let keys = try section(["kernel", "stride", "kind"])
        let window = Pooling(
            kernel: try keys.required("kernel").side(), stride: try keys.required("stride").side())
        return (window, try keys["kind"]?.choice(StemPooling.self) == .convolution)
    }

    /// What follows the last stage.
    func head(over base: Head) throws(DescriptionError) -> Head {
        let keys = try section(["channels", "activation", "se", "pooled", "dropout"])
        var head = base
        head.activation = try keys["activation"]?.activation() ?? head.activation
        if let channels = keys["channels"] { head.channels = channels.isNone ? nil : try channels.whole() }
        if let se = keys["se"] { head.gate = try se.gate(head.activation) }
        if let pooled = keys["pooled"] {
            head.pooled = pooled.isNone ? nil : try pooled.pooled(head.activation)
        }
        head.dropout = try keys["dropout"]?.number() ?? head.dropout
        return head
    }

    private func pooled(_ usual: Activation) throws(DescriptionError) -> PooledConvolution {
        let keys = try section(["channels", "norm", "activation"])
        return PooledConvolution(
            channels: try keys.required("channels").whole(), isNormalised: try keys["norm"]?.flag() ?? false,
            activation: try keys["activation"]?.activation() ?? usual)
    }

    /// The factors of a variant.
    func scaling(over base: Scaling) throws(DescriptionError) -> Scaling {
        try refuseRectangles()
        let keys = try section(["width", "depth", "resolution", "stage_widths", "stage_depths"])
        try keys["resolution"]?.refuseRectangle("images are square here; give one side, in pixels")
        return Scaling(
            width: try keys["width"]?.number(in: Scaling.factorRange) ?? base.width,
            depth: try keys["depth"]?.number(in: Scaling.factorRange) ?? base.depth,
            resolution: try keys["resolution"]?.number(in: Scaling.resolutionRange) ?? base.resolution,
            stages: StageFactors(
                depths: try keys["stage_depths"]?.stageFactors() ?? base.stages?.depths ?? [],
                widths: try keys["stage_widths"]?.stageFactors() ?? base.stages?.widths ?? []))
    }

    /// A factor for each stage, or none.
    private func stageFactors() throws(DescriptionError) -> [Double] {
        if isNone { return [] }
        var factors: [Double] = []
        for field in try list() { factors.append(try field.number(in: Scaling.factorRange)) }
        return factors
    }

    /// How scaled sizes become integers.
    func rules(over base: RoundingRules) throws(DescriptionError) -> RoundingRules {
        let keys = try section([
            "width_divisor", "width_floor", "depth", "stem", "head", "first_stage_depth", "last_stage_depth",
            "resolution_multiple", "inner_divisor",
        ])
        var rules = base
        rules.widthDivisor = try keys["width_divisor"]?.whole() ?? rules.widthDivisor
        rules.widthFloor = try keys["width_floor"]?.number() ?? rules.widthFloor
        rules.depth = try keys["depth"]?.choice() ?? rules.depth
        rules.stemFixedBelow = try keys["stem"]?.stemFixedBelow() ?? rules.stemFixedBelow
        rules.innerDivisor = try keys["inner_divisor"]?.whole() ?? rules.innerDivisor
        rules.head = try keys["head"]?.choice() ?? rules.head
        rules.firstDepthFixed = try keys["first_stage_depth"]?.isFixed() ?? rules.firstDepthFixed
        rules.lastDepthFixed = try keys["last_stage_depth"]?.isFixed() ?? rules.lastDepthFixed
        rules.resolutionMultiple = try keys["resolution_multiple"]?.whole() ?? rules.resolutionMultiple
        return rules
    }

    /// `scaled`, `fixed`, or the width factor below which the stem is fixed.
    private func stemFixedBelow() throws(DescriptionError) -> Double {
        if case .mapping = node {
            return try section(["fixed_below"]).required("fixed_below").number(in: Scaling.factorRange)
        }
        return try isFixed() ? .infinity : 0
    }

    private func isFixed() throws(DescriptionError) -> Bool { try choice(Following.self) == .fixed }
}

/// What pools after the stem.
enum StemPooling: String, CaseIterable {
    case max
    case convolution
}

/// Whether a size follows its factor.
enum Following: String, CaseIterable {
    case scaled
    case fixed
}
