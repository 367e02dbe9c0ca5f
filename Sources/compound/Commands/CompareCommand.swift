// compound compare: two networks or trials side by side.

import ArgumentParser
import CandidateBenchmark
import Descriptions
import Foundation
import Measurements
import Networks
import ResultStore
import Studies

/// Says what differs between two networks.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare the cost, latency, accuracy and blocks of two networks.",
        discussion: """
            Latencies and accuracies are those that the store knows of the two networks, whichever study asked. Latencies \
            compare under equal conditions, accuracies after equal training; the interval of their difference is paired \
            by seed where both were trained from the same seeds. --time measures both here and now, taking turns as \
            compound bench does. Blocks are aligned by name, and only layers that differ are shown.

            EXAMPLES
              compound compare efficientnet-b0 efficientnet-b1
              compound compare trial:3 trial:7
              compound compare trial:7 best.yaml --store old.sqlite --format json
              compound compare resnet-18 mobilenet-v2 --time --threads 2
            """)

    @Argument(help: ArgumentHelp("A built-in name, a YAML file, or trial:ID.", valueName: "a"))
    var first: String

    @Argument(help: ArgumentHelp("The network to compare it with, named likewise.", valueName: "b"))
    var second: String

    @OptionGroup var store: ReadStoreOptions

    @Flag(help: "Measure the latency of both, interleaved.")
    var time = false

    @OptionGroup(title: "With --time") var execution: ExecutionOptions

    @Option(help: ArgumentHelp("With --time: images of one inference.", valueName: "n"))
    var batch = 1

    @Option(help: ArgumentHelp("With --time: end after this many seconds.", valueName: "s"))
    var seconds = 10.0

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        try check("batch", batch, in: MeasurementPlan.batchRange)
        try check("seconds", seconds, in: MeasurementPlan.secondsRange)
        if !time, batch != 1 || seconds != 10 || execution.threads != nil || execution.instructionSet != nil {
            throw ValidationError(
                "--batch, --seconds, --threads and --instruction-set say how to time; add --time.")
        }
    }

    func run() throws {
        let needsStore = try [first, second].contains { try NetworkReference($0).trial != nil }
        let store: TrialStore?
        do {
            let isThere = self.store.names.contains(where: FileManager.default.fileExists)
            store = needsStore || isThere ? try self.store.open() : nil
        } catch let error as StoreError where error.isAbsence {
            if needsStore { throw ValidationError("\(error)") }
            store = nil
        }
        let comparison = NetworkComparison(try compared(first, store), try compared(second, store))
        let timing = try time ? measured(comparison) : nil
        let report = ComparisonReport(comparison, timing: timing)
        try Output.print(format == .json ? report.markup.json : report.text)
    }

    /// A network by what names it; a name that leads nowhere is a bad argument.
    private func compared(_ name: String, _ store: TrialStore?) throws -> ComparedNetwork {
        let reference = NetworkReference(name)
        do {
            let architecture = try reference.architecture(store: self.store, opened: store)
            return try ComparedNetwork(Network(architecture), named: name, in: store)
        } catch StoreError.noSuchTrial(let file, let id) {
            throw ValidationError("\(StoreError.noSuchTrial(file: file, id: id))")
        } catch let error as DescriptionError where !FileManager.default.fileExists(atPath: name) {
            throw ValidationError("\(error)")
        }
    }

    private func measured(_ comparison: NetworkComparison) throws -> ComparisonReport.Timing {
        let set = try execution.chosenInstructionSet()
        let benchmark = try LatencyBenchmark(
            instructionSet: set, threads: execution.threads ?? 1, batch: batch, secondsCap: seconds)
        return ComparisonReport.Timing(
            latency: try benchmark.measure(comparison.second.network, beside: comparison.first.network)
                .latency,
            conditions: benchmark.conditions(build: buildKind, toolVersion: toolVersion))
    }
}

extension StoreError {
    /// Whether there is no store, or nothing in it.
    fileprivate var isAbsence: Bool {
        switch self {
        case .missing, .outdated: true
        default: false
        }
    }
}
