// The command line: reads arguments, wires the modules together, prints results.

import ArgumentParser

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

            Exit status: 0 done, 64 bad arguments, 3 no candidate met the budget, 1 anything else.
            """,
        version: toolVersion,
        subcommands: [
            SearchCommand.self, QueryCommand.self, FitCommand.self, ExportCommand.self, ShowCommand.self,
            ScaleCommand.self, BenchCommand.self, TrainCommand.self, RunCommand.self,
            SetAsideCommand.self, BringBackCommand.self,
            SuperviseCommand.self,
        ])
}

/// The version that is printed and stored with every figure.
let toolVersion = "0.3.3"

/// How this binary was compiled, stored with every figure.
let buildKind: String = {
    #if DEBUG
        "debug"
    #else
        "release"
    #endif
}()
