// compound search: from a space to measured and trained trials.

import ArgumentParser
import CompoundSearch
import ConvolutionKernels
import Descriptions
import Networks
import ResultStore

/// Samples coefficients, keeps what meets the budget, measures it, logs it.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Search depth, width and resolution coefficients under a budget.",
        discussion: """
            Every point of the space becomes a network; equal networks count once; those within the budget \
            are measured and logged. Where the space has an accuracy section, a few of each cost level are \
            trained too, the promising ones to the end. The same command again continues where an earlier one ended. Ctrl-C \
            ends the search after the running trial, a second Ctrl-C at once.

            EXAMPLES
              compound search search-spaces/efficientnet-b0.yaml --dry-run
              compound search search-spaces/efficientnet-b0.yaml
              compound search space.yaml --strategy random --trials 50 --seed 7
              compound search space.yaml --shard 2/4 --store shard2.sqlite
            """)

    @Argument(help: ArgumentHelp("The search space, a YAML file.", valueName: "space"))
    var file: String

    @Option(help: "grid (every combination) or random (uniform in each range).")
    var strategy = Strategy.grid

    @Option(help: ArgumentHelp("At most so many trials; 20 of a random search unless given.", valueName: "n"))
    var trials: Int?

    @Option(help: ArgumentHelp("Seed of random points.", valueName: "s"))
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Take part I of N of the trials.", valueName: "i/n"))
    var shard = Shard.whole

    @Flag(help: "Show the funnel and the candidates, and stop.")
    var dryRun = false

    @Flag(help: "Train again what failed to train before.")
    var retryFailed = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var execution: ExecutionOptions

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        if let trials, trials < 1 {
            throw ValidationError("--trials \(trials) asks for nothing; give 1 or more.")
        }
    }

    func run() throws {
        var space = try SearchSpace(contentsOf: file)
        if let threads = execution.threads { space.measure.threads = threads }
        if let refusal = ExecutionOptions.refusal(ofThreads: space.measure.threads) {
            throw OutputError("\(file): measure.threads: \(refusal)")
        }
        let sampler: Sampler
        do {
            sampler = try Sampler(space, strategy: strategy, seed: seed)
        } catch {
            throw OutputError("\(file): \(error)")
        }
        let instructionSet = try execution.chosenInstructionSet()
        let trainer = try trainer(of: space, instructionSet: instructionSet)
        let draw = try CandidateDraw(sampler, most: trials) { trainer?.refusal(of: $0) }
        if dryRun {
            try Output.print(format == .json ? draw.markup.json : draw.text)
        } else {
            Output.note(draw.funnelLine)
        }
        for note in draw.notes { Output.note(note) }
        if draw.trials.isEmpty {
            Output.note(draw.refusal)
            throw ExitCode(3)
        }
        if dryRun { return }
        let session = try SearchSession(
            draw: draw, file: file, shard: shard, store: store.store, instructionSet: instructionSet,
            trainer: trainer, retriesFailed: retryFailed)
        try session.run()
        let summary = try session.summary()
        try Output.print(format == .json ? summary.markup.json : summary.text)
        if session.wasInterrupted {
            Output.note("stopped as asked; the same command continues.")
            throw ExitCode(1)
        }
    }

    /// Who trains, if anybody does; a dry run goes on without, since its candidates can be shown all the same.
    private func trainer(
        of space: SearchSpace, instructionSet: InstructionSet
    ) throws -> (any CandidateTrainer)? {
        guard let plan = space.accuracy else { return nil }
        do {
            return try Trainers.trainer(for: plan, instructionSet: instructionSet)
        } catch {
            guard dryRun else { throw error }
            Output.note("note: \(error)")
            return nil
        }
    }
}

extension Strategy: ExpressibleByArgument {}

extension Shard: ExpressibleByArgument {
    /// A shard written as `I/N`.
    public init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
        self.init(index, of: count)
    }

    /// The whole search.
    public var defaultValueDescription: String { "1/1" }
}
