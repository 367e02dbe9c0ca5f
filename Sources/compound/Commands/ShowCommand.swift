// compound show: what a network is and what it costs.

import ArgumentParser
import Descriptions
import Measurements
import NetworkExecution
import Networks
import ProxyTraining
import Recipes
import Rendering

/// Prints a network's stages and exact cost.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a network's stages and its exact cost.",
        discussion: """
            EXAMPLES
              compound show efficientnet-b0
              compound show resnet-50 --width 0.5 --format json
              compound show my-network.yaml --layers
              compound show efficientnet-b4 --conventions
              compound show efficientnet-b7 --batch 32 --threads 2
              compound show efficientnet-b0 --mode train --batch 64
              compound show --list
            """)

    @Argument(help: ArgumentHelp("A built-in name, a YAML file, or trial:ID.", valueName: "network"))
    var network: String?

    @OptionGroup var factors: FactorOptions
    @OptionGroup var store: StoreOptions

    @Flag(help: "Print every layer with its cost.")
    var layers = false

    @Flag(help: "Print the cost by the five conventions that publications call FLOPs.")
    var conventions = false

    @Flag(help: "List the built-in networks with their factors and costs.")
    var list = false

    @Option(help: "infer, or train for the memory that training takes.")
    var mode = ExecutionMode.infer

    @Option(
        help: ArgumentHelp(
            "Images of one inference or training step, for the memory it takes; 1 and 128 unless given.",
            valueName: "n"))
    var batch: Int?

    @Option(help: ArgumentHelp("Threads that share it.", valueName: "t"))
    var threads = 1

    @Option(help: "The optimiser of a training step: sgd or rmsprop.")
    var optimizer = OptimiserName.sgd

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        let fewest = mode == .train ? 2 : MeasurementPlan.batchRange.lowerBound
        try check("batch", batch, in: fewest...MeasurementPlan.batchRange.upperBound)
        try check("threads", threads, in: MeasurementPlan.threadRange)
        if (network == nil) != list {
            throw ValidationError("give one network to show, or --list for the names of the built-in ones.")
        }
        if conventions, layers || list {
            throw ValidationError("--conventions prints a report of its own; leave out the other flag.")
        }
    }

    func run() throws {
        if list { return try printList() }
        guard let name = network else { return }
        let network = try factors.realised(
            NetworkReference(name).architecture(store: store.store), given: name)
        if conventions {
            let report = ConventionReport(network)
            return try Output.print(format == .json ? report.markup().json : report.text())
        }
        if mode == .train {
            let batch = batch ?? 128
            let report = TrainingMemoryReport(
                network: network, batch: batch, optimiser: optimizer,
                plan: try TrainingPlan(network, batch: batch, threads: threads))
            return try Output.print(format == .json ? report.markup.json : report.text)
        }
        let memory = InferenceMemory(
            plan: try ExecutionPlan(network, batch: batch ?? 1, threads: threads), batch: batch ?? 1,
            threads: threads)
        let report = NetworkReport(network, layers: layers, memory: memory)
        switch format {
        case .json: try Output.print(report.markup.json)
        case .table: try Output.print(report.text)
        }
    }

    private func printList() throws {
        let networks = try PublishedNetworks.all.map { try Network($0) }
        switch format {
        case .json:
            try Output.print(
                Markup.list(networks.map { NetworkReport($0, layers: false).markup }).json)
        case .table:
            var table = TextTable(["network", "width", "depth", "resolution", "macs", "parameters"])
            for network in networks {
                let scaling = network.architecture.scaling
                table.append([
                    network.architecture.name, scaling.width.coefficient, scaling.depth.coefficient,
                    "\(network.dimensions.resolution)", network.cost.macs.value.short,
                    network.cost.parameters.value.short,
                ])
            }
            try Output.print(table.rendered)
        }
    }
}
