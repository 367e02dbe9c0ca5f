// The backward phases of a convolution: batch norm's gradient, the input's, the weights'.
//
// With g the gradient before the activation, and sums over the batch's pixels, batch norm gives its scale Σ g
// · (z − mean) / deviation and its shift Σ g; z gets factor · (g − Σ g / n − (z − mean) / deviation² · Σ g ·
// (z − mean) / n), which is one factor of g, one of z, and an offset for each channel.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

extension LoweredConvolution: LoweredUnit {
    func backward(_ lowering: inout TrainingLowering) {
        lowering.appendNormGradient(self)
        lowering.appendCoefficients(self)
        if let expansion {
            lowering.appendExpansionGradients(self, expansion)
        } else if isFused {
            lowering.appendGradients(self)
        } else {
            lowering.appendSeparateGradients(self)
        }
    }
}

/// The slots that a convolution's gradients pass through.
struct GradientPlaces {
    /// The gradient of the unit's output.
    let output: Int
    /// The gradient before the activation.
    let g: Int
    /// The gradient of the convolution's result; a fused convolution keeps none.
    let z: Int?
    /// The shortcut that the unit adds, whose gradient stands in `output` once z's is computed.
    var shortcut: Value?
}

extension TrainingLowering {
    /// Decides where gradients go: in place where nobody else needs what stood there. A shortcut's gradient
    /// is that of the sum, and shares its slot.
    private mutating func gradientPlaces(_ unit: LoweredConvolution) -> GradientPlaces {
        let gradient = gradient(of: unit.unit.last)
        guard let addition = unit.unit.addition else {
            let slot = gradient.isExclusive ? gradient.slot : newSlot(unit.layer.output.shape)
            return GradientPlaces(output: gradient.slot, g: slot, z: slot)
        }
        precondition(gradient.isExclusive)
        let needsOther = unit.survival != nil || !unit.isFused
        let other = needsOther ? newSlot(unit.layer.output.shape) : nil
        // Stochastic depth changes the branch's gradient, and not the shortcut's.
        return GradientPlaces(
            output: gradient.slot, g: (unit.survival == nil ? nil : other) ?? gradient.slot, z: other,
            shortcut: layers[addition].inputs[1])
    }

    /// g and its sums, unless the next convolution has made them.
    fileprivate mutating func appendNormGradient(_ unit: LoweredConvolution) {
        guard unit.gradientSums == nil else { return }
        let norm = normGradient(unit, unit.chunks)
        append(unit.unit.index, .normGradient, norm.slots) { thread, memory in
            unit.chunks.forEach(thread) { chunk, units, _, _ in
                norm.run(thread, memory, chunk, units, nil, nil)
            }
        }
        if let gate = unit.gate { gateWeightGradients(gate) }
    }

    /// g of a range of the chunks' units, and its sums, in the place of y's gradient; of an expansion's, whose chunk `gradient`
    /// is. `activated` gets y, and that where no image has a shortcut or a fate
    /// of its own.
    mutating func normGradient(
        _ unit: LoweredConvolution, _ chunks: Chunks
    ) -> (
        slots: [Int?],
        run: (
            _ thread: Int, _ memory: TrainingMemory, _ chunk: Int, _ units: Range<Int>,
            _ activated: UnsafeMutablePointer<Float>?, _ gradient: UnsafeMutablePointer<Float>?
        ) -> Void
    ) {
        let places = unit.expansion == nil ? gradientPlaces(unit) : nil
        unit.places = places
        let count = unit.isByImage ? batch : chunks.count
        let partials = newSlot(2 * count * unit.columns)
        unit.gradientSums = (partials, count)
        let kernel = set.training.normGradient
        let result = result(unit)
        func run(
            _ memory: TrainingMemory, _ z: UnsafePointer<Float>, _ rows: Range<Int>, sums index: Int,
            image: Int?,
            _ activated: UnsafeMutablePointer<Float>?, _ gradient: UnsafeMutablePointer<Float>?
        ) {
            let start = rows.lowerBound * unit.columns
            let sums = memory.slots[partials] + 2 * index * unit.columns
            func values(_ slot: Int?) -> UnsafePointer<Float>? {
                guard let slot, let image else { return nil }
                return UnsafePointer(memory.slots[slot] + image * unit.columns)
            }
            kernel(
                NormGradientTask(
                    values: z, rows: rows.count, channels: unit.columns,
                    scale: unit.coefficient(.factor, memory), offset: unit.coefficient(.offset, memory),
                    residual: unit.activation == .identity
                        ? nil : unit.shortcut.map { UnsafePointer(memory.slots[$0] + start) },
                    activation: unit.activation,
                    gradient: gradient ?? memory.start(places?.output) + start,
                    factors: values(unit.gate?.factors ?? unit.survival),
                    addends: values(unit.gate?.addends), mean: unit.coefficient(.mean, memory),
                    output: gradient ?? memory.start(places?.g) + start, sums: sums,
                    products: sums + unit.columns,
                    activated: activated))
        }
        let gate = unit.gate.map { gate in
            let factors = factorGradients(gate, pixels: unit.imageRows)
            return (
                index: gate.index, slots: factors.slots, run: gateGradient(gate, unit, factors: factors.run),
                scale: scaling(by: gate, unit)
            )
        }
        let slots: [Int?] = [
            unit.coefficients, places?.output, places?.g, unit.shortcut, unit.survival, partials,
        ]
        return (
            slots + result.slots + (gate?.slots ?? []),
            { thread, memory, chunk, units, activated, gradient in
                let index = unit.unit.index
                let imageFloats = unit.imageRows * unit.columns
                if let gate {
                    memory.begin(thread, gate.index, .gateGradient)
                    gate.run(
                        thread, memory, units,
                        memory.start(places?.output) + units.lowerBound * imageFloats,
                        activated
                    )
                }
                guard unit.isByImage else {
                    let rows = unit.rows(units, of: chunks)
                    let z = result.read(thread, memory, rows, activated)
                    memory.begin(thread, index, .normGradient)
                    return run(memory, z, rows, sums: chunk, image: nil, activated, gradient)
                }
                memory.begin(thread, index, .normGradient)
                for image in units {
                    let rows = unit.rows(image..<image + 1)
                    run(
                        memory, result.read(thread, memory, rows, nil), rows, sums: image, image: image, nil,
                        nil)
                }
                if let gate, let activated {
                    memory.begin(thread, gate.index, .gateGradient)
                    gate.scale(memory, units, activated)
                }
            }
        )
    }

    /// The gradients of batch norm's scale and shift, or of the bias, and what z's gradient is made with.
    fileprivate mutating func appendCoefficients(_ unit: LoweredConvolution) {
        guard let partials = unit.gradientSums else { return }
        let shares = shares(unit.columns, unit: 4)
        let matrix = unit.matrix
        append(unit.unit.index, .normGradient, [unit.coefficients, partials.slot]) { thread, memory in
            let mean = unit.coefficient(.mean, memory)
            let reciprocal = unit.coefficient(.reciprocal, memory)
            let factor = unit.coefficient(.factor, memory)
            let ofGradient = unit.coefficient(.ofGradient, memory)
            let ofResult = unit.coefficient(.ofResult, memory)
            let constant = unit.coefficient(.constant, memory)
            let count = Double(unit.rows)
            sumChunks(
                memory.slots[partials.slot], count: partials.count, columns: unit.columns, shares[thread]
            ) {
                channel, sum, product in
                memory.gradients[matrix.shift + channel] = Float(sum)
                ofGradient[channel] = factor[channel]
                guard matrix.shape.normalised else {
                    ofResult[channel] = 0
                    constant[channel] = 0
                    return
                }
                let normal = Double(reciprocal[channel])
                memory.gradients[matrix.scale + channel] = Float(product * normal)
                let slope = -Double(factor[channel]) * normal * normal * product / count
                ofResult[channel] = Float(slope)
                constant[channel] = Float(
                    -Double(factor[channel]) * sum / count - slope * Double(mean[channel]))
            }
        }
    }

    /// z's gradient of a range of rows, from its first row on.
    mutating func combination(
        _ unit: LoweredConvolution
    ) -> (
        slots: [Int?],
        run: (
            _ thread: Int, _ memory: TrainingMemory, _ rows: Range<Int>,
            _ output: UnsafeMutablePointer<Float>
        ) -> Void
    ) {
        let kernel = set.training.channelCombination
        let result = result(unit)
        guard let g = unit.places?.g else { preconditionFailure("\(unit.layer.name) has no gradient.") }
        return (
            result.slots + [g, unit.coefficients],
            { thread, memory, rows, output in
                let start = rows.lowerBound * unit.columns
                kernel(
                    ChannelCombinationTask(
                        left: memory.slots[g] + start, right: result.read(thread, memory, rows, nil),
                        rows: rows.count, channels: unit.columns,
                        leftFactors: unit.coefficient(.ofGradient, memory),
                        rightFactors: unit.coefficient(.ofResult, memory),
                        offsets: unit.coefficient(.constant, memory), output: output))
            }
        )
    }

    /// Chunk by chunk, z's gradient, the input's, batch norm's of the convolution that made the input, and the weights'.
    fileprivate mutating func appendGradients(_ unit: LoweredConvolution) {
        giveShortcut(unit)
        let index = unit.unit.index
        let combine = combination(unit)
        let inputFloats = unit.inputRows * unit.inputStride
        let ofResult = scratch(.resultGradient, unit.chunks.largest * unit.imageRows * unit.columns)
        let isExpanded = unit.producer.map { $0.isExpansion && $0.y == nil } == true
        let expansion = isExpanded ? unit.producer.map { prepareExpansion($0, unit.chunks) } : nil
        unit.producer?.expansion = expansion?.gradients
        let wide = isExpanded ? scratch(.inputGradient, unit.chunks.largest * inputFloats) : nil
        let inputs = unit.layer.input.layer < 0 ? nil : chunkInputGradient(unit, to: wide)
        let norm = unit.producer.map { normGradient($0, unit.chunks) }
        let activated =
            unit.producer.map { $0.y == nil } == true
            ? scratch(.activations, unit.chunks.largest * inputFloats) : nil
        let source = activated == nil ? self.slots.place(of: unit.layer.input) : nil
        let weights = chunkWeightGradient(unit)
        var slots = combine.slots + ofResult.slots + weights.slots
        slots +=
            (expansion?.gradients.slots ?? []) + (inputs?.slots ?? []) + (norm?.slots ?? [])
            + (activated?.slots ?? [source?.slot])
        append(index, .normGradient, slots) { thread, memory in
            unit.chunks.forEach(thread) { chunk, images, piece, isFirst in
                let gradient = ofResult.start(thread, memory)
                memory.begin(thread, index, .normGradient)
                combine.run(thread, memory, unit.rows(images), gradient)
                memory.begin(thread, index, .inputGradient)
                inputs?.run(thread, memory, gradient, images)
                let made = activated?.start(thread, memory)
                let g = wide?.start(thread, memory)
                norm?.run(thread, memory, chunk, images, made, g)
                memory.begin(thread, index, .weightGradient)
                let input =
                    made.map { UnsafePointer($0) } ?? memory.read(source) + images.lowerBound * inputFloats
                weights.run(thread, memory, input, gradient, images.count, piece, isFirst)
                if let expansion, let g { expansion.run(thread, memory, g, images, piece, isFirst) }
            }
        }
        if let gate = unit.producer?.gate { gateWeightGradients(gate) }
        later(weights.slots) { thread, memory in
            memory.begin(thread, index, .weightGradient)
            weights.sum(thread, memory)
        }
    }

    /// The gradient of the shortcut that a unit adds, if it adds one.
    private mutating func giveShortcut(_ unit: LoweredConvolution) {
        guard let places = unit.places, let shortcut = places.shortcut else { return }
        give(unit.unit.index, gradientIn: places.output, to: [shortcut])
    }

    /// The same gradients phase by phase.
    fileprivate mutating func appendSeparateGradients(_ unit: LoweredConvolution) {
        guard let places = unit.places, let z = places.z else { return }
        let combine = combination(unit)
        let slots = combine.slots + [z]
        let needsInput = unit.layer.input.layer >= 0
        let isDirect = needsInput && unit.isPointwise && !unit.splitsColumns
        if !isDirect {
            append(unit.unit.index, .normGradient, slots) { thread, memory in
                unit.chunks.forEach(thread) { _, units, _, _ in
                    let rows = unit.rows(units)
                    combine.run(
                        thread, memory, rows, memory.slots[z] + rows.lowerBound * unit.columns)
                }
            }
        }
        // From here on the gradient of the sum may be overwritten by that of the shortcut.
        giveShortcut(unit)
        if needsInput {
            appendInputGradient(unit, gradient: z, slots, combine: isDirect ? combine.run : nil)
        }
        appendWeightGradient(unit, gradient: z)
    }
}
