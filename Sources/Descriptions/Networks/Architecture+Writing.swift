// A network's YAML, written: every value a reader needs, in one canonical order, and nothing rounded.

import Networks
import Rendering

extension Architecture {
    /// This network as a YAML file, which reads back as an equal value.
    package var yaml: String { markup.yaml }

    /// This network as JSON of the same structure.
    package var json: String { markup.json }

    /// This network's keys and values.
    var markup: Markup {
        let usual = stem.activation
        let own: [Markup.Entry] = ownSizes.map { [("realised", $0.dimensions.markup)] } ?? []
        return .block(
            [
                ("name", .text(name)),
                ("stem", stem.markup),
                ("stages", .list(stageMarkups(usual))),
                ("head", head.markup(usual)),
                ("activation", .word(usual)),
                ("scaling", scaling.markup),
                ("rules", rules.markup),
                ("channels", .whole(channels)),
                ("classes", .whole(classes)),
                ("padding", .word(padding)),
                ("batch_norm_epsilon", .number(batchNormEpsilon)),
                ("drop_path", .number(dropPath)),
            ] + own)
    }
}

extension Architecture {
    /// A row for each stage; the rows of a stage that has several stand in a list.
    private func stageMarkups(_ usual: Activation) -> [Markup] {
        var groups: [[Markup]] = []
        for (index, stage) in stages.enumerated() {
            if index == 0 || !stage.continues { groups.append([]) }
            groups[groups.count - 1].append(stage.markup(usual))
        }
        return groups.map { $0.count == 1 ? $0[0] : .list($0) }
    }
}

extension Stem {
    fileprivate var markup: Markup {
        var entries: [Markup.Entry] = [
            ("channels", .whole(channels)), ("kernel", .whole(kernel)), ("stride", .whole(stride)),
        ]
        if !before.isEmpty { entries.insert(("before", .list(before.map { .whole($0) })), at: 1) }
        if let pooling {
            var window = [("kernel", Markup.whole(pooling.kernel)), ("stride", .whole(pooling.stride))]
            if poolsByConvolution { window.append(("kind", .word(StemPooling.convolution))) }
            entries.append(("pool", .row(window)))
        }
        return .row(entries)
    }
}

extension Stage {
    fileprivate func markup(_ usual: Activation) -> Markup {
        var entries: [Markup.Entry] = [
            ("block", .word(block)), ("repeats", .whole(repeats)), ("kernel", .whole(kernel)),
            ("stride", .whole(stride)),
            ("expansion", Int(exactly: expansion).map(Markup.whole) ?? .number(expansion)),
            ("channels", .whole(channels)),
        ]
        if let gate { entries.append(("se", gate.markup(activation))) }
        if activation != usual { entries.append(("activation", .word(activation))) }
        return .row(entries + options.entries)
    }
}

extension BlockOptions {
    /// What differs from the defaults.
    fileprivate var entries: [Markup.Entry] {
        var entries: [Markup.Entry] = []
        if let groups { entries.append(("groups", .whole(groups))) }
        if let groupWidth { entries.append(("group_width", .whole(groupWidth))) }
        if let baseWidth { entries.append(("base_width", .whole(baseWidth))) }
        if !hasShortcut { entries.append(("shortcut", .literal("false"))) }
        if keepsExpansion { entries.append(("expand", .literal("true"))) }
        if let expandedChannels { entries.append(("expanded_channels", .whole(expandedChannels))) }
        if outputActivation != .identity { entries.append(("output_activation", .word(outputActivation))) }
        if startKernel != 0 { entries.append(("start_kernel", .whole(startKernel))) }
        if poolsShortcut { entries.append(("shortcut_pool", .literal("true"))) }
        return entries
    }
}

extension Gate {
    fileprivate func markup(_ usual: Activation) -> Markup {
        squeezeExcitation?.markup(usual) ?? .text("l2-scalar")
    }
}

extension SqueezeExcitation {
    /// The ratio alone where the rest is as usual.
    fileprivate func markup(_ usual: Activation) -> Markup {
        if self == SqueezeExcitation(ratio: ratio, activation: usual) { return .number(ratio) }
        var entries: [Markup.Entry] = [
            ("ratio", .number(ratio)), ("of", .word(reference)), ("divisor", .whole(divisor)),
            ("activation", .word(activation)), ("gate", .word(gate)),
        ]
        if rounding != .down { entries.insert(("rounding", .word(rounding)), at: 3) }
        return .row(entries)
    }
}

extension Head {
    fileprivate func markup(_ usual: Activation) -> Markup {
        var entries: [Markup.Entry] = []
        if let channels { entries.append(("channels", .whole(channels))) }
        if activation != usual { entries.append(("activation", .word(activation))) }
        if let gate { entries.append(("se", gate.markup(activation))) }
        if let pooled { entries.append(("pooled", pooled.markup(activation))) }
        entries.append(("dropout", .number(dropout)))
        return .row(entries)
    }
}

extension PooledConvolution {
    fileprivate func markup(_ usual: Activation) -> Markup {
        var entries: [Markup.Entry] = [("channels", .whole(channels)), ("norm", .literal("\(isNormalised)"))]
        if activation != usual { entries.append(("activation", .word(activation))) }
        return .row(entries)
    }
}

extension Scaling {
    fileprivate var markup: Markup {
        let pixels = Int(exactly: resolution).map(Markup.whole) ?? .number(resolution)
        return .row(
            [("width", .number(width)), ("depth", .number(depth)), ("resolution", pixels)]
                + (stages?.named ?? []).map { ($0.key, .list($0.factors.map { .number($0) })) })
    }
}

extension RoundingRules {
    fileprivate var markup: Markup {
        func following(_ isFixed: Bool) -> Markup { .word(isFixed ? Following.fixed : .scaled) }
        let stem =
            stemFixedBelow == 0 || stemFixedBelow == .infinity
            ? following(stemFixedBelow > 0) : .row([("fixed_below", .number(stemFixedBelow))])
        var entries: [Markup.Entry] = [
            ("width_divisor", .whole(widthDivisor)), ("width_floor", .number(widthFloor)),
            ("depth", .word(depth)), ("stem", stem), ("head", .word(head)),
            ("first_stage_depth", following(firstDepthFixed)),
            ("last_stage_depth", following(lastDepthFixed)),
            ("resolution_multiple", .whole(resolutionMultiple)),
        ]
        if innerDivisor != 1 { entries.append(("inner_divisor", .whole(innerDivisor))) }
        return .block(entries)
    }
}
