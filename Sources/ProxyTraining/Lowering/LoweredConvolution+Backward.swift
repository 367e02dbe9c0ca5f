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
        let places = lowering.gradientPlaces(self)
        let partials = lowering.newSlot(2 * chunks.count * columns)
        if let gate { lowering.appendGateBackward(gate, self, gradient: places.output) }
        lowering.appendNormGradient(self, places, partials)
        lowering.appendCoefficients(self, partials)
        lowering.appendInputGradient(self, places)
        lowering.appendWeightGradient(self, gradient: places.z)
    }
}

/// The slots that a convolution's gradients pass through.
struct GradientPlaces {
    /// The gradient of the unit's output.
    let output: Int
    /// The gradient before the activation.
    let g: Int
    /// The gradient of the convolution's result.
    let z: Int
    /// The shortcut that the unit adds, and where its gradient stands once z's is computed.
    var shortcut: (value: Value, slot: Int)?
}

extension TrainingLowering {
    /// Decides where gradients go: in place where nobody else needs what stood there. A shortcut's gradient
    /// is that of the sum, and shares its slot.
    mutating func gradientPlaces(_ unit: LoweredConvolution) -> GradientPlaces {
        let gradient = gradient(of: unit.unit.last)
        guard let addition = unit.unit.addition, let shortcut = layers[addition].shortcut else {
            let slot = gradient.isExclusive ? gradient.slot : newSlot(unit.layer.output.shape)
            return GradientPlaces(output: gradient.slot, g: slot, z: slot)
        }
        precondition(gradient.isExclusive)
        let other = newSlot(unit.layer.output.shape)
        // Stochastic depth changes the branch's gradient, and not the shortcut's.
        return GradientPlaces(
            output: gradient.slot, g: unit.survival == nil ? gradient.slot : other, z: other,
            shortcut: (shortcut, gradient.slot))
    }

    /// g, and the sums of each piece.
    mutating func appendNormGradient(
        _ unit: LoweredConvolution, _ places: GradientPlaces, _ partials: Int
    ) {
        let kernel = set.training.normGradient
        let chunks = unit.chunks
        append(
            unit.unit.index, .normGradient,
            [
                unit.z, unit.coefficients, places.output, places.g, unit.shortcut, unit.survival, partials,
                unit.gate?.factors, unit.gate?.addends,
            ]
        ) { thread, memory in
            for chunk in chunks.shares[thread] {
                let rows = chunks.rows(chunk)
                let start = rows.lowerBound * unit.columns
                let sums = memory.slots[partials] + 2 * chunk * unit.columns
                let factors = (unit.gate?.factors ?? unit.survival).map {
                    UnsafePointer(memory.slots[$0] + chunk * unit.columns)
                }
                kernel(
                    NormGradientTask(
                        values: memory.slots[unit.z] + start, rows: rows.count, channels: unit.columns,
                        scale: unit.coefficient(.factor, memory), offset: unit.coefficient(.offset, memory),
                        residual: unit.activation == .identity
                            ? nil : unit.shortcut.map { UnsafePointer(memory.slots[$0] + start) },
                        activation: unit.activation, gradient: memory.slots[places.output] + start,
                        factors: factors,
                        addends: unit.gate.map {
                            UnsafePointer(memory.slots[$0.addends] + chunk * unit.columns)
                        },
                        mean: unit.coefficient(.mean, memory), output: memory.slots[places.g] + start,
                        sums: sums, products: sums + unit.columns))
            }
        }
    }

    /// The gradients of batch norm's scale and shift, or of the bias, and what z's gradient is made with.
    mutating func appendCoefficients(_ unit: LoweredConvolution, _ partials: Int) {
        let shares = shares(unit.columns)
        let matrix = unit.matrix
        append(unit.unit.index, .normGradient, [unit.coefficients, partials]) { thread, memory in
            let mean = unit.coefficient(.mean, memory)
            let reciprocal = unit.coefficient(.reciprocal, memory)
            let factor = unit.coefficient(.factor, memory)
            let ofGradient = unit.coefficient(.ofGradient, memory)
            let ofResult = unit.coefficient(.ofResult, memory)
            let constant = unit.coefficient(.constant, memory)
            let count = Double(unit.rows)
            sumChunks(memory.slots[partials], count: unit.chunks.count, columns: unit.columns, shares[thread])
            {
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

    /// z's gradient, piece by piece.
    func combination(
        _ unit: LoweredConvolution, _ places: GradientPlaces
    ) -> (_ memory: TrainingMemory, _ rows: Range<Int>) -> Void {
        let kernel = set.training.channelCombination
        return { memory, rows in
            let start = rows.lowerBound * unit.columns
            kernel(
                ChannelCombinationTask(
                    left: memory.slots[places.g] + start, right: memory.slots[unit.z] + start,
                    rows: rows.count, channels: unit.columns,
                    leftFactors: unit.coefficient(.ofGradient, memory),
                    rightFactors: unit.coefficient(.ofResult, memory),
                    offsets: unit.coefficient(.constant, memory), output: memory.slots[places.z] + start))
        }
    }

    /// z's gradient, and the input's.
    mutating func appendInputGradient(_ unit: LoweredConvolution, _ places: GradientPlaces) {
        let combine = combination(unit, places)
        let chunks = unit.chunks
        let slots: [Int?] = [places.g, places.z, unit.z, unit.coefficients]
        let needsInput = unit.input != .images
        let isDirect = needsInput && unit.isPointwise && !unit.splitsColumns
        if !isDirect {
            append(unit.unit.index, .normGradient, slots) { thread, memory in
                for chunk in chunks.shares[thread] { combine(memory, chunks.rows(chunk)) }
            }
        }
        // From here on the gradient of the sum may be overwritten by that of the shortcut.
        if let shortcut = places.shortcut {
            giveShortcut(unit.unit.index, shortcut.value, gradientIn: shortcut.slot)
        }
        guard needsInput else { return }
        if unit.convolution.isDepthwise { return appendDepthwiseInputGradient(unit, gradient: places.z) }
        if unit.isPointwise {
            appendPointwiseInputGradient(unit, gradient: places.z, slots, combine: isDirect ? combine : nil)
        } else {
            appendDenseInputGradient(unit, gradient: places.z)
        }
    }

    /// The gradient of a shortcut: what stands in a slot, added to what the shortcut has already.
    mutating func giveShortcut(_ layer: Int, _ shortcut: Value, gradientIn slot: Int) {
        if hasGradient(shortcut) {
            let (target, _) = target(gradientOf: shortcut)
            add(
                layer, slot, to: target,
                count: batch * shortcut.shape.height * shortcut.shape.width
                    * set.padded(shortcut.shape.channels))
        } else {
            place(gradientOf: shortcut, Gradient(slot: slot, isExclusive: true))
        }
    }
}
