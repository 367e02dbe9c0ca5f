// What lowering has at hand whatever it leads to, steps that run a network or phases that train it.

import ConvolutionKernels
import KernelTasks
import Networks

/// A lowering: layers become calls of kernels on slots, each shared among threads.
package protocol LayerLowering {
    /// The kernels that are called.
    var set: KernelSet { get }
    /// Threads that share every call's work.
    var threads: Int { get }
    /// The tensors so far.
    var slots: SlotPlan { get set }
}

extension LayerLowering {
    /// A slot for a batch of tensors.
    package mutating func newSlot(_ shape: Shape) -> Int { slots.newSlot(shape) }

    /// A slot of so many floats.
    package mutating func newSlot(_ count: Int) -> Int { slots.newSlot(count) }

    /// Each thread's share of a number of units, cut at multiples of `unit`.
    package func shares(_ count: Int, unit: Int = 1) -> [Range<Int>] {
        (0..<threads).map { (0..<count).share($0, of: threads, unit: unit) }
    }

    /// The windows of a layer, which begin inside the image where no padding is given; the floats from one pixel to the next
    /// are those of where its input stands, or will stand.
    package func window(
        _ layer: Layer, kernel: Int, stride: Int, _ padding: Padding?, inputStride: Int? = nil
    ) -> Window {
        let (input, output) = (layer.input.shape, layer.output.shape)
        func before(_ size: Int) -> Int {
            guard let padding else { return 0 }
            return padding.before(size, kernel: kernel, stride: stride)
        }
        return Window(
            kernel: kernel, stride: stride, padTop: before(input.height), padLeft: before(input.width),
            inputHeight: input.height, inputWidth: input.width,
            inputStride: inputStride ?? slots.stride(of: layer.input), outputHeight: output.height,
            outputWidth: output.width)
    }
}
