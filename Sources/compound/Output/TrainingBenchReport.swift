// Timings of training steps as `bench --mode train` prints them.

import CandidateBenchmark
import Descriptions
import Measurements
import Networks
import ProxyTraining
import Rendering

/// A network's training speed with everything it depends on.
struct TrainingBenchReport {
    let measurement: TrainingBenchmark.Measurement
    let network: Network
    let instructionSet: String
    let threads: Int
    let batch: Int
    let cap: Double

    private var imagesPerSecond: Double { Double(batch) * 1e3 / measurement.median }

    /// The figures and conditions as one flat object.
    var markup: Markup {
        let machine = Machine.current
        return .block([
            ("network", .text(network.architecture.name)), ("network_hash", .text(network.contentHash)),
            ("resolution", .whole(network.dimensions.resolution)),
            ("macs", .whole(network.cost.macs.value)),
            ("parameters", .whole(network.cost.parameters.value)),
            ("images_per_second", .number(imagesPerSecond)), ("step_ms", .number(measurement.median)),
            ("step_ms_min", .number(measurement.minimum)), ("step_ms_ci95", .number(measurement.halfWidth)),
            ("samples", .whole(measurement.samples)),
            ("reached_cap", .literal("\(measurement.reachedCap)")), ("seconds_cap", .number(cap)),
            ("memory_bytes", .whole(measurement.memoryBytes)), ("instruction_set", .text(instructionSet)),
            ("threads", .whole(threads)), ("batch", .whole(batch)), ("build", .text(buildKind)),
            ("tool_version", .text(toolVersion)), ("processor", .text(machine.processor)),
            ("cores", .whole(machine.cores)), ("machine_memory_bytes", .whole(machine.memoryBytes)),
            ("system", .text(machine.system)),
        ])
    }

    /// The figures for a person.
    var text: String {
        var table = TextTable(["", ""])
        table.append(["training", "\(imagesPerSecond.digits(1)) images/s"])
        table.append(["step", measurement.median.milliseconds(halfWidth: measurement.halfWidth)])
        table.append(["minimum", "\(measurement.minimum.digits(3)) ms"])
        table.append(["samples", "\(measurement.samples)"])
        table.append([
            "memory", "\(measurement.memoryBytes.bytes) of activations, parameters, gradients, velocities",
        ])
        table.append([
            "conditions",
            "\(instructionSet), \(threads) thread\(threads == 1 ? "" : "s"), batch \(batch), SGD with Nesterov "
                + "momentum",
        ])
        let heading =
            "\(network.architecture.name): \(network.cost.macs.value.short) macs, "
            + "\(network.cost.parameters.value.short) parameters, \(network.dimensions.resolution) pixels"
        let cap =
            measurement.reachedCap
            ? "stopped at the cap of \(cap.coefficient) s before the interval was within 1 %"
            : "interval within 1 % before the cap of \(cap.coefficient) s"
        return heading + table.rendered + "\n" + cap
    }
}

/// The time of every part of every layer in a training step.
struct TrainingLayerReport {
    let times: [TrainingBenchmark.PartTime]

    private var total: Double { times.reduce(0) { $0 + $1.milliseconds } }

    /// Milliseconds by layer and part, layers in order.
    private var layers: [(name: String, parts: [TrainingPhase.Part: Double])] {
        var order: [String] = []
        var parts: [String: [TrainingPhase.Part: Double]] = [:]
        for time in times {
            let name = "\(time.layer.name)"
            if parts[name] == nil { order.append(name) }
            parts[name, default: [:]][time.part, default: 0] += time.milliseconds
        }
        return order.map { ($0, parts[$0] ?? [:]) }
    }

    /// One object a layer.
    var markup: Markup {
        .list(
            layers.map { name, parts in
                .block(
                    [("layer", .text(name))]
                        + TrainingPhase.Part.allCases.map { part in
                            (
                                part.rawValue.replacing(" ", with: "_") + "_ms",
                                .number(parts[part] ?? 0)
                            )
                        } + [("share", .number(parts.values.reduce(0, +) / total))])
            })
    }

    /// A table with the totals below.
    var text: String {
        var table = TextTable([
            "layer", "fwd", "norm", "gate", "∂gate", "∂norm", "∂input", "∂weight", "share %",
        ])
        let columns: [TrainingPhase.Part] = [
            .forward, .norm, .gate, .gateGradient, .normGradient, .inputGradient, .weightGradient,
        ]
        for (name, parts) in layers {
            table.append(
                [name] + columns.map { parts[$0]?.digits(3) ?? "" }
                    + [(100 * parts.values.reduce(0, +) / total).digits(1)])
        }
        let sums = columns.map { part in layers.reduce(0) { $0 + ($1.parts[part] ?? 0) } }
        table.append(["total"] + sums.map { $0.digits(3) } + ["100.0"])
        return table.rendered + "\n\(total.digits(3)) ms a step, without the change of weights"
    }
}
