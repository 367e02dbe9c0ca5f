// What a search hands over: a network file with everything known about the candidate beside it.
// The file is itself a NETWORK, and a reader of it checks that network and cost still belong together.

import CompoundSearch
import Measurements
import Networks
import Rendering

/// A network with its cost and, where it comes from a search, its coefficients, latency and origin.
package struct CandidateExport: Hashable, Sendable {
    /// The network with the factors that were realised.
    package var network: Network
    /// The point that gave it, for a candidate of a search.
    package var coefficients: Coefficients?
    /// The coefficients that give the same network.
    package var ranges: CoefficientRanges?
    /// What was measured of it.
    package var measurement: Measurement?
    /// How to find it again.
    package var reproduction: Reproduction?
    /// What a program that trains it is to do, for documents that go to one.
    package var training: Training?
    /// What its weights were trained on, where there are some.
    package var input: InputContract?

    /// An export; of a built-in network when nothing but the network is given.
    package init(
        _ network: Network, coefficients: Coefficients? = nil, ranges: CoefficientRanges? = nil,
        measurement: Measurement? = nil, reproduction: Reproduction? = nil
    ) {
        self.network = network
        self.coefficients = coefficients
        self.ranges = ranges
        self.measurement = measurement
        self.reproduction = reproduction
    }

    /// A latency with everything it depends on.
    package struct Measurement: Hashable, Sendable {
        /// The times.
        package var latency: Latency
        /// The machine and the options.
        package var conditions: Conditions
        /// When, in ISO 8601.
        package var measuredAt: String

        /// A measurement.
        package init(latency: Latency, conditions: Conditions, measuredAt: String) {
            self.latency = latency
            self.conditions = conditions
            self.measuredAt = measuredAt
        }
    }

    /// The study, the point in it, and commands that repeat it.
    package struct Reproduction: Hashable, Sendable {
        /// The study's identifier.
        package var study: String
        /// How points were drawn.
        package var strategy: Strategy
        /// The seed of random points.
        package var seed: UInt64
        /// The index of the first point that gives this network.
        package var point: Int
        /// Command lines, in the order in which to run them.
        package var commands: [String]

        /// A way back to a candidate.
        package init(study: String, strategy: Strategy, seed: UInt64, point: Int, commands: [String]) {
            self.study = study
            self.strategy = strategy
            self.seed = seed
            self.point = point
            self.commands = commands
        }
    }
}

extension CandidateExport {
    /// The document as YAML.
    package var yaml: String { markup.yaml }

    /// The document as JSON of the same structure.
    package var json: String { markup.json }

    /// The sections that a document may have.
    static let sections = [
        "network", "realised", "input", "coefficients", "cost", "measurement", "machine", "reproduce",
        "training",
    ]

    private var markup: Markup {
        var entries: [Markup.Entry] = [
            ("network", network.architecture.markup), ("realised", network.dimensions.markup),
        ]
        if let input { entries.append(("input", input.markup)) }
        if let coefficients { entries.append(("coefficients", coefficients.markup(ranges))) }
        entries.append(("cost", network.cost.markup))
        if let measurement {
            entries.append(("measurement", measurement.markup))
            entries.append(("machine", measurement.conditions.machine.markup))
        }
        if let reproduction { entries.append(("reproduce", reproduction.markup)) }
        if let training { entries.append(("training", training.markup)) }
        return .block(entries)
    }
}

extension Coefficients {
    fileprivate func markup(_ ranges: CoefficientRanges?) -> Markup {
        var entries: [Markup.Entry] = [
            ("alpha", .number(alpha)), ("beta", .number(beta)), ("gamma", .number(gamma)),
            ("phi", .number(phi)),
        ]
        for (key, list) in [("alpha_stages", stages?.depths), ("beta_stages", stages?.widths)] {
            if let list, !list.isEmpty { entries.append((key, .list(list.map { .number($0) }))) }
        }
        if let ranges {
            // A mean over stages says nothing of what else gives the same network.
            let axes = [
                ("alpha", ranges.alpha, stages?.depths), ("beta", ranges.beta, stages?.widths),
                ("gamma", ranges.gamma, nil),
            ].filter { $0.2?.isEmpty ?? true }
            let bounds = axes.map {
                ($0.0, Markup.list([.number($0.1.lowerBound), .number($0.1.upperBound)]))
            }
            entries.append(("same_network", .block(bounds)))
        }
        return .block(entries)
    }
}

extension Cost {
    /// The keys under `cost:`.
    static let keys = Cost().entries.map(\.key)

    fileprivate var markup: Markup { .block(entries) }

    private var entries: [Markup.Entry] {
        [
            ("macs", .whole(macs.value)), ("bias_adds", .whole(biasAdds.value)),
            ("norm_elements", .whole(normElements.value)), ("activations", .whole(activations.value)),
            ("parameters", .whole(parameters.value)), ("weight_bytes", .whole(weightBytes.value)),
            ("peak_activation_bytes", .whole(peakActivationBytes.value)),
        ]
    }
}

extension CandidateExport.Measurement {
    fileprivate var markup: Markup {
        .block([
            ("latency_ms", .number(latency.median)), ("latency_ms_min", .number(latency.minimum)),
            ("latency_ms_ci95", .number(latency.halfWidth)), ("samples", .whole(latency.samples)),
            ("anchor_ms", .number(latency.anchor)), ("latency_ratio", .number(latency.ratio)),
            ("latency_ratio_ci95", .number(latency.ratioHalfWidth)),
            ("latency_origin", .text(conditions.origin.rawValue)),
            ("instruction_set", .text(conditions.instructionSet)), ("threads", .whole(conditions.threads)),
            ("batch", .whole(conditions.batch)), ("build", .text(conditions.build)),
            ("tool_version", .text(conditions.toolVersion)), ("anchor", .text(conditions.anchor)),
            ("measured_at", .text(measuredAt)),
        ])
    }
}

extension Machine {
    fileprivate var markup: Markup {
        .block([
            ("processor", .text(processor)), ("cores", .whole(cores)), ("memory_bytes", .whole(memoryBytes)),
            ("system", .text(system)),
        ])
    }
}

extension CandidateExport.Reproduction {
    fileprivate var markup: Markup {
        .block([
            ("study", .text(study)), ("strategy", .word(strategy)), ("seed", .whole(seed)),
            ("point", .whole(point)), ("commands", .list(commands.map(Markup.text))),
        ])
    }
}
