// How networks are run.

import ArgumentParser
import ConvolutionKernels
import Foundation

/// Threads and instruction set.
struct ExecutionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads that share one inference.", valueName: "t"))
    var threads: Int?

    @Option(help: "Kernels to use: avx512, avx2 or portable; the best this CPU has unless given.")
    var instructionSet: InstructionSet?

    func validate() throws {
        guard let threads else { return }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        guard 1...cores ~= threads else {
            throw ValidationError("--threads \(threads) is out of range; this machine runs 1 to \(cores).")
        }
    }

    /// The instruction set asked for, or the best one; refuses one that this CPU lacks.
    func chosenInstructionSet() throws -> InstructionSet {
        guard let instructionSet else { return .detected }
        guard instructionSet.isSupported else {
            throw ValidationError(
                "this CPU does not run \(instructionSet.rawValue); leave out --instruction-set for \(InstructionSet.detected.rawValue)."
            )
        }
        return instructionSet
    }
}

extension InstructionSet: ExpressibleByArgument {}
