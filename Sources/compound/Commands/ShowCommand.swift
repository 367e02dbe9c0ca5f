// compound show: what a network is and what it costs, to run and to train.

import ArgumentParser
import CompoundSearch
import ConvolutionKernels
import Datasets
import Descriptions
import Measurements
import NetworkExecution
import Networks
import ProxyTraining
import Recipes
import Rendering
import Studies

/// Prints a network's stages and exact cost.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a network's stages and its exact cost.",
        discussion: """
            With --mode train and --data, what compound train with the same options would do is checked \
            and shown without doing it: images, steps and memory, or why it cannot succeed. Without \
            --data, the memory is that of a step; whether a recipe suits images is not known then.

            EXAMPLES
              compound show efficientnet-b0
              compound show resnet-50 --width 0.5 --format json
              compound show my-network.yaml --layers
              compound show efficientnet-b4 --conventions
              compound show mobilenet-v2 --width 1.4 --matches 610.1M
              compound show efficientnet-b7 --batch 32 --threads 2
              compound show efficientnet-b0 --mode train --batch 64
              compound show tiny.yaml --mode train --data photos/ --validation 200 --epochs 10
              compound show --list
            """)

    @Argument(help: ArgumentHelp("A built-in name, a YAML file, or trial:ID.", valueName: "network"))
    var network: String?

    @OptionGroup var factors: FactorOptions
    @OptionGroup var store: ReadStoreOptions

    @Flag(help: "Print every layer with its cost.")
    var layers = false

    @Flag(help: "Print the cost by the conventions that publications call FLOPs or parameters.")
    var conventions = false

    @Option(help: ArgumentHelp("Say which count a published figure is, such as 0.39G.", valueName: "figure"))
    var matches: PrintedFigure?

    @Flag(help: "List the built-in networks with their factors and costs.")
    var list = false

    @Option(help: "infer, or train for the memory that training takes.")
    var mode = ExecutionMode.infer

    @Option(
        help: ArgumentHelp(
            "Images of one inference or training step; 1 and \(TrainingRecipe.usualBatch) unless given.",
            valueName: "n"))
    var batch: Int?

    @Option(help: ArgumentHelp("Threads that share it.", valueName: "t"))
    var threads = 1

    @Option(help: DataOptions.help)
    var data: String?

    @OptionGroup(title: "Data, with --mode train") var parts: DataOptions
    @OptionGroup(title: "Recipe, with --mode train") var recipe: RecipeOptions

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        try check(
            "batch", batch, in: mode == .train ? TrainingRecipe.batchRange : MeasurementPlan.batchRange)
        try check("threads", threads, in: MeasurementPlan.threadRange)
        if (network == nil) != list {
            throw ValidationError("give one network to show, or --list for the names of the built-in ones.")
        }
        if conventions, layers || list || matches != nil {
            throw ValidationError("--conventions prints a report of its own; leave out the other flag.")
        }
        if matches != nil, layers || list || mode == .train {
            throw ValidationError("--matches prints a report of its own; leave out the other flags.")
        }
        let isPlain =
            data == nil && parts.isEmpty && recipe.stretch(batch: 2) == RecipeOptions.usual(batch: 2)
        if mode == .infer, !isPlain {
            throw ValidationError(
                "data and recipe belong to a training; add --mode train, or leave them out.")
        }
        if data == nil, !parts.isEmpty {
            throw ValidationError("parts of a data set are asked for, and none is named; add --data.")
        }
    }

    func run() throws {
        if list { return try printList() }
        guard let name = network else { return }
        if mode == .train, !conventions { return try printTraining(of: name) }
        let network = try factors.realised(
            NetworkReference(name).architecture(store: store), given: name)
        if conventions {
            let report = ConventionReport(network)
            return try Output.print(format == .json ? report.markup().json : report.text())
        }
        if let matches {
            let report = try MatchReport(network, matches)
            return try Output.print(format == .json ? report.markup.json : report.text)
        }
        for note in ScalingNotes.rounding(of: network.architecture) { Output.note(note) }
        var memory: InferenceMemory?
        do {
            memory = InferenceMemory(
                plan: try ExecutionPlan(network, batch: batch ?? 1, threads: threads), batch: batch ?? 1,
                threads: threads)
        } catch { Output.note("note: it cannot be run: \(error)") }
        let report = NetworkReport(network, layers: layers, memory: memory)
        switch format {
        case .json: try Output.print(report.markup.json)
        case .table: try Output.print(report.text)
        }
    }

    private func printTraining(of name: String) throws {
        let stretch = recipe.stretch(
            batch: batch ?? TrainingRecipe.usualBatch, images: parts.images, validation: parts.validation)
        let report: TrainingPlanReport
        if let data {
            let dataset = try parts.load(data)
            let network = try factors.realised(name, fittedTo: dataset, store: store)
            let admitted = try dataset.admit(
                network, stretch.recipe, validation: parts.validation, limit: parts.images, threads: threads,
                instructionSet: .detected)
            for note in admitted.notes { Output.note("note: \(note)") }
            report = TrainingPlanReport(
                network: network, stretch: stretch, footprint: admitted.footprint,
                data: dataset.trainingData(validation: parts.validation, limit: parts.images))
        } else {
            let network = try factors.realised(
                NetworkReference(name).architecture(store: store), given: name)
            report = TrainingPlanReport(
                network: network, stretch: stretch,
                footprint: try TrainingFootprint(network, recipe: stretch.recipe, threads: threads), data: nil
            )
        }
        try Output.print(format == .json ? report.markup.json : report.text)
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
