// Means of pixels whose rows a depthwise convolution has summed already.

import ConvolutionKernels
import KernelTasks
import Testing

@Test(arguments: InstructionSet.allCases.filter(\.isSupported))
func meansOfRowSumsAreDividedByTheirPixels(_ instructionSet: InstructionSet) {
    let set = instructionSet.kernels
    let (rows, pixelsOfARow) = (3, 4)
    for vectors in 1...9 {
        let channels = vectors * set.lanes
        let sums = aligned((0..<rows * channels).map { Float(4 * $0) })
        let means = Guarded(count: channels, margin: 16)
        set.averagePool(
            AveragePoolTask(
                input: sums.start, pixels: rows, divisor: rows * pixelsOfARow, channels: channels,
                output: means.start, firstChannel: 0, endChannel: channels))
        // The mean of 4c, 4(c + channels) and 4(c + 2 · channels), each the sum of four pixels.
        for channel in 0..<channels {
            let exact = Float(channel + channels)
            #expect(abs(means.start[channel] - exact) <= 1e-6 * exact, "\(channel) of \(channels)")
        }
        #expect(means.isIntact)
    }
}
