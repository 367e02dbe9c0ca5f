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
            "Weights, a safetensors file, for the formats that hold or check them; yaml and json take what they were trained on. A "
                + "trial's are those that its training left, unless others are given.",
            valueName: "file"), completion: .file())
    var weights: String?

    @Option(
        help: ArgumentHelp(
            "Random weights of this seed instead.", valueName: "s"))
    var seed: UInt64?

    /// Refuses options that do not go together; `mayBeKept` says that a search may have left weights.
    func check(for format: ExportFormat, output: String?, mayBeKept: Bool) throws {
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
            if format == .safetensors, weights == nil, seed == nil, !mayBeKept {
                throw ValidationError("give --weights for a file to write again, or --seed for new weights.")
            }
        case .timm, .torchvision, .keras: break
        }
    }

    /// The file of the weights: what was asked for, else what was kept, unless random ones are wanted.
    func file(kept: String?) -> String? { weights ?? (seed == nil ? kept : nil) }

    /// The weights asked for, if any, with what they were trained on; a file's own contract has to be the network's.
    ///
    /// Where none are asked for they are those that a search kept.
    func values(
        for network: Network, kept: String? = nil
    ) throws -> (values: NetworkWeights, contract: InputContract?)? {
        let file = file(kept: kept)
        if file == nil, seed == nil { return nil }
        try network.checkMemory()
        if weights == nil, let file { Output.note("with the weights that its training left, \(file)") }
        if let file = try file.map({ try WeightsFile(contentsOf: $0) }) {
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
