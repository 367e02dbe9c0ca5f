// Weights for an export: from a file, or made of a seed.

import ArgumentParser
import Foundation
import ModelExchange
import NetworkExecution
import Networks

/// Where the weights of an exported network come from.
struct WeightOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With --format safetensors: weights with timm's names to write again.", valueName: "file"))
    var weights: String?

    @Option(
        help: ArgumentHelp(
            "With --format safetensors: initialise the weights by this seed.", valueName: "s"))
    var seed: UInt64?

    /// Refuses options that do not go together.
    func check(for format: ExportFormat, output: String?) throws {
        guard format == .safetensors else {
            if weights == nil, seed == nil { return }
            throw ValidationError(
                "--weights and --seed say what to write; use them with --format safetensors.")
        }
        guard output != nil else {
            throw ValidationError("safetensors is a binary format; give a file with --output.")
        }
        guard (weights == nil) != (seed == nil) else {
            throw ValidationError("give --weights for a file to write again, or --seed for new weights.")
        }
    }

    /// Writes the weights of a network under timm's names.
    func writeTimm(_ network: Network, to output: String) throws {
        try network.checkMemory()
        let values =
            try weights.map { try NetworkWeights(timm: $0, for: network) }
            ?? .random(for: network, seed: seed ?? 0)
        try values.timmTensors(for: network).write(to: output)
        Output.note("wrote \(output)")
    }
}

extension Network {
    /// Throws where activations, and weights as read, as kept and as packed, exceed the machine's memory.
    func checkMemory() throws {
        let needed = Double(cost.peakActivationBytes.value) + 3 * Double(cost.weightBytes.value)
        let available = Double(ProcessInfo.processInfo.physicalMemory)
        guard needed <= available else {
            throw OutputError(
                "\(architecture.name) takes at least \(Int(needed / 1_048_576)) MiB of memory and this "
                    + "machine has \(Int(available / 1_048_576)) MiB; choose a smaller network.")
        }
    }
}
