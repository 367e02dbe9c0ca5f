// compound search: from a space to measured and trained trials.

import ArgumentParser
import CompoundSearch
import ConvolutionKernels
import Descriptions
import ExternalTraining
import Networks
import Recipes
import ResultStore
import Studies

/// Samples coefficients, keeps what meets the budget, measures it, logs it.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Search depth, width and resolution coefficients under a budget.",
        discussion: """
            Every point of the space becomes a network; equal networks count once; those within the budget \
            are measured and logged, and trained where the space has an accuracy section. The same command again \
            continues where an earlier one ended. Ctrl-C ends the search after the running trial, a second at once.

            --dry-run checks network, recipe, images and memory of every candidate as training in the tool would. \
            Of a program it checks that it is there, and the recipe's ranges: which images it has, what it can \
            build and what memory it takes, only the program knows.

            EXAMPLES
              compound search search-spaces/efficientnet-b0.yaml --dry-run
              compound search search-spaces/efficientnet-b0.yaml
              compound search space.yaml --output best.yaml
              compound search space.yaml --strategy random --trials 50 --seed 7
              compound search space.yaml --shard 2/4 --store shard2.sqlite
              compound search space.yaml --join /shared/study
            """)

    @Argument(help: ArgumentHelp("The search space, a YAML file.", valueName: "space"), completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp(
            "grid (every combination), random (uniform in each range), spread or adaptive (of all networks of the budget, a few "
                + "well-spread ones to train, or whatever narrows the answer most); the space's unless given.",
            valueName: "strategy"))
    var strategy: Strategy?

    @Option(
        help: ArgumentHelp(
            "Epochs of the training that the answer is for; the space's unless given.", valueName: "e"))
    var epochs: Int?

    @Option(help: ArgumentHelp("At most so many trials; 20 of a random search unless given.", valueName: "n"))
    var trials: Int?

    @Option(
        help: ArgumentHelp(
            "Seed of random points, and of initial weights, order of images and validation split together; the space's unless "
                + "given.", valueName: "s"))
    var seed: UInt64?

    @Option(
        help: ArgumentHelp("Take part I of N of the trials.", valueName: "i/n"),
        transform: Shard.init(argument:))
    var shard = Shard.whole

    @Flag(help: "Show the funnel and the candidates, and stop.")
    var dryRun = false

    @Flag(help: "Try again what failed to be measured or trained before.")
    var retryFailed = false
    @Flag(help: "Measure and train anew what was set aside.")
    var retrySetAside = false
    @Flag(
        help: "Record it where the first candidates all fail for one reason, which else ends the search.")
    var acceptFailures = false

    @Flag(help: "Take what other versions of compound trained in the same way for this one's results.")
    var reuseVersions = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var sharing: JoinOptions
    @OptionGroup var execution: ExecutionOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write the network of the answer to this YAML file, and beside it its weights and the fit, where it trained.",
            valueName: "file"), completion: .file())
    var output: String?

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        try check("trials", trials, in: 1 ... .max)
        try check("epochs", epochs, in: TrainingRecipe.epochRange)
        if sharing.join != nil, store.given != nil {
            throw ValidationError(
                "--join keeps everything in its folder, so leave out --store; compound merge takes it into a store."
            )
        }
    }

    func run() throws {
        let space = try adaptedSpace()
        if let refusal = ExecutionOptions.threadRange.refusal(of: space.measure.threads) {
            throw OutputError("\(file): measure.threads: \(refusal)")
        }
        let instructionSet = try execution.chosenInstructionSet()
        let trainer = try trainer(of: space, instructionSet: instructionSet)
        if trainer != nil, shard != .whole, sharing.join == nil {
            throw ValidationError("\(StudyError.shardOfTraining)")
        }
        let draw = try drawn(from: space, trainer)
        if dryRun {
            try Output.print(format == .json ? draw.markup.json : draw.text)
        } else {
            Output.note(draw.funnelLine)
        }
        for note in (trainer?.notes ?? []) + draw.notes(file: file) { Output.note(note) }
        if draw.trials.isEmpty {
            Output.note(draw.refusal)
            throw ExitCode(3)
        }
        if dryRun { return }
        do {
            try run(draw, trainer, instructionSet)
        } catch let fault as any FaultAttributing where fault.isFaultOfSurroundings {
            try StudyEnding.surroundings("\(fault)").report()
        }
    }

    /// Runs the study, prints what it found, and says how it ended by the exit status.
    private func run(
        _ draw: CandidateDraw, _ trainer: StudyTrainer?, _ instructionSet: InstructionSet
    ) throws {
        var options = StudyOptions(toolVersion: toolVersion)
        options.shard = shard
        options.retriesFailed = retryFailed
        options.retriesSetAside = retrySetAside
        options.acceptsFailures = acceptFailures
        options.reusesVersions = reuseVersions
        let worker = try sharing.worker(of: draw, trainer, instructionSet)
        let store = try worker?.store ?? TrialStore(noting: store.store, access: .readWrite)
        try output.map { try OutputFile.check($0) }
        let timing = CandidateTiming(draw.space.measure, instructionSet)
        let evaluator = try timing.evaluator()
        let program = trainer?.trainer as? ExternalTrainer
        let interrupt = InterruptSignal(
            announce: {
                Output.note("\nstopping after the running trial; Ctrl-C again stops at once.")
            }, end: { program?.end() })
        guard let draw = try timing.settled(draw, store, shouldStop: { interrupt.isRequested }) else {
            return try StudyEnding.interrupted.report()
        }
        if draw.trials.isEmpty { throw ExitCode(3) }
        let study = try Study(
            draw, text: try String(contentsOfFile: file, encoding: .utf8), store: store,
            evaluator: evaluator, trainer: trainer, options: options, observer: StudyPrinter(draw.space),
            worker: worker)
        // An objective that no column has is better refused now than after hours of measuring.
        _ = try SearchSummary(study)
        let ending: StudyEnding
        do {
            ending = try study.run(shouldStop: { interrupt.isRequested })
            worker?.leave(ending)
        } catch {
            worker?.leave(failing: "\(error)")
            throw error
        }
        var summary = try SearchSummary(study)
        if let output, ending != .interrupted { try summary.write(to: output, store) }
        try Output.print(format == .json ? summary.markup.json : summary.text)
        try ending.report()
    }
}
