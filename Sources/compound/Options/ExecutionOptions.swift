// How networks are run.

import ArgumentParser
import ConvolutionKernels
import NetworkExecution

/// Threads and instruction set.
struct ExecutionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads that share one inference.", valueName: "t"))
    var threads: Int?

    @Option(help: "Kernels to use: avx512, avx2 or portable; the best this CPU has unless given.")
    var instructionSet: InstructionSet?

    func validate() throws {
        try check("threads", threads, in: ExecutionOptions.threadRange)
    }

    /// As many threads as there are processors for this process: more would only wait for each other.
    static var threadRange: ClosedRange<Int> { 1...Processors.available }

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

extension InstructionSet {
    /// The name as it is written in prose.
    var title: String {
        switch self {
        case .avx512: "AVX-512"
        case .avx2: "AVX2"
        case .portable: "portable kernels"
        }
    }
}
