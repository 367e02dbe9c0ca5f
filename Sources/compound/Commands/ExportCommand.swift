// compound export: one network with everything that is known about it, as a file.

import ArgumentParser
import CompoundSearch
import Descriptions
import Networks
import ResultStore

/// Writes a network's complete description.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a network, or the best trial, as YAML or JSON.",
        discussion: """
            The file holds the complete network, its coefficients, cost, measurement and machine, and how to \
            repeat the trial. It is itself a NETWORK that every command takes. Format safetensors holds \
            weights instead, under timm's names.

            EXAMPLES
              compound export --best --output best.yaml
              compound export trial:7 --format json
              compound export efficientnet-b0 --width 1.1 --depth 1.2 --resolution 258
              compound export resnet-18 --format safetensors --seed 1 --output w.safetensors
            """)

    @Argument(help: ArgumentHelp("A built-in name, a YAML file, or trial:ID.", valueName: "network"))
    var network: String?

    @OptionGroup var factors: FactorOptions

    @Flag(help: "Export the best trial by --objective.")
    var best = false

    @Option(help: ArgumentHelp("With --best: the study; the latest unless given.", valueName: "id"))
    var study: String?

    @Option(
        help: ArgumentHelp(
            "With --best: the column to rank by; column:desc for highest.", valueName: "column"))
    var objective: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var weights: WeightOptions

    @Option(help: "yaml, json or safetensors.")
    var format = ExportFormat.yaml

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        if (network == nil) != best {
            throw ValidationError("give a network or trial:ID to export, or --best.")
        }
        if !best, study != nil || objective != nil {
            throw ValidationError("--study and --objective choose among trials; use them with --best.")
        }
        try weights.check(for: format, output: output)
    }

    func run() throws {
        let document = try document()
        if format == .safetensors, let output {
            return try weights.writeTimm(document.network, to: output)
        }
        try Output.write(format == .yaml ? document.yaml : document.json, to: output)
        if let output { Output.note("wrote \(output)") }
    }

    private func document() throws -> CandidateExport {
        if best {
            let store = try TrialStore(path: store.store, access: .readOnly)
            let (trial, measurement) = try store.best(by: ranking, study: study)
            return try trial.export(measurement)
        }
        guard let network else { throw ValidationError("give a network to export.") }
        if let id = try NetworkReference(network).trial, factors.isEmpty {
            let trial = try TrialStore(path: store.store, access: .readOnly).trial(id: id)
            return try trial.export(trial.measurements.first)
        }
        let architecture = try NetworkReference(network).architecture(store: store.store)
        return CandidateExport(try factors.realised(architecture, given: network))
    }

    private var ranking: Objective {
        guard let objective else { return .latency }
        let order = ColumnOrder(objective)
        return Objective(column: order.column, maximize: order.descending)
    }
}

/// The native forms of a network, and its weights with timm's names.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case yaml
    case json
    case safetensors
}
