// What products leave in the pad lanes, which training sums over.

import ConvolutionKernels
import KernelTasks
import Testing

@Suite struct PaddingTests {
    @Test(arguments: InstructionSet.allCases.filter(\.isSupported))
    func productsWriteZerosInPadLanes(_ instructionSet: InstructionSet) {
        let set = instructionSet.kernels
        let depth = 3
        for outputs in 1...49 {
            let rows = 1 + outputs % 17
            let packed = packedWeights(
                dense: [Float](repeating: 2, count: outputs * depth),
                bias: [Float](repeating: 1, count: outputs), outputs: outputs, inputs: depth, kernel: 1,
                for: set)
            let input = aligned([Float](repeating: 5, count: rows * depth))
            let output = Guarded(count: rows * packed.columns, margin: 16)
            set.pointwise(
                PointwiseTask(
                    input: input.start, inputStride: depth,
                    product: MatrixProduct(
                        depth: depth, columns: packed.columns, outputs: outputs,
                        weights: packed.weights.start, bias: packed.bias.start, residual: nil,
                        residualStride: 0, output: output.start, outputStride: packed.columns,
                        activation: .relu, firstRow: 0, endRow: rows, firstPanel: 0,
                        endPanel: packed.panelCount)))
            let row = (0..<packed.columns).map { $0 < outputs ? Float(31) : 0 }
            for first in stride(from: 0, to: output.count, by: packed.columns) {
                let values = (0..<packed.columns).map { output.start[first + $0] }
                #expect(values == row, "\(outputs) outputs, \(instructionSet.rawValue)")
            }
        }
    }
}
