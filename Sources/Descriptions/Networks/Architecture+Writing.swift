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
        return .block([
            ("name", .text(name)),
            ("stem", stem.markup),
            ("stages", .list(stages.map { $0.markup(usual) })),
            ("head", head.markup(usual)),
            ("activation", .word(usual)),
            ("scaling", scaling.markup),
            ("rules", rules.markup),
            ("channels", .whole(channels)),
            ("classes", .whole(classes)),
            ("padding", .word(padding)),
            ("batch_norm_epsilon", .number(batchNormEpsilon)),
            ("drop_path", .number(dropPath)),
        ])
    }
}

extension Stem {
    fileprivate var markup: Markup {
        var entries: [Markup.Entry] = [
            ("channels", .whole(channels)), ("kernel", .whole(kernel)), ("stride", .whole(stride)),
        ]
        if let pooling {
            let window = [("kernel", Markup.whole(pooling.kernel)), ("stride", .whole(pooling.stride))]
            entries.append(("pool", .row(window)))
        }
        return .row(entries)
    }
}

extension Stage {
    fileprivate func markup(_ usual: Activation) -> Markup {
        var entries: [Markup.Entry] = [
            ("block", .word(block)), ("repeats", .whole(repeats)), ("kernel", .whole(kernel)),
            ("stride", .whole(stride)), ("expansion", .whole(expansion)), ("channels", .whole(channels)),
        ]
        if let squeezeExcitation { entries.append(("se", squeezeExcitation.markup(activation))) }
        if activation != usual { entries.append(("activation", .word(activation))) }
        return .row(entries)
    }
}

extension SqueezeExcitation {
    /// The ratio alone where the rest is as usual.
    fileprivate func markup(_ usual: Activation) -> Markup {
        if self == SqueezeExcitation(ratio: ratio, activation: usual) { return .number(ratio) }
        return .row([
            ("ratio", .number(ratio)), ("of", .word(reference)), ("divisor", .whole(divisor)),
            ("activation", .word(activation)), ("gate", .word(gate)),
        ])
    }
}

extension Head {
    fileprivate func markup(_ usual: Activation) -> Markup {
        var entries: [Markup.Entry] = []
        if let channels { entries.append(("channels", .whole(channels))) }
        if activation != usual { entries.append(("activation", .word(activation))) }
        if let squeezeExcitation { entries.append(("se", squeezeExcitation.markup(activation))) }
        entries.append(("dropout", .number(dropout)))
        return .row(entries)
    }
}

extension Scaling {
    fileprivate var markup: Markup {
        let pixels = Int(exactly: resolution).map(Markup.whole) ?? .number(resolution)
        return .row([("width", .number(width)), ("depth", .number(depth)), ("resolution", pixels)])
    }
}

extension RoundingRules {
    fileprivate var markup: Markup {
        func following(_ isFixed: Bool) -> Markup { .word(isFixed ? Following.fixed : .scaled) }
        return .block([
            ("width_divisor", .whole(widthDivisor)), ("width_floor", .number(widthFloor)),
            ("depth", .word(depth)), ("stem", following(stemFixed)), ("head", .word(head)),
            ("first_stage_depth", following(firstDepthFixed)),
            ("last_stage_depth", following(lastDepthFixed)),
            ("resolution_multiple", .whole(resolutionMultiple)),
        ])
    }
}
