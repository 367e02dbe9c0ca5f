// From a row of the stage table to the channels of its blocks.

extension Stage {
    /// The channels of the row's first block, which reads `input` channels, and of the others; throws at `path` where they do
    /// not fit together.
    func widths(
        input: Int, path: [String], _ rules: RoundingRules, _ scaled: (Int) throws(NetworkError) -> Int
    ) throws(NetworkError) -> RowWidths {
        var channels = try scaled(channels)
        if block == .regnet, let width = options.groupWidth {
            // As RegNet adjusts its widths: groups never wider than the tensor, widths a multiple of them.
            let group = min(width, channels)
            channels = max(1, Int((Double(channels) / Double(group)).rounded(.toNearestOrEven))) * group
        }
        let expanded = try options.expandedChannels.map(scaled)
        func blockWidths(_ input: Int) throws(NetworkError) -> BlockWidths {
            var widths = block.widths(
                of: self, channels, expanding: expands ? expanded ?? input : input, rules)
            if options.startKernel > 0, let group = options.groupWidth, input % group != 0 {
                throw .invalid(
                    path: path + ["group_width"],
                    "groups of \(group) do not divide \(input) channels; give a divisor of \(input).")
            }
            if widths.inner < 1 {
                throw .invalid(
                    path: path + ["base_width"],
                    "of \(channels) channels it leaves none inside; give a larger one, or more channels.")
            }
            widths.groups = try groups(of: widths, reading: input, path)
            if let squeeze = gate?.squeezeExcitation {
                let gated = block.gatesOutput ? widths.output : widths.inner
                widths.squeezed = squeeze.squeezed(
                    input: input, gated: gated, expansion: expansion)
            }
            return widths
        }
        let first = try blockWidths(input)
        return RowWidths(channels: channels, first: first, others: try blockWidths(first.output))
    }

    /// The groups of the spatial convolution.
    private func groups(
        of widths: BlockWidths, reading input: Int, _ path: [String]
    ) throws(NetworkError) -> Int {
        if let groups = options.groups {
            if widths.inner % groups != 0 {
                throw .invalid(
                    path: path + ["groups"],
                    "\(groups) groups do not divide \(widths.inner) channels; give a divisor of "
                        + "\(widths.inner), or other channels.")
            }
            return groups
        }
        guard let width = options.groupWidth else {
            return block.isDepthwise ? widths.inner : 1
        }
        let group = min(width, widths.inner)
        if widths.inner % group != 0 {
            throw .invalid(
                path: path + ["group_width"],
                "groups of \(width) do not divide \(widths.inner) channels; give a divisor of "
                    + "\(widths.inner), or other channels.")
        }
        let groups = widths.inner / group
        if block == .fusedMBConv, input % groups != 0 {
            throw .invalid(
                path: path + ["group_width"],
                "\(groups) groups of \(group) inner channels do not divide the \(input) that the block reads; give another "
                    + "width, or other channels.")
        }
        return groups
    }
}

extension BlockKind {
    /// Inner and output channels of a block of `channels` whose expansion, where it has one, multiplies `input`.
    fileprivate func widths(
        of stage: Stage, _ channels: Int, expanding input: Int, _ rules: RoundingRules
    ) -> BlockWidths {
        switch self {
        case .fusedMBConv where !stage.expands: BlockWidths(inner: channels, output: channels)
        case .mbconv where !stage.expands: BlockWidths(inner: input, output: channels)
        case .mbconv, .fusedMBConv, .uib:
            BlockWidths(inner: rules.inner(input, by: stage.expansion), output: channels)
        case .basic: BlockWidths(inner: channels, output: rules.inner(channels, by: stage.expansion))
        case .bottleneck:
            BlockWidths(
                inner: stage.options.baseWidth.map {
                    channels * $0 / 64 * (stage.options.groups ?? 1)
                } ?? channels,
                output: rules.inner(channels, by: stage.expansion))
        case .regnet: BlockWidths(inner: channels, output: channels)
        }
    }
}

extension Stage {
    /// Whether a block has the 1×1 convolutions of an expansion.
    package var expands: Bool { expansion != 1 || options.keepsExpansion }
}
