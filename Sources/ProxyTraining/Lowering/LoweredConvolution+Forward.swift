// The forward phases of a convolution: its input made of the one before, the product, the statistics.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    /// The forward phases of a convolution, up to its statistics; what becomes of z waits for who reads it.
    mutating func lowerConvolution(_ unit: ConvolutionUnit) -> any LoweredUnit {
        let lowered = LoweredConvolution(unit, &self)
        switch lowered.z {
        case .kept(let z):
            let partials = newSlot(2 * lowered.chunks.count * lowered.columns)
            appendProduct(lowered, z, partials)
            appendStatistics(lowered, partials)
        case .recomputed(let moments):
            appendMoments(lowered, moments)
            appendStatistics(lowered, moments)
        }
        waiting = lowered
        return lowered
    }

    /// The convolution that waits to make this tensor, if its reader makes it chunk by chunk; else it is made here. A reader
    /// that widens it keeps it, for its backward pass.
    mutating func producer(of value: Value, isFused: Bool, keepsIt: Bool) -> LoweredConvolution? {
        guard let unit = waiting else { return nil }
        guard isFused, unit.unit.last == value.layer else {
            appendWaiting()
            return nil
        }
        waiting = nil
        let isReadOnce = units.isReadOnce(value)
        if keepsIt || !isReadOnce || unit.shortcut != nil || unit.survival != nil { keep(unit) }
        return unit
    }

    /// Gives a convolution's y a slot.
    private mutating func keep(_ unit: LoweredConvolution) {
        let slot = newSlot(layers[unit.unit.last].output.shape)
        unit.y = slot
        slots.place(unit.unit.last, at: slot)
    }

    /// Makes y of the convolution that waits for its reader, if one does.
    mutating func appendWaiting() {
        guard let unit = waiting else { return }
        waiting = nil
        keep(unit)
        let apply = apply(unit, unit.chunks)
        append(unit.unit.index, .norm, apply.slots) { thread, memory in
            unit.chunks.forEach(thread) { _, units, _, _ in
                let output = memory.start(unit.y) + unit.rows(units).lowerBound * unit.columns
                apply.run(thread, memory, units, output)
            }
        }
    }

    /// z, and the sums of each chunk.
    private mutating func appendProduct(_ unit: LoweredConvolution, _ z: Int, _ partials: Int) {
        let product = product(unit)
        let statistics = set.training.normStatistics
        func sum(_ chunk: Int, _ rows: Range<Int>, _ memory: TrainingMemory) {
            guard unit.matrix.shape.normalised else { return }
            let sums = memory.slots[partials] + 2 * chunk * unit.columns
            statistics(
                NormStatisticsTask(
                    values: memory.slots[z] + rows.lowerBound * unit.columns, rows: rows.count,
                    channels: unit.columns, shift: memory.statistics + unit.matrix.statistics, sums: sums,
                    squares: sums + unit.columns))
        }
        let index = unit.unit.index
        if unit.chunks.unit == .images {
            let input = input(unit)
            append(index, .forward, input.slots + product.slots + [z, partials]) { thread, memory in
                unit.chunks.forEach(thread) { chunk, images, _, _ in
                    let rows = unit.rows(images)
                    let input = input.run(thread, memory, images)
                    memory.begin(thread, index, .forward)
                    product.run(
                        thread, memory, input, memory.slots[z] + rows.lowerBound * unit.columns,
                        0..<rows.count, product.panels)
                    sum(chunk, rows, memory)
                }
            }
            return
        }
        let source = slots.place(of: unit.layer.input)
        let panels = shares(product.panels.count)
        append(index, .forward, [source.slot, z, partials] + product.slots) { thread, memory in
            func run(_ rows: Range<Int>, _ panels: Range<Int>) {
                product.run(thread, memory, memory.read(source), memory.slots[z], rows, panels)
            }
            if unit.splitsColumns {
                run(0..<unit.rows, panels[thread])
                memory.meet()
            }
            unit.chunks.forEach(thread) { chunk, units, _, _ in
                let rows = unit.rows(units)
                if !unit.splitsColumns { run(rows, product.panels) }
                sum(chunk, rows, memory)
            }
        }
    }

    /// A convolution's input, image by image: where it stands, or made here of what the convolution before left.
    private mutating func input(
        _ unit: LoweredConvolution
    ) -> (
        slots: [Int?],
        run: (_ thread: Int, _ memory: TrainingMemory, _ images: Range<Int>) -> UnsafePointer<Float>
    ) {
        let imageFloats = unit.inputRows * unit.inputStride
        guard let producer = unit.producer else {
            let source = slots.place(of: unit.layer.input)
            return (
                [source.slot], { _, memory, images in memory.read(source) + images.lowerBound * imageFloats }
            )
        }
        let apply = apply(producer, unit.chunks)
        let scratch = producer.y == nil ? scratch(.activations, unit.chunks.largest * imageFloats) : nil
        return (
            apply.slots + (scratch?.slots ?? []),
            { thread, memory, images in
                let output =
                    scratch?.start(thread, memory)
                    ?? memory.start(producer.y) + images.lowerBound * imageFloats
                apply.run(thread, memory, images, output)
                return UnsafePointer(output)
            }
        )
    }

    /// The sums of its input, from which a result that is not kept has its statistics.
    private mutating func appendMoments(_ unit: LoweredConvolution, _ moments: ExpansionMoments) {
        let index = unit.unit.index
        let input = input(unit)
        append(index, .forward, input.slots + moments.slots) { thread, memory in
            unit.chunks.forEach(thread) { _, images, piece, isFirst in
                let x = input.run(thread, memory, images)
                memory.begin(thread, index, .forward)
                moments.add(x, images.count * unit.inputRows, to: piece, isFirst: isFirst, memory)
            }
        }
    }

    /// Factor and offset of each channel from the sums of the input.
    private mutating func appendStatistics(_ unit: LoweredConvolution, _ moments: ExpansionMoments) {
        let shares = shares(unit.columns, unit: 4)
        let matrix = unit.matrix
        let write = statistics(unit)
        append(unit.unit.index, .norm, [unit.coefficients] + moments.slots) { thread, memory in
            let weights = memory.parameters + matrix.weight
            moments.statistics(memory, rows: unit.rows) { means, covariances in
                for channel in shares[thread] {
                    var mean = 0.0
                    var variance = 0.0
                    let column = matrix.panels.column(channel)
                    func weight(_ row: Int) -> Double {
                        Double(weights[column.start + row * column.inputStride])
                    }
                    for row in 0..<moments.depth {
                        var product = 0.0
                        for column in 0..<moments.depth {
                            product += covariances[row * moments.depth + column] * weight(column)
                        }
                        mean += means[row] * weight(row)
                        variance += product * weight(row)
                    }
                    write(memory, channel, mean, max(0, variance))
                }
            }
        }
    }

    /// Factor and offset of each channel from the sums of the result; of a convolution without batch norm, 1 and the bias.
    private mutating func appendStatistics(_ unit: LoweredConvolution, _ partials: Int) {
        let shares = shares(unit.columns, unit: 4)
        let matrix = unit.matrix
        let write = statistics(unit)
        append(unit.unit.index, .norm, [unit.coefficients, partials]) { thread, memory in
            let share = shares[thread]
            guard matrix.shape.normalised else {
                let shift = memory.parameters + matrix.shift
                for channel in share {
                    unit.coefficient(.mean, memory)[channel] = 0
                    unit.coefficient(.reciprocal, memory)[channel] = 1
                    unit.coefficient(.factor, memory)[channel] = 1
                    unit.coefficient(.offset, memory)[channel] = shift[channel]
                }
                return
            }
            let running = memory.statistics + matrix.statistics
            let count = Double(unit.rows)
            sumChunks(memory.slots[partials], count: unit.chunks.count, columns: unit.columns, share) {
                channel, sum, squares in
                let shifted = sum / count
                write(
                    memory, channel, Double(running[channel]) + shifted,
                    max(0, squares / count - shifted * shifted))
            }
        }
    }

    /// What a channel's mean and variance make: its coefficients, and the running statistics.
    private func statistics(
        _ unit: LoweredConvolution
    ) -> (_ memory: TrainingMemory, _ channel: Int, _ mean: Double, _ variance: Double) -> Void {
        let matrix = unit.matrix
        let epsilon = network.architecture.batchNormEpsilon
        let momentum = TrainableNetwork.statisticsMomentum
        let count = Double(unit.rows)
        return { memory, channel, mean, variance in
            let scale = Double(memory.parameters[matrix.scale + channel])
            let deviation = (variance + epsilon).squareRoot()
            unit.coefficient(.mean, memory)[channel] = Float(mean)
            unit.coefficient(.reciprocal, memory)[channel] = Float(1 / deviation)
            unit.coefficient(.factor, memory)[channel] = Float(scale / deviation)
            unit.coefficient(.offset, memory)[channel] = Float(
                Double(memory.parameters[matrix.shift + channel]) - mean * scale / deviation)
            let unbiased = count > 1 ? variance * count / (count - 1) : variance
            let running = memory.statistics + matrix.statistics
            running[channel] += Float(momentum * (mean - Double(running[channel])))
            running[unit.columns + channel] +=
                Float(momentum * (unbiased - Double(running[unit.columns + channel])))
        }
    }

    /// Gives z of a range of pixels: where it stands, or, where it stands nowhere, multiplied anew into `scratch`.
    mutating func result(
        _ unit: LoweredConvolution
    ) -> (
        slots: [Int?],
        read: (
            _ thread: Int, _ memory: TrainingMemory, _ rows: Range<Int>,
            _ scratch: UnsafeMutablePointer<Float>?
        ) -> UnsafePointer<Float>
    ) {
        switch unit.z {
        case .kept(let slot):
            return (
                [slot],
                { _, memory, rows, _ in UnsafePointer(memory.slots[slot] + rows.lowerBound * unit.columns) }
            )
        case .recomputed:
            let source = slots.place(of: unit.layer.input)
            let product = product(unit)
            return (
                [source.slot] + product.slots,
                { thread, memory, rows, scratch in
                    guard let scratch else { preconditionFailure("\(unit.layer.name) is not kept.") }
                    memory.begin(thread, unit.unit.index, .forward)
                    product.run(
                        thread, memory, memory.read(source) + rows.lowerBound * unit.inputStride, scratch,
                        0..<rows.count, product.panels)
                    return UnsafePointer(scratch)
                }
            )
        }
    }

    /// y of a range of the units of any chunks, from its first pixel on: batch norm, shortcut and activation, and the gate.
    private mutating func apply(
        _ unit: LoweredConvolution, _ chunks: Chunks
    ) -> (
        slots: [Int?],
        run: (
            _ thread: Int, _ memory: TrainingMemory, _ units: Range<Int>,
            _ output: UnsafeMutablePointer<Float>
        ) -> Void
    ) {
        let kernel = set.training.normApply
        let result = result(unit)
        let rate = unit.unit.dropRate
        let number = UInt64(unit.unit.index)
        let gate = unit.gate.map { applyGate($0, unit) }
        func apply(
            _ thread: Int, _ memory: TrainingMemory, _ rows: Range<Int>,
            _ output: UnsafeMutablePointer<Float>,
            image: Int?
        ) {
            let start = rows.lowerBound * unit.columns
            var values = result.read(thread, memory, rows, output)
            memory.begin(thread, unit.unit.index, .norm)
            var scale = UnsafePointer(unit.coefficient(.factor, memory))
            var shift = UnsafePointer(unit.coefficient(.offset, memory))
            if let survival = unit.survival, let image {
                let keep = memory.stream.uniform(number << 32 | UInt64(image)) >= rate
                let survivals = memory.slots[survival] + image * unit.columns
                for channel in 0..<unit.columns { survivals[channel] = keep ? 1 / (1 - rate) : 0 }
                if keep {
                    // Twice over the image, so that no slot is needed for factors of its own.
                    kernel(
                        NormApplyTask(
                            values: values, rows: rows.count, channels: unit.columns, scale: scale,
                            offset: shift, residual: nil, output: output, activation: .identity, sums: nil))
                    values = UnsafePointer(output)
                }
                (scale, shift) = (UnsafePointer(survivals), memory.zeros)
            }
            kernel(
                NormApplyTask(
                    values: values, rows: rows.count, channels: unit.columns, scale: scale, offset: shift,
                    residual: unit.shortcut.map { UnsafePointer(memory.slots[$0] + start) }, output: output,
                    activation: unit.activation,
                    sums: unit.gate.flatMap { gate in
                        image.map { memory.slots[gate.pooled] + $0 * unit.columns }
                    }))
        }
        let slots =
            [unit.y, unit.coefficients, unit.shortcut, unit.survival] + result.slots
            + (unit.gate?.slots ?? [])
        return (
            slots,
            { thread, memory, units, output in
                guard unit.isByImage else {
                    return apply(thread, memory, unit.rows(units, of: chunks), output, image: nil)
                }
                for image in units {
                    apply(
                        thread, memory, image * unit.imageRows..<(image + 1) * unit.imageRows,
                        output + (image - units.lowerBound) * unit.imageRows * unit.columns, image: image)
                }
                gate?(thread, memory, units, output)
            }
        )
    }
}

/// Adds the chunks' sums in order: `body` gets a channel with both its sums. A chunk holds `columns` sums of
/// one kind, then as many of the other.
func sumChunks(
    _ partials: UnsafePointer<Float>, count: Int, columns: Int, _ channels: Range<Int>,
    _ body: (Int, Double, Double) -> Void
) {
    var channel = channels.lowerBound
    // Four channels at a time, since a channel's sums lie far apart; columns are whole vectors of at least four.
    while channel < channels.upperBound {
        var first = SIMD4<Double>()
        var second = SIMD4<Double>()
        for chunk in 0..<count {
            let sums = UnsafeRawPointer(partials + 2 * chunk * columns + channel)
            let squares = sums + columns * MemoryLayout<Float>.stride
            first += SIMD4<Double>(sums.loadUnaligned(as: SIMD4<Float>.self))
            second += SIMD4<Double>(squares.loadUnaligned(as: SIMD4<Float>.self))
        }
        for lane in 0..<min(4, channels.upperBound - channel) {
            body(channel + lane, first[lane], second[lane])
        }
        channel += 4
    }
}
