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
        if let threads, let refusal = ExecutionOptions.refusal(ofThreads: threads) {
            throw ValidationError("--threads \(refusal)")
        }
    }

    /// Why so many threads cannot be had, or nil where they can.
    static func refusal(ofThreads threads: Int) -> String? {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return 1...cores ~= threads ? nil : "\(threads) is out of range; give 1 to \(cores) on this machine."
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

/// What a network is run for.
enum ExecutionMode: String, CaseIterable, ExpressibleByArgument {
    case infer
    case train
}

extension InstructionSet: ExpressibleByArgument {}
