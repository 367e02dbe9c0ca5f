// Products in pairs: how much they may lose to rows far larger than weights.

import ConvolutionKernels
import KernelTasks
import Testing

@Suite struct PairedProductTests {
    /// Rows of any size, side by side: each is as exact, measured by its own largest output, as if it were alone.
    @Test(arguments: InstructionSet.allCases.filter(\.isSupported))
    func rowsOfEverySizeKeepTheirBits(_ instructionSet: InstructionSet) {
        var problem = Problem(
            operation: .pointwise, height: 61, channels: 150, outputs: 70, outputHeight: 61)
        problem.isPaired = true
        var operands = problem.operands(integers: false)
        operands.bias = operands.bias.map { _ in 0 }
        // From a quarter to far beyond where pairs of elements drown the products with weights; twice each.
        let sizes = (0..<problem.height).map { Float(sign: .plus, exponent: $0 / 2 % 20 - 2, significand: 1) }
        for row in 0..<problem.height {
            for channel in 0..<problem.channels {
                operands.input.values[row * problem.channels + channel] *= sizes[row]
            }
        }
        let expected = problem.reference(operands)[0]
        let solution = problem.solution(operands, with: instructionSet.kernels)[0]
        for row in 0..<problem.height {
            let outputs = row * problem.outputs..<(row + 1) * problem.outputs
            let error = outputs.map { abs(solution[$0] - expected[$0]) }.max() ?? .infinity
            let largest = outputs.map { abs(expected[$0]) }.max() ?? 0
            #expect(error <= 1e-5 * largest, "row \(row), \(sizes[row]) times the size, \(error / largest)")
        }
    }

    /// The same bits whatever rows stand beside a row.
    @Test(arguments: InstructionSet.allCases.filter(\.isSupported))
    func largeRowsDoNotChangeTheirNeighbours(_ instructionSet: InstructionSet) {
        var problem = Problem(
            operation: .pointwise, height: 40, channels: 31, outputs: 33, outputHeight: 40)
        problem.isPaired = true
        let set = instructionSet.kernels
        let small = problem.operands(integers: false)
        var mixed = small
        for row in [0, 7, 8, 20, 39] {
            for channel in 0..<problem.channels {
                mixed.input.values[row * problem.channels + channel] *= 1e6
            }
        }
        let alone = problem.solution(small, with: set)[0]
        let together = problem.solution(mixed, with: set)[0]
        for row in 0..<problem.height where ![0, 7, 8, 20, 39].contains(row) {
            let outputs = row * problem.outputs..<(row + 1) * problem.outputs
            #expect(alone[outputs] == together[outputs], "row \(row)")
        }
        #expect(problem.solution(mixed, with: set, parts: 7)[0] == together)
    }
}
