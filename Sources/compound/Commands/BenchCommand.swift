// compound bench: how fast a network is on this machine.

import ArgumentParser
import CandidateBenchmark
import ConvolutionKernels
import Descriptions
import Measurements
import Networks
import Rendering
import Studies

/// Times a network beside a fixed anchor network.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Time a network on this machine with the in-tree kernels.",
        discussion: """
            Times are Float32 with random weights. After a warm-up, the network and the anchor \
            (\(LatencyBenchmark.anchorName)) take turns in at least six rounds, until the 95 % intervals \
            are within 1 % for the median and 0.5 % for its ratio to the anchor, or --seconds have passed. \
            The intervals are of the medians, for the machine as it was meanwhile, and unknown below six rounds. \
            Compare latency_ratio between runs: it holds where raw times drift. With --mode train, steps are \
            timed instead: forward, cross-entropy, backward, SGD with Nesterov momentum, on one resident batch.

            EXAMPLES
              compound bench efficientnet-b0
              compound bench resnet-50 --threads 2 --format json
              compound bench efficientnet-b0 --layers
              compound bench efficientnet-b0 --mode train --resolution 32 --batch 64 --threads 2
              compound bench --machine --threads 2
            """)

    @Argument(help: ArgumentHelp("A built-in name, a YAML file, or trial:ID.", valueName: "network"))
    var network: String?

    @OptionGroup var factors: FactorOptions
    @OptionGroup var store: ReadStoreOptions
    @OptionGroup var execution: ExecutionOptions

    @Option(help: "infer, or train for steps of training.")
    var mode = ExecutionMode.infer

    @Option(help: ArgumentHelp("Images of one inference or step.", valueName: "n"))
    var batch = 1

    @Option(
        help: ArgumentHelp(
            "End after this many seconds, and three runs, even if the interval is wide.", valueName: "s"))
    var seconds = 10.0

    @Flag(
        help: "Print time, macs and share of every layer instead, and how near it is to what is attainable.")
    var layers = false

    @Flag(help: "Measure what this machine can do at best: multiply–adds, and bytes read by working set.")
    var machine = false

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        if (network == nil) != machine {
            throw ValidationError("give one network to time, or --machine for the machine itself.")
        }
        if mode == .train, batch == 1 {
            throw ValidationError("--batch \(batch) has no statistics to train with; give 2 or more images.")
        }
        try check("batch", batch, in: MeasurementPlan.batchRange)
        try check("seconds", seconds, in: MeasurementPlan.secondsRange)
    }

    func run() throws {
        if machine { return try printCeilings() }
        guard let name = network else { return }
        let network = try factors.realised(
            NetworkReference(name).architecture(store: store), given: name)
        if mode == .train { return try printTraining(of: network) }
        let benchmark = try LatencyBenchmark(
            instructionSet: execution.chosenInstructionSet(), threads: execution.threads ?? 1, batch: batch,
            secondsCap: seconds)
        try benchmark.checkMemory(network)
        try announce(network)
        if layers {
            let report = LayerReport(
                try benchmark.layerTimes(of: network), network: network, batch: batch)
            try Output.print(format == .json ? report.markup.json : report.text)
        } else {
            let report = BenchReport(
                measurement: try benchmark.measure(network), network: network,
                conditions: benchmark.conditions(build: buildKind, toolVersion: toolVersion), cap: seconds)
            try Output.print(format == .json ? report.markup.json : report.text)
        }
    }

    private func printTraining(of network: Network) throws {
        let set = try execution.chosenInstructionSet()
        let threads = execution.threads ?? 1
        let benchmark = try TrainingBenchmark(
            network, instructionSet: set, threads: threads, batch: batch, secondsCap: seconds)
        try announce(network)
        if layers {
            let report = TrainingLayerReport(times: benchmark.partTimes())
            return try Output.print(format == .json ? report.markup.json : report.text)
        }
        let report = TrainingBenchReport(
            measurement: benchmark.measure(), network: network, instructionSet: set.rawValue,
            threads: threads, batch: batch, cap: seconds)
        try Output.print(format == .json ? report.markup.json : report.text)
    }

    /// Says before a timing of long runs what it takes.
    private func announce(_ network: Network) throws {
        let estimate = try TimingEstimate(
            network, batch: batch, isTraining: mode == .train,
            instructionSet: execution.chosenInstructionSet(), threads: execution.threads ?? 1)
        guard let estimate, estimate.runSeconds >= 1 else { return }
        Output.note(
            "one \(mode == .train ? "step" : "run") of \(batch.grouped) image\(batch == 1 ? "" : "s") takes at least "
                + "\(estimate.runSeconds.digits(0)) s, and timing at least \(estimate.seconds.digits(0)) s; Ctrl-C ends it."
        )
    }

    /// The ceilings for working sets from the second cache to main memory.
    private func printCeilings() throws {
        let set = try execution.chosenInstructionSet()
        let ceilings = try [1, 4, 16, 64, 256].map { mebibytes in
            try MachineCeilings(
                instructionSet: set, threads: execution.threads ?? 1, workingSetBytes: mebibytes << 20)
        }
        let peak = ceilings.map(\.gigaflops).max() ?? .nan
        switch format {
        case .json:
            let reads = ceilings.map { ceiling in
                Markup.block([
                    ("working_set_bytes", .whole(ceiling.workingSetBytes)),
                    ("gigabytes_per_second", .number(ceiling.gigabytes)),
                ])
            }
            let report = Markup.block([
                ("instruction_set", .text(set.rawValue)), ("threads", .whole(execution.threads ?? 1)),
                ("gflops", .number(peak)), ("reads", .list(reads)),
            ])
            try Output.print(report.json)
        case .table:
            var table = TextTable(["working set", "GB/s read"])
            for ceiling in ceilings {
                table.append([ceiling.workingSetBytes.bytes, ceiling.gigabytes.digits(1)])
            }
            try Output.print(
                "\(set.rawValue), \(execution.threads ?? 1) thread(s): \(peak.digits(1)) GFLOP/s\n\n"
                    + table.rendered)
        }
    }
}
