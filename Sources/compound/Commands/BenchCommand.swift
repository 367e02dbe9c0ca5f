// compound bench: how fast a network is on this machine.

import ArgumentParser
import CandidateBenchmark
import CompoundSearch
import ConvolutionKernels
import Networks

/// Times a network beside a fixed anchor network.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Time a network on this machine with the in-tree kernels.",
        discussion: """
            Times are Float32 with random weights. After a warm-up, the network and the anchor \
            (\(LatencyBenchmark.anchorName)) take turns in at least five rounds, until the 95 % interval of \
            the median is within 1 % or --seconds have passed. Compare latency_ratio between runs: it holds \
            where raw times drift.

            EXAMPLES
              compound bench efficientnet-b0
              compound bench resnet-50 --threads 2 --format json
              compound bench efficientnet-b0 --layers
            """)

    @OptionGroup var network: NetworkOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var execution: ExecutionOptions

    @Option(help: ArgumentHelp("Images of one inference.", valueName: "n"))
    var batch = 1

    @Option(help: ArgumentHelp("End after this many seconds even if the interval is wide.", valueName: "s"))
    var seconds = 10.0

    @Flag(help: "Print time, macs and share of every layer instead.")
    var layers = false

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        guard 1...4096 ~= batch else {
            throw ValidationError("--batch \(batch) is out of range; give 1 to 4096 images.")
        }
        guard seconds > 0, seconds <= 86_400 else {
            throw ValidationError(
                "--seconds \(seconds) is out of range; give a number above 0, at most 86400.")
        }
    }

    func run() throws {
        let network = try network.realised(store: store.store)
        let benchmark = try LatencyBenchmark(
            instructionSet: execution.chosenInstructionSet(), threads: execution.threads ?? 1, batch: batch,
            secondsCap: seconds)
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
}
