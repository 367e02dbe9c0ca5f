// Gradients of weights summed in several calls: the same bits as in one.

import ConvolutionKernels
import KernelTasks
import Testing

@Suite struct ContinuedSumTests {
    @Test(arguments: InstructionSet.allCases.filter(\.isSupported))
    func weightGradientContinuesWhereRowsWereCut(_ instructionSet: InstructionSet) {
        let set = instructionSet.kernels
        let (rows, depth, columns) = (333, 37, 3 * set.lanes)
        var random = SplitMix64(seed: 7)
        let left = aligned(random.floats(rows * depth, integers: false))
        let right = aligned(random.floats(rows * columns, integers: false))
        func gradient(_ cuts: [Int]) -> [Float] {
            let output = aligned([Float](repeating: .nan, count: depth * columns))
            for (first, end) in zip(cuts, cuts.dropFirst()) {
                set.training.weightGradient(
                    WeightGradientTask(
                        left: left.start, leftStride: depth, right: right.start, rightStride: columns,
                        firstRow: first, endRow: end, depth: depth, columns: columns, output: output.start,
                        accumulates: first > 0, firstDepth: 0, endDepth: depth, firstPanel: 0,
                        endPanel: 2))
            }
            return output.array
        }
        #expect(gradient([0, 333]) == gradient([0, 1, 100, 101, 230, 333]))
        #expect(gradient([0, 0]) == [Float](repeating: 0, count: depth * columns))
    }

    @Test(arguments: InstructionSet.allCases.filter(\.isSupported), [(3, 1), (3, 2), (5, 1), (5, 2), (7, 1)])
    func depthwiseWeightGradientContinuesWhereRowsWereCut(
        _ instructionSet: InstructionSet, _ shape: (kernel: Int, stride: Int)
    ) {
        let set = instructionSet.kernels
        let (images, size, channels) = (3, 9, 3 * set.lanes)
        let padding = shape.kernel / 2
        let outputSize = (size + 2 * padding - shape.kernel) / shape.stride + 1
        let window = Window(
            kernel: shape.kernel, stride: shape.stride, padTop: padding, padLeft: padding, inputHeight: size,
            inputWidth: size, inputStride: channels, outputHeight: outputSize, outputWidth: outputSize)
        var random = SplitMix64(seed: 8)
        let input = aligned(random.floats(images * size * size * channels, integers: false))
        let rows = images * outputSize
        let gradient = aligned(random.floats(rows * outputSize * channels, integers: false))
        func sums(_ cuts: [Int]) -> [Float] {
            let output = aligned(
                [Float](repeating: .nan, count: shape.kernel * shape.kernel * channels))
            for (first, end) in zip(cuts, cuts.dropFirst()) {
                set.training.depthwiseWeightGradient(
                    DepthwiseWeightGradientTask(
                        input: input.start, window: window, channels: channels,
                        outputGradient: gradient.start, output: output.start, accumulates: first > 0,
                        firstRow: first, endRow: end, firstChannel: 0, endChannel: channels))
            }
            return output.array
        }
        #expect(sums([0, rows]) == sums([0, 1, 2, outputSize, outputSize + 3, rows - 1, rows]))
    }
}
