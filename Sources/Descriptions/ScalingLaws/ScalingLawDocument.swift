// A fitted scaling law as a file: everything that was found, for people and programs, and the baseline with
// its coefficients, from which `scale` and `export` make networks again.

import CompoundSearch
import Networks
import Rendering

/// A fit with the study and the baseline it belongs to.
package struct ScalingLawDocument: Hashable, Sendable {
    /// The study's identifier.
    package var study: String
    /// The study's name.
    package var name: String
    /// The network that the study scaled.
    package var baseline: Architecture
    /// Images of an epoch; 1 where they are not known, so that lengths count in epochs.
    package var imagesPerEpoch: Double
    /// The number of each trained network's trial, by its hash.
    package var trials: [String: Int]
    /// What was found.
    package var fit: ScalingFit
    /// Where the budget is a latency, what the same runs say about a budget of the recommended network's macs.
    package var macsFit: ScalingFit?

    /// A document.
    package init(
        study: String, name: String, baseline: Architecture, imagesPerEpoch: Double, trials: [String: Int],
        fit: ScalingFit, macsFit: ScalingFit? = nil
    ) {
        self.study = study
        self.name = name
        self.baseline = baseline
        self.imagesPerEpoch = imagesPerEpoch
        self.trials = trials
        self.fit = fit
        self.macsFit = macsFit
    }

    /// The document as YAML.
    package var yaml: String { markup.yaml }

    /// The document as JSON of the same structure.
    package var json: String { markup.json }

    /// The sections of a document.
    static let sections = [
        "scaling_law", "study", "answer", "optimum", "optimum_of_macs", "data", "surface", "cost",
        "alternatives", "candidates",
        "draws", "network",
    ]
    /// The keys under `optimum:`.
    static let optimumKeys = ["macs_ratio", "latency_ratio"] + Coefficients.letters + ["shares", "error"]
    /// The keys of a coefficient.
    static let coefficientKeys = ["value", "low", "high", "bound"]

    private var markup: Markup {
        let head: [Markup.Entry] = [
            (
                "scaling_law",
                .text(
                    "log(error) is quadratic in log(depth), log(width), log(resolution) as realised, and "
                        + "log(images seen)"
                )
            ),
            ("study", .row([("id", .text(study)), ("name", .text(name))])),
            ("answer", answerMarkup),
            ("optimum", fit.optimumMarkup),
        ]
        let besides = macsFit.map { [("optimum_of_macs", $0.optimumMarkup)] } ?? []
        return .block(
            head + besides + [
                ("data", dataMarkup),
                ("surface", fit.surfaceMarkup),
                ("cost", fit.cost.markup),
                ("alternatives", .list(fit.alternatives.map(\.markup))),
                ("candidates", .list(fit.candidates.map(\.markup))),
                ("draws", .row([("count", .whole(fit.options.draws)), ("seed", .whole(fit.options.seed))])),
                ("network", baseline.markup),
            ])
    }
}

extension ScalingLawDocument {
    /// The sentence, and the network to take.
    private var answerMarkup: Markup {
        var entries: [Markup.Entry] = [("sentence", .text(sentence))]
        if let rank = fit.recommended {
            entries += [
                ("trial", trials[rank.network.hash].map { Markup.whole($0) } ?? .literal("null")),
                ("error", .row(rank.error.entries)),
                ("latency_ms", rank.network.latency.map(Markup.number) ?? .literal("null")),
                ("regret", .number(rank.regret)),
            ]
        }
        return .block(entries)
    }

    private var dataMarkup: Markup {
        let levels = fit.costLevels.map { level in
            Markup.row([
                ("lowest", .number(level.ratios.lowerBound)),
                ("highest", .number(level.ratios.upperBound)), ("networks", .whole(level.networks)),
            ])
        }
        return .block([
            ("networks", .whole(fit.networks)), ("runs", .whole(fit.runs)),
            ("without_error", .whole(fit.flawless)), ("images", .number(fit.images)),
            ("lengths", .list(fit.lengths.map(Markup.number))), ("images_per_epoch", .number(imagesPerEpoch)),
            ("cost_levels", .list(levels)),
        ])
    }
}

extension Coefficients {
    /// The names of the coefficients, in the order of `ScalingAxis`.
    static let letters = ["alpha", "beta", "gamma"]
}

extension Estimate {
    /// The figure and its interval as entries.
    fileprivate var entries: [Markup.Entry] {
        [("value", .number(value)), ("low", .number(low)), ("high", .number(high))]
    }
}

extension ScalingFit {
    fileprivate var optimumMarkup: Markup {
        var entries: [Markup.Entry] = [("macs_ratio", .number(macsRatio))]
        if options.quantity == .latency { entries.append(("latency_ratio", .number(options.budget))) }
        for (index, letter) in Coefficients.letters.enumerated() {
            let bound = optimum.bounds[index].map { Markup.word($0) } ?? .literal("null")
            entries.append((letter, .row(optimum.coefficients[index].entries + [("bound", bound)])))
        }
        let shares = ScalingAxis.allCases.map { axis -> Markup.Entry in
            let range = shareRanges[axis.rawValue]
            let reach: [Markup.Entry] = [
                ("least", .number(range.lowerBound)), ("most", .number(range.upperBound)),
            ]
            return (axis.description, Markup.row(optimum.shares[axis.rawValue].entries + reach))
        }
        return .block(entries + [("shares", .block(shares)), ("error", .row(optimum.error.entries))])
    }

    fileprivate var surfaceMarkup: Markup {
        let names = ["constant"] + QuadraticSurface.termNames
        let terms = zip(names, coefficients).map { name, estimate in
            Markup.row([("term", .text(name))] + estimate.entries)
        }
        return .block([
            ("r_squared", .number(rSquared)),
            ("seed_deviation", .number(noise.seed)), ("network_deviation", .number(noise.network)),
            ("coefficients", .list(terms)),
        ])
    }
}

extension CostLaw {
    fileprivate var markup: Markup {
        let powers = ScalingAxis.allCases.map { axis -> Markup.Entry in
            (axis.description, Markup.number(exponents[axis.rawValue]))
        }
        return .block([("exponents", .row(powers)), ("deviation", .number(deviation))])
    }
}

extension Alternative {
    fileprivate var markup: Markup {
        .row([
            ("axis", .text(axis.description)), ("factor", .number(factor)),
            ("sampled", .literal("\(isSampled)")), ("error", .row(error.entries)),
            ("error_ratio", .row(ratio.entries)),
        ])
    }
}

extension BudgetStanding.Rank {
    fileprivate var markup: Markup {
        let scale = network.scale
        return .row([
            ("network", .text(network.label)), ("depth", .number(scale.depth)),
            ("width", .number(scale.width)), ("resolution", .number(scale.resolution)),
            ("macs_ratio", .number(network.macsRatio)), ("cost_ratio", .number(network.costRatio)),
            ("latency_ms", network.latency.map(Markup.number) ?? .literal("null")),
            ("trained", .literal("\(network.isTrained)")), ("error", .row(error.entries)),
            ("error_ratio", .row(ratio.entries)), ("regret", .number(regret)),
            ("indistinguishable", .literal("\(isIndistinguishable)")),
        ])
    }
}
