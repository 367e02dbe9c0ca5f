// The sections of a network's YAML, read: what is not given keeps the value of the network it starts from.

import Networks

extension Field {
    /// The first convolution; without a stem to start from, `channels` and an activation are needed.
    func stem(over base: Stem?, _ usual: Activation?) throws(DescriptionError) -> Stem {
        let keys = try section(["channels", "kernel", "stride", "activation", "pool"])
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
        if let pool = keys["pool"] { stem.pooling = pool.isNone ? nil : try pool.pooling() }
        return stem
    }

    private func pooling() throws(DescriptionError) -> Pooling {
        let keys = try section(["kernel", "stride"])
        return Pooling(
            kernel: try keys.required("kernel").side(), stride: try keys.required("stride").side())
    }

    /// The stage table; a row that names no activation takes the usual one.
    func stages(_ usual: Activation) throws(DescriptionError) -> [Stage] {
        let rows = try list()
        if rows.count > Field.mostStages {
            throw fault("\(name) has \(rows.count) rows; give at most \(Field.mostStages).")
        }
        var stages: [Stage] = []
        for row in rows { stages.append(try row.stage(usual)) }
        return stages
    }

    /// More rows are taken for a mistake.
    private static let mostStages = 1000

    private func stage(_ usual: Activation) throws(DescriptionError) -> Stage {
        let keys = try section([
            "block", "repeats", "kernel", "stride", "expansion", "channels", "se", "activation",
        ])
        let activation = try keys["activation"]?.activation() ?? usual
        return Stage(
            try keys.required("block").choice(), repeats: try keys.required("repeats").whole(),
            kernel: try keys.required("kernel").side(), stride: try keys.required("stride").side(),
            expansion: try keys.required("expansion").whole(),
            channels: try keys.required("channels").whole(),
            squeezeExcitation: try keys["se"]?.squeezeExcitation(activation), activation: activation)
    }

    /// A ratio alone, a mapping, or none.
    func squeezeExcitation(_ usual: Activation) throws(DescriptionError) -> SqueezeExcitation? {
        if isNone { return nil }
        guard case .mapping = node else {
            guard let ratio = try? number() else {
                throw wrong("give a ratio such as 0.25, a mapping, or none")
            }
            return SqueezeExcitation(ratio: ratio, activation: usual)
        }
        let keys = try section(["ratio", "of", "divisor", "activation", "gate"])
        return SqueezeExcitation(
            ratio: try keys.required("ratio").number(), reference: try keys["of"]?.choice() ?? .input,
            divisor: try keys["divisor"]?.whole() ?? 1,
            activation: try keys["activation"]?.activation() ?? usual,
            gate: try keys["gate"]?.activation() ?? .sigmoid)
    }

    /// What follows the last stage.
    func head(over base: Head) throws(DescriptionError) -> Head {
        let keys = try section(["channels", "activation", "se", "dropout"])
        var head = base
        head.activation = try keys["activation"]?.activation() ?? head.activation
        if let channels = keys["channels"] { head.channels = channels.isNone ? nil : try channels.whole() }
        if let se = keys["se"] { head.squeezeExcitation = try se.squeezeExcitation(head.activation) }
        head.dropout = try keys["dropout"]?.number() ?? head.dropout
        return head
    }

    /// The factors of a variant.
    func scaling(over base: Scaling) throws(DescriptionError) -> Scaling {
        try refuseRectangles()
        let keys = try section(["width", "depth", "resolution"])
        try keys["resolution"]?.refuseRectangle("images are square here; give one side, in pixels")
        return Scaling(
            width: try keys["width"]?.number(in: Scaling.factorRange) ?? base.width,
            depth: try keys["depth"]?.number(in: Scaling.factorRange) ?? base.depth,
            resolution: try keys["resolution"]?.number(in: Scaling.resolutionRange) ?? base.resolution)
    }

    /// How scaled sizes become integers.
    func rules(over base: RoundingRules) throws(DescriptionError) -> RoundingRules {
        let keys = try section([
            "width_divisor", "width_floor", "depth", "stem", "head", "first_stage_depth", "last_stage_depth",
            "resolution_multiple",
        ])
        var rules = base
        rules.widthDivisor = try keys["width_divisor"]?.whole() ?? rules.widthDivisor
        rules.widthFloor = try keys["width_floor"]?.number() ?? rules.widthFloor
        rules.depth = try keys["depth"]?.choice() ?? rules.depth
        rules.stemFixed = try keys["stem"]?.isFixed() ?? rules.stemFixed
        rules.head = try keys["head"]?.choice() ?? rules.head
        rules.firstDepthFixed = try keys["first_stage_depth"]?.isFixed() ?? rules.firstDepthFixed
        rules.lastDepthFixed = try keys["last_stage_depth"]?.isFixed() ?? rules.lastDepthFixed
        rules.resolutionMultiple = try keys["resolution_multiple"]?.whole() ?? rules.resolutionMultiple
        return rules
    }

    private func isFixed() throws(DescriptionError) -> Bool { try choice(Following.self) == .fixed }
}

/// Whether a size follows its factor.
enum Following: String, CaseIterable {
    case scaled
    case fixed
}
