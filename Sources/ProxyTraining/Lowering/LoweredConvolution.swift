// A convolution in training: what its phases have in common, and its forward phases.
//
// Forward: z = convolution(x), with sums for the batch's statistics piece by piece; the statistics become a
// factor and an offset a channel; y = activation(z · factor + offset + shortcut), gated where a gate follows.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// A convolution with its slots.
struct LoweredConvolution {
    let unit: ConvolutionUnit
    let layer: Layer
    let matrix: ParameterLayout.Matrix
    let input: Source
    /// Floats from one input pixel to the next.
    let inputStride: Int
    let window: Window
    /// Output pixels of the batch.
    let rows: Int
    /// Output pixels of an image.
    let imageRows: Int
    /// The pieces in which sums are added.
    let chunks: Chunks
    /// The convolution's result.
    let z: Int
    /// What batch norm, activation, gate and addition make of it.
    let y: Int
    /// Per channel: mean, 1 / deviation, factor, offset; then those of the gradient, and the backward
    /// pass's factors of g and z, and its offset.
    let coefficients: Int
    /// The shortcut that is added.
    let shortcut: Int?
    /// The activation after the shortcut.
    let activation: KernelTasks.Activation
    /// One value an image: 0 where stochastic depth drops it, else 1 / survival; of each channel a copy.
    let survival: Int?
    var gate: LoweredGate?

    var convolution: Convolution { unit.convolution }
    var columns: Int { matrix.columns }
    /// Whether the convolution is a plain product of matrices.
    var isPointwise: Bool { convolution.kernel == 1 && convolution.stride == 1 && !convolution.isDepthwise }
    /// Whether the pieces are images, since images differ in gate or survival.
    var isByImage: Bool { unit.gate != nil || survival != nil }
    /// Whether work on weights is shared by columns: where they are more than the pixels.
    var splitsColumns: Bool { !convolution.isDepthwise && matrix.depth * columns > 2 * rows * (columns + 64) }

    /// Coefficients of a kind, one a padded channel.
    enum Coefficient: Int, CaseIterable {
        case mean, reciprocal, factor, offset, ofGradient, ofResult, constant
    }

    func coefficient(_ kind: Coefficient, _ memory: TrainingMemory) -> UnsafeMutablePointer<Float> {
        memory.slots[coefficients] + kind.rawValue * columns
    }
}

extension TrainingLowering {
    mutating func lowerConvolution(_ unit: ConvolutionUnit) -> any LoweredUnit {
        let layer = layers[unit.index]
        let matrix = layout.layers[unit.index][0]
        let shape = layer.output.shape
        var activation = unit.convolution.activation.kernel
        var shortcut: Int?
        if let addition = unit.addition, case .add(let after) = layers[addition].operation {
            activation = after.kernel
            shortcut = layers[addition].shortcut.flatMap { source(of: $0).slot }
        }
        let isByImage = unit.gate != nil || unit.dropRate > 0
        let imageRows = shape.height * shape.width
        let chunks =
            isByImage
            ? Chunks(images: batch, pixels: imageRows, threads: threads)
            : Chunks(
                units: batch * shape.height, rows: shape.width, channels: matrix.columns, threads: threads)
        let input = source(of: layer.input)
        var lowered = LoweredConvolution(
            unit: unit, layer: layer, matrix: matrix, input: input,
            inputStride: input == .images
                ? layer.input.shape.channels : set.padded(layer.input.shape.channels),
            window: window(
                layer, kernel: unit.convolution.kernel, stride: unit.convolution.stride,
                unit.convolution.padding),
            rows: batch * imageRows, imageRows: imageRows, chunks: chunks, z: newSlot(shape),
            y: newSlot(shape),
            coefficients: newSlot(LoweredConvolution.Coefficient.allCases.count * matrix.columns),
            shortcut: shortcut, activation: activation,
            survival: unit.dropRate > 0 ? newSlot(batch * matrix.columns) : nil)
        if unit.convolution.isDepthwise { margin = max(margin, unit.convolution.kernel * matrix.columns) }
        place(unit.last, at: lowered.y)
        let partials = newSlot(2 * chunks.count * matrix.columns)
        appendProduct(lowered, partials)
        appendStatistics(lowered, partials)
        if let index = unit.gate, case .squeezeExcitation(let gate) = layers[index].operation {
            lowered.gate = prepareGate(index, gate)
        }
        appendApply(lowered)
        if let gate = lowered.gate { appendGate(gate, lowered) }
        return lowered
    }

    /// z, and the sums of each piece.
    private mutating func appendProduct(_ unit: LoweredConvolution, _ partials: Int) {
        let product = product(unit)
        let normalised = unit.matrix.shape.normalised
        let statistics = set.training.normStatistics
        let chunks = unit.chunks
        func sum(_ chunk: Int, _ memory: TrainingMemory) {
            guard normalised else { return }
            let rows = chunks.rows(chunk)
            let sums = memory.slots[partials] + 2 * chunk * unit.columns
            statistics(
                NormStatisticsTask(
                    values: memory.slots[unit.z] + rows.lowerBound * unit.columns, rows: rows.count,
                    channels: unit.columns, shift: memory.statistics + unit.matrix.statistics, sums: sums,
                    squares: sums + unit.columns))
        }
        let slots = [unit.input.slot, unit.z, partials, product.scratch]
        guard unit.splitsColumns else {
            append(unit.unit.index, .forward, slots) { thread, memory in
                for chunk in chunks.shares[thread] {
                    product.run(thread, memory, chunks.rows(chunk), product.panels)
                    sum(chunk, memory)
                }
            }
            return
        }
        let panels = shares(product.panels.count)
        append(unit.unit.index, .forward, slots) { thread, memory in
            product.run(thread, memory, 0..<unit.rows, panels[thread])
            memory.meet()
            for chunk in chunks.shares[thread] { sum(chunk, memory) }
        }
    }

    /// Factor and offset of each channel from the sums, and the running statistics; of a convolution without
    /// batch norm, 1 and the bias.
    private mutating func appendStatistics(_ unit: LoweredConvolution, _ partials: Int) {
        let shares = shares(unit.columns)
        let matrix = unit.matrix
        let epsilon = network.architecture.batchNormEpsilon
        append(unit.unit.index, .norm, [unit.coefficients, partials]) { thread, memory in
            let share = shares[thread]
            let mean = unit.coefficient(.mean, memory)
            let reciprocal = unit.coefficient(.reciprocal, memory)
            let factor = unit.coefficient(.factor, memory)
            let offset = unit.coefficient(.offset, memory)
            let shift = memory.parameters + matrix.shift
            guard matrix.shape.normalised else {
                for channel in share {
                    mean[channel] = 0
                    reciprocal[channel] = 1
                    factor[channel] = 1
                    offset[channel] = shift[channel]
                }
                return
            }
            let scale = memory.parameters + matrix.scale
            let running = memory.statistics + matrix.statistics
            let count = Double(unit.rows)
            sumChunks(memory.slots[partials], count: unit.chunks.count, columns: unit.columns, share) {
                channel, sum, squares in
                let shifted = sum / count
                let variance = max(0, squares / count - shifted * shifted)
                let deviation = (variance + epsilon).squareRoot()
                let center = Double(running[channel]) + shifted
                mean[channel] = Float(center)
                reciprocal[channel] = Float(1 / deviation)
                factor[channel] = Float(Double(scale[channel]) / deviation)
                offset[channel] = Float(Double(shift[channel]) - center * Double(scale[channel]) / deviation)
                let unbiased = count > 1 ? variance * count / (count - 1) : variance
                running[channel] += Float(0.1 * shifted)
                running[unit.columns + channel] +=
                    Float(0.1 * (unbiased - Double(running[unit.columns + channel])))
            }
        }
    }

    /// y, and of a gated convolution each image's sums.
    private mutating func appendApply(_ unit: LoweredConvolution) {
        let kernel = set.training.normApply
        let chunks = unit.chunks
        let sums = unit.gate?.pooled
        let rate = unit.unit.dropRate
        let number = UInt64(unit.unit.index)
        append(
            unit.unit.index, .norm, [unit.z, unit.y, unit.coefficients, unit.shortcut, sums, unit.survival]
        ) { thread, memory in
            let factor = unit.coefficient(.factor, memory)
            let offset = unit.coefficient(.offset, memory)
            for chunk in chunks.shares[thread] {
                let rows = chunks.rows(chunk)
                let start = rows.lowerBound * unit.columns
                var values = UnsafePointer(memory.slots[unit.z] + start)
                var (scale, shift) = (UnsafePointer(factor), UnsafePointer(offset))
                let shortcut = unit.shortcut.map { UnsafePointer(memory.slots[$0] + start) }
                if let survival = unit.survival {
                    let keep = memory.stream.uniform(number << 32 | UInt64(chunk)) >= rate
                    let survivals = memory.slots[survival] + chunk * unit.columns
                    for channel in 0..<unit.columns { survivals[channel] = keep ? 1 / (1 - rate) : 0 }
                    if keep {
                        // Twice over the image, so that no slot is needed for factors of its own.
                        let scaled = memory.slots[unit.y] + start
                        kernel(
                            NormApplyTask(
                                values: values, rows: rows.count, channels: unit.columns, scale: scale,
                                offset: shift, residual: nil, output: scaled, activation: .identity, sums: nil
                            ))
                        values = UnsafePointer(scaled)
                    }
                    (scale, shift) = (UnsafePointer(survivals), memory.zeros)
                }
                kernel(
                    NormApplyTask(
                        values: values, rows: rows.count, channels: unit.columns, scale: scale, offset: shift,
                        residual: shortcut, output: memory.slots[unit.y] + start, activation: unit.activation,
                        sums: sums.map { memory.slots[$0] + chunk * unit.columns }))
            }
        }
    }
}

/// Adds the pieces' sums in order: `body` gets a channel with both its sums. A piece holds `columns` sums of
/// one kind, then as many of the other.
func sumChunks(
    _ partials: UnsafePointer<Float>, count: Int, columns: Int, _ channels: Range<Int>,
    _ body: (Int, Double, Double) -> Void
) {
    var channel = channels.lowerBound
    // Four channels at a time, since a channel's sums lie far apart.
    while channel < channels.upperBound {
        let width = min(4, channels.upperBound - channel)
        var first = SIMD4<Double>()
        var second = SIMD4<Double>()
        for chunk in 0..<count {
            let sums = partials + 2 * chunk * columns + channel
            for lane in 0..<width {
                first[lane] += Double(sums[lane])
                second[lane] += Double(sums[columns + lane])
            }
        }
        for lane in 0..<width { body(channel + lane, first[lane], second[lane]) }
        channel += width
    }
}
