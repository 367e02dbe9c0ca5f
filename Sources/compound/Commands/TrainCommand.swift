// compound train: a network trained on images, from random or given weights.

import ArgumentParser
import ConvolutionKernels
import Datasets
import Descriptions
import Foundation
import ModelExchange
import NetworkExecution
import Networks
import ProxyTraining
import Recipes
import Rendering
import Studies

/// Trains a network and tests it.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a network on images, and test it.",
        discussion: """
            Images are scaled down to the network's resolution, never up. Classes and channels follow the \
            data unless given. Each epoch prints loss, accuracy and images/s; the end, test accuracy. With \
            --state, every epoch is saved, and the same command again continues after the last one.

            EXAMPLES
              compound train search-spaces/networks/tiny-efficientnet.yaml --data fashion-mnist
              compound train efficientnet-b0 --resolution 32 --width 0.5 --data cifar-10 --epochs 10 \
            --shift 4 --threads 2 --state b0.state --output b0.safetensors
              compound train own.yaml --data photos/ --image-size 64 --weights own.safetensors --rate 0.05
              compound train resnet-18 --data photos/ --weights imagenet.safetensors --new-classifier
            """)

    @OptionGroup var network: NetworkOptions
    @Option(help: DataOptions.help)
    var data: String

    @OptionGroup(title: "Data") var parts: DataOptions

    @Option(help: ArgumentHelp("Images of a step.", valueName: "n"))
    var batch = TrainingRecipe.usualBatch

    @OptionGroup(title: "Recipe") var recipe: RecipeOptions
    @OptionGroup var store: ReadStoreOptions
    @OptionGroup var execution: ExecutionOptions

    @Option(
        help: ArgumentHelp(
            "Begin with these weights, safetensors of train, timm or torchvision.", valueName: "file"),
        completion: .file())
    var weights: String?

    @Flag(help: "Begin the classifier anew and take all else from --weights, for data of other classes.")
    var newClassifier = false

    @Option(
        help: ArgumentHelp("Save here after every epoch, and continue from here.", valueName: "file"),
        completion: .file())
    var state: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write the trained weights, safetensors with timm's names where timm has the network.",
            valueName: "file"), completion: .file())
    var output: String?

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        try check("batch", batch, in: TrainingRecipe.batchRange)
        if newClassifier, weights == nil {
            throw ValidationError("--new-classifier says what to take from --weights; give both.")
        }
    }

    func run() throws {
        try output.map { try OutputFile.check($0) }
        try state.map { try OutputFile.check($0, option: "--state", mayBeDevice: false) }
        let dataset = try parts.load(data)
        let network = try network.factors.realised(network.network, fittedTo: dataset, store: store)
        let stretch = recipe.stretch(batch: batch, images: parts.images, validation: parts.validation)
        let instructionSet = try execution.chosenInstructionSet()
        let threads = execution.threads ?? 1
        let admitted = try dataset.admit(
            network, stretch.recipe, validation: parts.validation, limit: parts.images, threads: threads,
            instructionSet: instructionSet)
        for note in admitted.notes { Output.note("note: \(note)") }
        let images = try PreparedImages(
            dataset, resolution: network.dimensions.resolution, images: parts.images,
            validation: parts.validation)
        let start = try weights.map {
            try WeightsFile(contentsOf: $0).start(
                of: network, classNames: dataset.classes,
                fresh: .initial(for: network, seed: stretch.seed), newClassifier: newClassifier)
        }
        for note in start?.notes ?? [] { Output.note(note) }
        let run = try TrainingRun(
            network, on: images.training, stretch: stretch, from: start?.weights, threads: threads,
            instructionSet: instructionSet)
        if let state, FileManager.default.fileExists(atPath: state) {
            try run.restore(from: state)
            Output.note(
                "continuing after epoch \(run.finishedEpochs) of \(run.stretch.epochs), from \(state)")
        }
        Output.note(
            "\(network.architecture.name) at \(network.dimensions.resolution) px, "
                + "\(network.cost.parameters.value.short) parameters, \(images.training.count.grouped) images of "
                + "\(dataset.name); \(instructionSet.rawValue), \(threads) thread\(threads == 1 ? "" : "s")")
        let report = try train(run, images, classNames: dataset.classes)
        try Output.print(format == .json ? report.markup.json : report.text)
    }

    /// All epochs that are left, each reported, and the test.
    private func train(
        _ run: TrainingRun, _ images: PreparedImages, classNames: [String]
    ) throws -> TrainingReport {
        let interrupt = InterruptSignal {
            Output.note("\nstopping after the running epoch; Ctrl-C again stops at once.")
        }
        var report = TrainingReport(network: run.network, seed: run.stretch.seed, classes: classNames)
        for epoch in run.curve { report.add(epoch, validation: nil) }
        let progress = EpochProgress(epochs: run.stretch.epochs, done: run.finishedEpochs)
        while !run.isFinished, !interrupt.isRequested {
            let epoch = try run.epoch { progress.show(step: $0, of: $1) }
            progress.clear()
            let validation = try images.validation.map { try run.evaluate(on: $0) }
            report.add(epoch, validation: validation)
            if let state { try run.save(to: state) }
            if format == .table { try Output.print(report.lastLine) }
        }
        if !run.isFinished {
            Output.note(state == nil ? "stopped as asked." : "stopped as asked; the same command continues.")
            throw ExitCode(state == nil ? 1 : ExitStatus.interrupted)
        }
        report.test = try run.evaluate(on: images.test())
        if let output {
            let (file, note) = try run.weights.exchangeTensors(
                for: run.network, contract: images.contract(classNames: classNames))
            try file.write(to: output)
            if let note { Output.note(note) }
            Output.note("wrote \(output)")
        }
        return report
    }
}
