// The command line: reads arguments, wires the modules together, prints results.

import ArgumentParser
import ConvolutionKernels
import Foundation

/// The tool.
@main
struct Compound: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compound",
        abstract: "Find how to scale your convolutional network for your budget on your machine.",
        discussion: """
            A search samples depth, width and resolution coefficients, keeps the networks that meet a \
            budget exactly, measures each with the tool's own kernels, and logs every trial to SQLite.

            EXAMPLES
              compound search search-spaces/efficientnet-b0.yaml --dry-run
              compound search search-spaces/efficientnet-b0.yaml
              compound query --sort latency_ratio --limit 5
              compound export --best --format yaml --output best.yaml
              compound show efficientnet-b0 --width 1.1 --depth 1.2 --resolution 260

            Exit status: 0 done, 64 bad arguments, 3 no candidate met the budget, 74 the surroundings failed \
            (disk, memory, trainer), 75 interrupted and resumable, 130 a second Ctrl-C, 1 anything else.
            """,
        version: versionLine,
        subcommands: [
            SearchCommand.self, SubmitCommand.self, StatusCommand.self, StudiesCommand.self,
            QueryCommand.self, FitCommand.self, ReportCommand.self, ExportCommand.self,
            CompareCommand.self, ShowCommand.self, ScaleCommand.self, BenchCommand.self,
            TrainCommand.self, RunCommand.self, MergeCommand.self, SetAsideCommand.self,
            BringBackCommand.self, ManualCommand.self, SuperviseCommand.self,
        ])

    /// Runs the command that the arguments name.
    static func main() {
        // A file past `ulimit -f` is then an error of the write, which says what to do, and not the end of the process.
        signal(SIGXFSZ, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        guard let grammar = try? CommandGrammar(of: Compound.self) else { return main(words) }
        if let refusal = grammar.refusalOfCommand(in: words) ?? grammar.refusalOfRepeats(in: words) {
            exit(withError: ValidationError(refusal))
        }
        main(grammar.joiningNegativeValues(words))
    }
}

/// What the tool's exit status says besides 0 and 64.
enum ExitStatus {
    /// No candidate met the budget.
    static let nothingFits: Int32 = 3
    /// The surroundings failed: disk, memory, a trainer.
    static let surroundings: Int32 = 74
    /// Interrupted, and resumable.
    static let interrupted: Int32 = 75
}

/// The version that is printed and stored with every figure.
let toolVersion = "0.8.0"

/// What `--version` prints: the version, how it was compiled, and the kernels that this CPU runs.
let versionLine = "compound \(toolVersion) (\(buildKind), \(InstructionSet.detected.title))"

/// How this binary was compiled, stored with every figure.
let buildKind: String = {
    #if DEBUG
        "debug"
    #else
        "release"
    #endif
}()
