// compound export: one network with everything that is known about it, as a file.

import ArgumentParser
import CompoundSearch
import Descriptions
import Foundation
import ModelExchange
import NetworkExecution
import Networks
import Rendering
import ResultStore
import Studies

/// Writes a network's complete description.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a network, or the best trial, as YAML or for another tool.",
        discussion: """
            yaml and json hold the complete network, its coefficients, cost, measurement and machine, and how \
            to repeat the trial; such a file is itself a NETWORK that every command takes. timm, torchvision \
            and keras write a Python file that builds the network with that tool's classes and checks its own \
            parameters and macs (python FILE --check), and its logits where weights are given. onnx writes \
            structure and weights, safetensors weights under timm's names, or the layers' own where timm has \
            no such network. Names of classes and normalisation go along with the weights. What a tool cannot \
            express is refused.

            EXAMPLES
              compound export --best --output best.yaml
              compound export trial:7 --format timm --output trial_7.py
              compound export --best --format onnx --seed 1 --output best.onnx
              compound export --from-fit fit.yaml --phi 3 --format timm --output b3.py
              compound export efficientnet-b0 --width 1.1 --depth 1.2 --resolution 258
              compound export resnet-18 --format safetensors --seed 1 --output w.safetensors
            """)

    @Argument(help: ArgumentHelp("A built-in name, a YAML file, or trial:ID.", valueName: "network"))
    var network: String?

    @OptionGroup var factors: FactorOptions

    @Flag(help: "Export what compound fit recommends, or the best trial by --objective.")
    var best = false

    @Option(help: ArgumentHelp("With --best: the study; the latest unless given.", valueName: "id"))
    var study: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --best: the column to rank by, the lowest first but for accuracy; -column for the highest. Without it the "
                + "fit's answer, or where nothing was trained latency_ratio.",
            valueName: "column"))
    var objective: String?

    @OptionGroup var fit: FitOptions

    @Option(
        help: ArgumentHelp("With --from-fit: the compound coefficient φ.", valueName: "phi"))
    var phi: Double?

    @OptionGroup var store: ReadStoreOptions
    @OptionGroup var weights: WeightOptions

    @Option(help: "yaml, json, timm, torchvision, keras, onnx or safetensors.")
    var format = ExportFormat.yaml

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    func validate() throws {
        if fit.fromFit == nil ? (network == nil) != best : best {
            throw ValidationError("give a network or trial:ID to export, or --best, or --from-fit.")
        }
        if (fit.fromFit == nil) != (phi == nil) {
            throw ValidationError("--from-fit and --phi choose a variant together; give both, as in --phi 1.")
        }
        try check("phi", phi, in: Coefficients.phiRange)
        if !best, study != nil || objective != nil {
            throw ValidationError("--study and --objective choose among trials; use them with --best.")
        }
        let isTrial = best || network?.hasPrefix("trial:") == true
        try weights.check(for: format, output: output, mayBeKept: isTrial)
        let modules = ["timm.py", "torchvision.py", "keras.py", "torch.py"]
        if let name = output?.split(separator: "/").last, modules.contains(String(name)) {
            throw ValidationError("a file called \(name) would hide the package itself; choose another name.")
        }
    }

    func run() throws {
        try output.map { try OutputFile.check($0) }
        var (document, kept) = try document()
        let network = document.network
        if [.yaml, .json].contains(format), let given = try weights.values(for: network)?.contract {
            document.input = given
        }
        switch format {
        case .yaml: try Output.write(document.yaml, to: output)
        case .json: try Output.write(document.json, to: output)
        case .timm: try Output.write(python(document, kept, for: .timm), to: output)
        case .torchvision: try Output.write(python(document, kept, for: .torchvision), to: output)
        case .keras: try Output.write(python(document, kept, for: .keras), to: output)
        case .onnx: try Output.write(onnx(network, kept), to: output ?? "")
        case .safetensors:
            guard let (values, contract) = try weights.values(for: network, kept: kept) else {
                throw OutputError(
                    "\(network.architecture.name) has no weights in the store: its training left none, or they are gone; give --weights "
                        + "or --seed.")
            }
            var (file, note) = try values.exchangeTensors(for: network, contract: contract)
            file.metadata["parameters"] = "\(network.cost.parameters.value)"
            file.metadata["macs"] = "\(network.cost.macs.value)"
            try file.write(to: output ?? "")
            if let note { Output.note(note) }
        }
        if let output { Output.note("wrote \(output)") }
    }

    private func python(
        _ document: CandidateExport, _ kept: String?, for target: PythonTarget
    ) throws -> String {
        let network = document.network
        let given = try weights.values(for: network, kept: kept)
        let test = try given.flatMap { try testVector(network, $0.values) }
        if let file = weights.file(kept: kept), try !WeightsFile(contentsOf: file).isTimms {
            Output.note(
                "note: the module loads weights with timm's names; export them with --format safetensors first."
            )
        }
        return try PythonFile(
            network, for: target, contract: given?.contract ?? document.input, test: test,
            toolVersion: toolVersion
        ).text
    }

    private func onnx(_ network: Network, _ kept: String?) throws -> Data {
        let given = try weights.values(for: network, kept: kept)
        if given == nil { Output.note("random weights of seed 1; choose others with --weights or --seed") }
        let values = given?.values ?? .random(for: network, seed: 1)
        return try ONNXFile(
            network, weights: values, contract: given?.contract, test: testVector(network, values),
            toolVersion: toolVersion
        ).bytes()
    }

    /// What the file is to be checked with, or a note that nothing can be.
    private func testVector(_ network: Network, _ values: NetworkWeights) throws -> TestVector? {
        let test = try TestVector(network, weights: values)
        if test == nil {
            Output.note("these weights amplify rounding too much for logits to be compared; left out")
        }
        return test
    }

    /// What is exported, and the weights that a search kept of it.
    private func document() throws -> (CandidateExport, kept: String?) {
        if best {
            let store = try store.open()
            if objective == nil, let trial = try AnsweredTrial(notingWhyNot: study, in: store) {
                Output.note(trial.sentence.wrapped(to: 100))
                return try export(trial.record, trial.record.measurements.first, in: store)
            }
            let (trial, measurement) = try store.best(by: ranking(in: store), study: study)
            return try export(trial, measurement, in: store)
        }
        if let phi, let fitted = try fit.scaling(store: store) {
            let baseline = try fitted.network(network, factors: factors, store: store)
            let network = try fitted.realised(baseline, phi: phi)
            return (CandidateExport(network, coefficients: fitted.coefficients(phi: phi)), nil)
        }
        guard let network else { throw ValidationError("give a network to export.") }
        if let id = try NetworkReference(network).trial, factors.isEmpty {
            let (store, trial) = try store.open(trial: id)
            return try export(trial, trial.measurements.first, in: store)
        }
        let architecture = try NetworkReference(network).architecture(store: store)
        return (CandidateExport(try factors.realised(architecture, given: network)), nil)
    }

    /// A trial with what its weights were trained on.
    private func export(
        _ trial: TrialRecord, _ measurement: MeasurementRecord?, in store: TrialStore
    ) throws -> (CandidateExport, kept: String?) {
        var export = try trial.export(measurement)
        export.input = trial.contract(in: store)
        return (export, trial.keptWeights(in: store))
    }

    /// The column that was asked for, or what the study's space prefers.
    private func ranking(in store: TrialStore) throws -> Objective {
        guard let objective else { return try store.preference(ofStudy: study) }
        let order = ColumnOrder(better: objective)
        return Objective(column: order.column, maximize: order.descending)
    }
}
