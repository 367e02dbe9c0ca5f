// Weights for an export: from a file, or made of a seed.

import ArgumentParser
import Foundation
import ModelExchange
import NetworkExecution
import Networks
import Studies

/// Where the weights of an exported network come from.
struct WeightOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Weights, a safetensors file, for the formats that hold or check them; yaml and json take what they were trained on.",
            valueName: "file"), completion: .file())
    var weights: String?

    @Option(
        help: ArgumentHelp(
            "Random weights of this seed instead.", valueName: "s"))
    var seed: UInt64?

    /// Refuses options that do not go together.
    func check(for format: ExportFormat, output: String?) throws {
        if weights != nil, seed != nil {
            throw ValidationError("--weights and --seed both give weights; keep one of them.")
        }
        switch format {
        case .yaml, .json:
            if seed != nil {
                throw ValidationError("\(format.rawValue) holds no weights; leave out --seed.")
            }
        case .safetensors, .onnx:
            guard output != nil else {
                throw ValidationError("\(format.rawValue) is a binary format; give a file with --output.")
            }
            if format == .safetensors, weights == nil, seed == nil {
                throw ValidationError("give --weights for a file to write again, or --seed for new weights.")
            }
        case .timm, .torchvision, .keras: break
        }
    }

    /// The weights asked for, if any, with what they were trained on; a file's own contract has to be the network's.
    func values(for network: Network) throws -> (values: NetworkWeights, contract: InputContract?)? {
        if weights == nil, seed == nil { return nil }
        try network.checkMemory()
        if let file = try weights.map({ try WeightsFile(contentsOf: $0) }) {
            let (values, notes) = try file.read(for: network)
            if let refusal = file.contract?.refusal(of: network) {
                throw OutputError("\(file.path): \(refusal)")
            }
            for note in notes { Output.note(note) }
            return (values, file.contract)
        }
        return seed.map { (.random(for: network, seed: $0), nil) }
    }
}
