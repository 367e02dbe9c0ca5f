// The stage table of a network's YAML, read: rows, several rows of one stage in a list of their own.

import Networks

extension Field {
    /// The stage table; a row that names no activation takes the usual one.
    func stages(_ usual: Activation) throws(DescriptionError) -> [Stage] {
        let rows = try stageRows()
        if rows.count > Field.mostRows {
            throw fault("\(name) has \(rows.count) rows; give at most \(Field.mostRows).")
        }
        var stages: [Stage] = []
        for (row, continues) in rows {
            var stage = try row.stage(usual)
            stage.continues = continues
            stages.append(stage)
        }
        return stages
    }

    /// More rows are taken for a mistake.
    private static var mostRows: Int { 1000 }

    /// The rows, each with whether it belongs to the stage of the row before.
    func stageRows() throws(DescriptionError) -> [(row: Field, continues: Bool)] {
        var rows: [(row: Field, continues: Bool)] = []
        for field in try list() {
            guard case .sequence = field.node else {
                rows.append((field, false))
                continue
            }
            for (index, row) in try field.list().enumerated() { rows.append((row, index > 0)) }
        }
        return rows
    }

    private func stage(_ usual: Activation) throws(DescriptionError) -> Stage {
        let keys = try section([
            "block", "repeats", "kernel", "stride", "expansion", "channels", "se", "activation", "groups",
            "group_width", "base_width", "shortcut", "expand", "expanded_channels", "output_activation",
            "start_kernel", "shortcut_pool",
        ])
        let activation = try keys["activation"]?.activation() ?? usual
        let kind: BlockKind = try keys.required("block").choice()
        // A RegNet block has one width; a universal bottleneck may have no middle convolution.
        let expansion = try kind == .regnet ? keys["expansion"] : keys.required("expansion")
        let kernel = try kind == .uib ? keys["kernel"] : keys.required("kernel")
        return Stage(
            kind, repeats: try keys.required("repeats").whole(), kernel: try kernel?.sideOrNone() ?? 0,
            stride: try keys.required("stride").side(), expansion: try expansion?.number() ?? 1,
            channels: try keys.required("channels").whole(), gate: try keys["se"]?.gate(activation),
            activation: activation, options: try keys.blockOptions())
    }

    private func sideOrNone() throws(DescriptionError) -> Int { isNone ? 0 : try side() }

    /// A ratio alone, a mapping, `l2-scalar`, or none.
    func gate(_ usual: Activation) throws(DescriptionError) -> Gate? {
        if isNone { return nil }
        guard case .mapping = node else {
            if case .scalar(let scalar) = node, scalar.string == "l2-scalar" { return .l2Scalar }
            guard let ratio = try? number() else {
                throw wrong("give a ratio such as 0.25, a mapping, l2-scalar, or none")
            }
            return .squeezeExcitation(SqueezeExcitation(ratio: ratio, activation: usual))
        }
        let keys = try section(["ratio", "of", "divisor", "rounding", "activation", "gate"])
        return .squeezeExcitation(
            SqueezeExcitation(
                ratio: try keys.required("ratio").number(), reference: try keys["of"]?.choice() ?? .input,
                divisor: try keys["divisor"]?.whole() ?? 1, rounding: try keys["rounding"]?.choice() ?? .down,
                activation: try keys["activation"]?.activation() ?? usual,
                gate: try keys["gate"]?.activation() ?? .sigmoid))
    }
}

extension Section {
    /// What only some kinds of block have.
    fileprivate func blockOptions() throws(DescriptionError) -> BlockOptions {
        var options = BlockOptions()
        options.groups = try self["groups"]?.whole()
        options.groupWidth = try self["group_width"]?.whole()
        options.baseWidth = try self["base_width"]?.whole()
        options.hasShortcut = try self["shortcut"]?.flag() ?? options.hasShortcut
        options.keepsExpansion = try self["expand"]?.flag() ?? options.keepsExpansion
        options.expandedChannels = try self["expanded_channels"]?.whole()
        options.outputActivation = try self["output_activation"]?.activation() ?? options.outputActivation
        options.startKernel = try self["start_kernel"]?.side() ?? options.startKernel
        options.poolsShortcut = try self["shortcut_pool"]?.flag() ?? options.poolsShortcut
        return options
    }
}
