// The steps of a compiled network: each is one kernel on planned memory, shared among the threads.

import ConvolutionKernels
import KernelTasks

/// The memory that a run works on.
struct Memory {
    /// The caller's images, NHWC without padding.
    let image: UnsafePointer<Float>
    /// The first float of each slot.
    let slots: [UnsafeMutablePointer<Float>]

    /// The first pixel of a tensor.
    func read(_ place: Place) -> UnsafePointer<Float> {
        switch place {
        case .image: image
        case .slot(let slot): UnsafePointer(slots[slot])
        }
    }
}

/// One kernel call for each thread; all threads finish a step before any begins the next.
protocol Step {
    /// Does one thread's share.
    func run(_ thread: Int, _ memory: Memory)
    /// The slots that the step reads or writes.
    var slots: [Int] { get }
}

/// A step whose pixels can be computed a few at a time, elsewhere than in its output's slot.
protocol PixelStep: Step {
    /// Computes a range of pixels of the batch; `output` is where pixel 0 would stand.
    func run(
        _ thread: Int, _ memory: Memory, pixels: Range<Int>, to output: UnsafeMutablePointer<Float>)
}

/// A 1×1 convolution or linear layer, its weights perhaps gated for each image.
struct PointwiseStep: PixelStep {
    let kernel: @Sendable (PointwiseTask) -> Void
    let input: Place
    let inputStride: Int
    let weights: PackedWeights
    /// Weights made by a `GatedWeightsStep`, one set an image, instead of the packed ones.
    let gated: Int?
    let residual: Int?
    let output: Int
    let activation: Activation
    /// Rows that one image has.
    let imageRows: Int
    let shares: [WorkShare]

    var slots: [Int] { [input.slot, gated, residual, output].compactMap(\.self) }

    func run(_ thread: Int, _ memory: Memory) {
        run(memory, shares[thread].rows, shares[thread].columns, to: memory.slots[output])
    }

    func run(
        _ thread: Int, _ memory: Memory, pixels: Range<Int>, to output: UnsafeMutablePointer<Float>
    ) {
        run(memory, pixels, weights.panels, to: output)
    }

    private func run(
        _ memory: Memory, _ rows: Range<Int>, _ panels: Range<Int>,
        to output: UnsafeMutablePointer<Float>
    ) {
        guard let gated else { return run(memory, rows, panels, weights.weights.start, to: output) }
        var first = rows.lowerBound
        while first < rows.upperBound {
            let image = first / imageRows
            let end = min(rows.upperBound, (image + 1) * imageRows)
            let packed = memory.slots[gated] + image * weights.count
            run(memory, first..<end, panels, packed, to: output)
            first = end
        }
    }

    private func run(
        _ memory: Memory, _ rows: Range<Int>, _ panels: Range<Int>, _ packed: UnsafePointer<Float>,
        to output: UnsafeMutablePointer<Float>
    ) {
        kernel(
            PointwiseTask(
                input: memory.read(input), inputStride: inputStride,
                product: MatrixProduct(
                    weights, packed, residual: residual.map { UnsafePointer(memory.slots[$0]) },
                    output: output, activation, rows, panels)))
    }
}

/// A dense convolution.
struct ConvolutionStep: PixelStep {
    let kernel: @Sendable (ConvolutionTask) -> Void
    let input: Place
    let window: Window
    let channels: Int
    let weights: PackedWeights
    let residual: Int?
    let output: Int
    let activation: Activation
    let scratch: Int
    let scratchRows: Int
    let scratchStride: Int
    let shares: [WorkShare]

    var slots: [Int] { [input.slot, residual, output, scratch].compactMap(\.self) }

    func run(_ thread: Int, _ memory: Memory) {
        run(thread, memory, shares[thread].rows, shares[thread].columns, to: memory.slots[output])
    }

    func run(
        _ thread: Int, _ memory: Memory, pixels: Range<Int>, to output: UnsafeMutablePointer<Float>
    ) {
        run(thread, memory, pixels, weights.panels, to: output)
    }

    private func run(
        _ thread: Int, _ memory: Memory, _ rows: Range<Int>, _ panels: Range<Int>,
        to output: UnsafeMutablePointer<Float>
    ) {
        kernel(
            ConvolutionTask(
                input: memory.read(input), window: window, channels: channels,
                scratch: memory.slots[scratch] + thread * scratchRows * scratchStride,
                scratchRows: scratchRows, scratchStride: scratchStride,
                product: MatrixProduct(
                    weights, weights.weights.start,
                    residual: residual.map { UnsafePointer(memory.slots[$0]) }, output: output, activation,
                    rows, panels)))
    }
}

/// A dense or grouped 3×3 convolution by Winograd's algorithm; a share's rows are tiles.
struct WinogradStep: Step {
    let kernel: @Sendable (WinogradTask) -> Void
    let input: Int
    let window: Window
    let channels: Int
    let tile: WinogradTile
    /// The panels of a grouped convolution.
    let panels: GroupedPanels?
    let weights: PackedWeights
    let residual: Int?
    let output: Int
    let activation: Activation
    let scratch: Int
    let layout: WinogradScratch
    let shares: [WorkShare]

    var slots: [Int] { [input, residual, output, scratch].compactMap(\.self) }

    func run(_ thread: Int, _ memory: Memory) {
        let share = shares[thread]
        func run(_ panels: UnsafePointer<GroupedPanel>?) {
            kernel(
                WinogradTask(
                    input: memory.slots[input], window: window, channels: channels, tile: tile,
                    panels: panels, weights: weights.weights.start, pairedScale: weights.pairedScale,
                    bias: weights.bias.start, residual: residual.map { UnsafePointer(memory.slots[$0]) },
                    output: memory.slots[output], columns: weights.columns, activation: activation,
                    scratch: memory.slots[scratch] + thread * layout.count, layout: layout,
                    firstTile: share.rows.lowerBound, endTile: share.rows.upperBound,
                    firstPanel: share.columns.lowerBound, endPanel: share.columns.upperBound))
        }
        guard let panels else { return run(nil) }
        panels.panels.withUnsafeBufferPointer { run($0.baseAddress) }
    }
}

/// A depthwise convolution.
struct DepthwiseStep: Step {
    let kernel: @Sendable (DepthwiseTask) -> Void
    let input: Int
    let window: Window
    let groupWidth: Int
    let weights: PackedWeights
    let output: Int
    let activation: Activation
    /// A row of sums for each output row, where a gate wants its mean.
    let rowSums: Int?
    let lanes: Int
    let shares: [WorkShare]

    var slots: [Int] { [input, output, rowSums].compactMap(\.self) }

    func run(_ thread: Int, _ memory: Memory) {
        run(memory, input: memory.slots[input], shares[thread])
    }

    /// Does a share with an input whose first pixel would stand at `input`.
    func run(_ memory: Memory, input: UnsafePointer<Float>, _ share: WorkShare) {
        kernel(
            DepthwiseTask(
                input: input, window: window, channels: weights.columns, groupWidth: groupWidth,
                weights: weights.weights.start,
                bias: weights.bias.start, output: memory.slots[output], activation: activation,
                rowSums: rowSums.map { memory.slots[$0] }, firstRow: share.rows.lowerBound,
                endRow: share.rows.upperBound,
                firstChannel: share.columns.lowerBound * lanes, endChannel: share.columns.upperBound * lanes))
    }
}

/// Max or average pooling of windows.
struct WindowPoolStep: Step {
    let kernel: @Sendable (WindowPoolTask) -> Void
    let input: Int
    let window: Window
    let output: Int
    let rows: [Range<Int>]

    var slots: [Int] { [input, output] }

    func run(_ thread: Int, _ memory: Memory) {
        kernel(
            WindowPoolTask(
                input: memory.slots[input], window: window, channels: window.inputStride,
                output: memory.slots[output], firstRow: rows[thread].lowerBound,
                endRow: rows[thread].upperBound))
    }
}

/// The mean of each channel of each image.
struct AveragePoolStep: Step {
    let kernel: @Sendable (AveragePoolTask) -> Void
    let input: Int
    let batch: Int
    /// Pixels of an image, or rows of sums of pixels.
    let pixels: Int
    /// Pixels that a mean is of.
    let divisor: Int
    let channels: Int
    let output: Int
    /// The channels of each thread.
    let shares: [Range<Int>]

    var slots: [Int] { [input, output] }

    func run(_ thread: Int, _ memory: Memory) {
        for image in 0..<batch {
            kernel(
                AveragePoolTask(
                    input: memory.slots[input] + image * pixels * channels, pixels: pixels,
                    divisor: divisor, channels: channels,
                    output: memory.slots[output] + image * channels, firstChannel: shares[thread].lowerBound,
                    endChannel: shares[thread].upperBound))
        }
    }
}

/// Activations multiplied by their image's gate, in place.
struct ScaleStep: Step {
    let kernel: @Sendable (ScaleTask) -> Void
    let values: Int
    let gate: Int
    let batch: Int
    let channels: Int
    /// The pixels of each thread, within each image.
    let shares: [Range<Int>]

    var slots: [Int] { [values, gate] }

    func run(_ thread: Int, _ memory: Memory) {
        let imagePixels = shares.reduce(0) { $0 + $1.count }
        for image in 0..<batch {
            kernel(
                ScaleTask(
                    values: memory.slots[values]
                        + (image * imagePixels + shares[thread].lowerBound) * channels,
                    factors: memory.slots[gate] + image * channels, pixels: shares[thread].count,
                    channels: channels))
        }
    }
}

/// Weights multiplied by each image's gate.
struct GatedWeightsStep: Step {
    let kernel: @Sendable (GatedWeightsTask) -> Void
    let weights: PackedWeights
    let gate: Int
    let gateStride: Int
    let batch: Int
    let output: Int
    /// The panels of each thread.
    let shares: [Range<Int>]

    var slots: [Int] { [gate, output] }

    func run(_ thread: Int, _ memory: Memory) {
        for image in 0..<batch {
            kernel(
                GatedWeightsTask(
                    weights: weights.weights.start, factors: memory.slots[gate] + image * gateStride,
                    depth: weights.depth, columns: weights.columns, isPaired: weights.pairedScale != nil,
                    output: memory.slots[output] + image * weights.count,
                    firstPanel: shares[thread].lowerBound, endPanel: shares[thread].upperBound))
        }
    }
}

/// A sum of two tensors, or one tensor alone, activated.
struct AddStep: Step {
    let kernel: @Sendable (ElementwiseTask) -> Void
    let left: Int
    let right: Int?
    let output: Int
    let activation: Activation
    /// The elements of each thread.
    let shares: [Range<Int>]

    var slots: [Int] { [left, right, output].compactMap(\.self) }

    func run(_ thread: Int, _ memory: Memory) {
        let first = shares[thread].lowerBound
        kernel(
            ElementwiseTask(
                left: memory.slots[left] + first,
                right: right.map { UnsafePointer(memory.slots[$0] + first) },
                output: memory.slots[output] + first, count: shares[thread].count, activation: activation))
    }
}

extension MatrixProduct {
    /// A product whose rows follow each other without gaps.
    fileprivate init(
        _ weights: PackedWeights, _ packed: UnsafePointer<Float>, residual: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, _ activation: Activation, _ rows: Range<Int>,
        _ panels: Range<Int>
    ) {
        self.init(
            depth: weights.depth, columns: weights.columns, outputs: weights.outputs, weights: packed,
            bias: weights.bias.start, residual: residual, residualStride: weights.columns, output: output,
            outputStride: weights.columns, activation: activation, pairedScale: weights.pairedScale,
            firstRow: rows.lowerBound, endRow: rows.upperBound, firstPanel: panels.lowerBound,
            endPanel: panels.upperBound)
    }
}

extension PackedWeights {
    /// All column panels, whose number the slot of a product need not know.
    fileprivate var panels: Range<Int> { 0..<panelCount }
}

/// The caller's images copied into a slot, their channels padded: for kernels that read whole vectors.
struct PadStep: Step {
    let channels: Int
    let stride: Int
    let output: Int
    /// The pixels of each thread.
    let shares: [Range<Int>]

    var slots: [Int] { [output] }

    func run(_ thread: Int, _ memory: Memory) {
        for pixel in shares[thread] {
            for channel in 0..<stride {
                memory.slots[output][pixel * stride + channel] =
                    channel < channels ? memory.image[pixel * channels + channel] : 0
            }
        }
    }
}
