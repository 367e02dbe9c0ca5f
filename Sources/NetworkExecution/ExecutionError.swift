// What can go wrong between a network and its execution.

import ConvolutionKernels

/// Why a network cannot be compiled; each says what to change.
package enum ExecutionError: Error, CustomStringConvertible {
    /// An operation that no kernel computes.
    case unsupported(String)
    /// Weights that do not fit the network.
    case weights(String)
    /// Memory that cannot be had.
    case memory(AllocationError)

    /// The sentence to show.
    package var description: String {
        switch self {
        case .unsupported(let sentence), .weights(let sentence): sentence
        case .memory(let error): error.description
        }
    }
}

extension ExecutionError {
    /// The result of `body`, whose lack of memory becomes an error of execution.
    static func memory<T>(_ body: () throws(AllocationError) -> T) throws(ExecutionError) -> T {
        do { return try body() } catch { throw .memory(error) }
    }
}
