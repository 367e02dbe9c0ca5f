// Timings as `bench` prints them.

import CandidateBenchmark
import Descriptions
import Measurements
import Networks
import Rendering

/// A network's latency with everything it depends on.
struct BenchReport {
    let measurement: LatencyBenchmark.Measurement
    let network: Network
    let conditions: Conditions
    let cap: Double

    /// The figures and conditions as one flat object.
    var markup: Markup {
        let latency = measurement.latency
        return .block([
            ("network", .text(network.architecture.name)), ("network_hash", .text(network.contentHash)),
            ("width", .number(network.architecture.scaling.width)),
            ("depth", .number(network.architecture.scaling.depth)),
            ("resolution", .whole(network.dimensions.resolution)),
            ("macs", .whole(network.cost.macs.value)),
            ("parameters", .whole(network.cost.parameters.value)),
            ("latency_ms", .number(latency.median)), ("latency_ms_min", .number(latency.minimum)),
            ("latency_ms_ci95", .number(latency.halfWidth)), ("samples", .whole(latency.samples)),
            ("rounds", .whole(measurement.rounds)), ("reached_cap", .literal("\(measurement.reachedCap)")),
            ("seconds_cap", .number(cap)), ("anchor", .text(conditions.anchor)),
            ("anchor_ms", .number(latency.anchor)), ("latency_ratio", .number(latency.ratio)),
            ("latency_ratio_ci95", .number(latency.ratioHalfWidth)),
            ("images_per_second", .number(Double(conditions.batch) * 1e3 / latency.median)),
            ("gflops", .number(gigaflops)), ("memory_bytes", .whole(measurement.plannedMemoryBytes)),
            ("instruction_set", .text(conditions.instructionSet)), ("threads", .whole(conditions.threads)),
            ("batch", .whole(conditions.batch)), ("build", .text(conditions.build)),
            ("tool_version", .text(conditions.toolVersion)),
            ("processor", .text(conditions.machine.processor)), ("cores", .whole(conditions.machine.cores)),
            ("machine_memory_bytes", .whole(conditions.machine.memoryBytes)),
            ("system", .text(conditions.machine.system)),
        ])
    }

    /// The figures for a person.
    var text: String {
        let latency = measurement.latency
        var table = TextTable(["", ""])
        table.append(["latency", latency.median.milliseconds(halfWidth: latency.halfWidth)])
        table.append(["minimum", "\(latency.minimum.digits(3)) ms"])
        table.append(["samples", "\(latency.samples) in \(measurement.rounds) rounds"])
        table.append([
            "ratio",
            latency.ratio.digits(4)
                + (latency.ratioHalfWidth.isFinite ? " ± \(latency.ratioHalfWidth.digits(4))" : "")
                + " × \(conditions.anchor) (\(latency.anchor.digits(3)) ms)",
        ])
        table.append([
            "throughput",
            "\(gigaflops.digits(1)) GFLOP/s, \((Double(conditions.batch) * 1e3 / latency.median).digits(1)) images/s",
        ])
        table.append(["memory", "\(measurement.plannedMemoryBytes.bytes) of activations and packed weights"])
        table.append([
            "conditions",
            "\(conditions.instructionSet), \(conditions.threads) thread\(conditions.threads == 1 ? "" : "s"), "
                + "batch \(conditions.batch), \(conditions.build) build \(conditions.toolVersion)",
        ])
        table.append([
            "machine",
            "\(conditions.machine.processor), \(conditions.machine.cores) core\(conditions.machine.cores == 1 ? "" : "s"), \(conditions.machine.system)",
        ])
        let cap =
            measurement.reachedCap
            ? "stopped at the cap of \(cap.coefficient) s before the intervals were within 1 %, and 0.5 % of the ratio"
            : "intervals within 1 %, and 0.5 % of the ratio, before the cap of \(cap.coefficient) s"
        let heading =
            "\(network.architecture.name): \(network.cost.macs.value.short) macs, "
            + "\(network.cost.parameters.value.short) parameters, \(network.dimensions.resolution) pixels"
        return heading + table.rendered + "\n" + cap
    }

    /// Two operations per multiply–accumulate.
    private var gigaflops: Double {
        2 * Double(network.cost.macs.value) * Double(conditions.batch) / measurement.latency.median / 1e6
    }
}

extension Double {
    /// A median in milliseconds with its interval, which the first few rounds do not give.
    func milliseconds(halfWidth: Double) -> String {
        "\(digits(3)) ms "
            + (halfWidth.isFinite
                ? "± \(halfWidth.digits(3)) (95 % interval of the median)"
                : "(too few rounds for an interval)")
    }
}

/// The time of every layer.
struct LayerReport {
    private let rows: [(layer: Layer, median: Double, least: Double)]
    private let ceilings: MachineCeilings
    private let batch: Int

    /// A report of the layers' times, in the network's order.
    init(_ times: LatencyBenchmark.LayerTimes, network: Network, batch: Int) {
        rows = network.layers.enumerated().map { ($1, times.medians[$0], times.minima[$0]) }
        ceilings = times.ceilings
        self.batch = batch
    }

    private var total: Double { rows.reduce(0) { $0 + $1.least } }

    /// One object a layer.
    var markup: Markup {
        .list(
            rows.map { layer, median, least in
                .block([
                    ("layer", .text("\(layer.name)")), ("operation", .text(layer.operation.title)),
                    ("time_ms", .number(median)), ("time_ms_min", .number(least)),
                    ("macs", .whole(layer.cost.macs.value * batch)),
                    ("gflops", .number(gigaflops(layer.cost.macs.value, least))),
                    ("share", .number(least / total)), ("attained", .number(attained(layer, least))),
                ])
            })
    }

    /// A table with the total below; a layer without a time is fused into the one before or after it.
    var text: String {
        var table = TextTable([
            "layer", "operation", "output", "ms", "macs", "GFLOP/s", "share %", "of best %",
        ])
        for (layer, _, least) in rows {
            let shape = layer.output.shape
            let macs = layer.cost.macs.value
            table.append([
                "\(layer.name)", layer.operation.title, "\(shape.height)×\(shape.width)×\(shape.channels)",
                least == 0 ? "fused" : least.digits(3), macs == 0 ? "" : (macs * batch).short,
                macs == 0 || least == 0 ? "" : gigaflops(macs, least).digits(1),
                least == 0 ? "" : (100 * least / total).digits(1),
                least == 0 ? "" : (100 * attained(layer, least)).digits(0),
            ])
        }
        let macs = rows.reduce(0) { $0 + $1.layer.cost.macs.value }
        let best = rows.reduce(0) { $0 + ceilings.leastMilliseconds($1.layer, batch: batch) }
        table.append([
            "total", "", "", total.digits(3), (macs * batch).short, gigaflops(macs, total).digits(1), "100.0",
            (100 * best / total).digits(0),
        ])
        let median = rows.reduce(0) { $0 + $1.median }
        return table.rendered + "\nms: the least of all runs; the layers' medians add up to "
            + "\(median.digits(3)) ms\nbest: \(ceilings.gigaflops.digits(1)) GFLOP/s, "
            + "\(ceilings.gigabytes.digits(1)) GB/s from a working set of \(ceilings.workingSetBytes.bytes)"
    }

    /// The share of what the machine allows at best; 0 for a layer fused into another.
    private func attained(_ layer: Layer, _ milliseconds: Double) -> Double {
        milliseconds == 0 ? 0 : ceilings.leastMilliseconds(layer, batch: batch) / milliseconds
    }

    /// Two operations per multiply–accumulate.
    private func gigaflops(_ macs: Int, _ milliseconds: Double) -> Double {
        2 * Double(macs * batch) / milliseconds / 1e6
    }
}
