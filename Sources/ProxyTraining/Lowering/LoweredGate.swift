// Squeeze-and-excitation in training.
//
// Forward: the mean of each image's channels, two linear layers, a factor a channel, by which the tensor is
// multiplied in place. Backward, what stood there before is computed anew from the convolution's result; the
// gradient goes through the gate into every pixel's factor and, through the means, into every pixel alike.
//
// All of it concerns one image after the other, but the gradients of the two layers' weights.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// A gate with its slots, each with a row an image.
struct LoweredGate {
    let index: Int
    let operation: ChannelGate
    let squeeze: ParameterLayout.Matrix
    let excite: ParameterLayout.Matrix
    /// Sums over an image's pixels, which become means.
    let pooled: Int
    /// What the squeezing layer gives, before and after its activation.
    let squeezed: Int
    let activated: Int
    /// What the exciting layer gives, before the gate's function.
    let excited: Int
    /// The gate's factors.
    let factors: Int
    /// Backward: what reaches every pixel of a channel through the mean.
    let addends: Int
    /// Backward: the gradients of the factors, then of the exciting layer's result, and of the squeezing layer's.
    let ofFactors: Int
    let ofSqueezed: Int

    /// What forward and backward passes read and write.
    var slots: [Int?] { [pooled, squeezed, activated, excited, factors] }
    /// What the backward pass reads and writes besides.
    var gradientSlots: [Int?] { [addends, ofFactors, ofSqueezed] }
}

/// What is done for a range of images.
typealias ImageWork = (_ memory: TrainingMemory, _ images: Range<Int>) -> Void

extension TrainingLowering {
    mutating func prepareGate(_ index: Int, _ gate: ChannelGate) -> LoweredGate {
        let matrices = layout.layers[index]
        let squeezed = batch * set.padded(gate.squeezed)
        let excited = batch * set.padded(gate.channels)
        return LoweredGate(
            index: index, operation: gate, squeeze: matrices[0], excite: matrices[1],
            pooled: newSlot(excited),
            squeezed: newSlot(squeezed), activated: newSlot(squeezed), excited: newSlot(excited),
            factors: newSlot(excited), addends: newSlot(excited), ofFactors: newSlot(excited),
            ofSqueezed: newSlot(squeezed))
    }

    /// The factors of the gate of a convolution, whose sums are known, and the tensor multiplied by them.
    func applyGate(
        _ gate: LoweredGate, _ unit: LoweredConvolution
    ) -> (
        _ thread: Int, _ memory: TrainingMemory, _ images: Range<Int>, _ values: UnsafeMutablePointer<Float>
    ) -> Void {
        let (factors, scale) = (factors(gate), scaling(by: gate, unit))
        let pixels = Float(unit.imageRows)
        return { thread, memory, images, values in
            memory.begin(thread, gate.index, .gate)
            let pooled = memory.slots[gate.pooled]
            for index in images.lowerBound * unit.columns..<images.upperBound * unit.columns {
                pooled[index] /= pixels
            }
            factors(memory, images)
            scale(memory, images, values)
        }
    }

    /// Images multiplied by their factors in place.
    func scaling(
        by gate: LoweredGate, _ unit: LoweredConvolution
    ) -> (_ memory: TrainingMemory, _ images: Range<Int>, _ values: UnsafeMutablePointer<Float>) -> Void {
        let kernel = set.scale
        return { memory, images, values in
            for image in images {
                kernel(
                    ScaleTask(
                        values: values + (image - images.lowerBound) * unit.imageRows * unit.columns,
                        factors: memory.slots[gate.factors] + image * unit.columns, pixels: unit.imageRows,
                        channels: unit.columns))
            }
        }
    }

    /// The gate's factors from the means.
    func factors(_ gate: LoweredGate) -> ImageWork {
        let squeeze = linear(gate.squeeze, input: gate.pooled, output: gate.squeezed)
        let excite = linear(gate.excite, input: gate.activated, output: gate.excited)
        let kernel = set.elementwise
        func activate(
            _ memory: TrainingMemory, _ images: Range<Int>, _ input: Int, _ output: Int, columns: Int,
            _ activation: Networks.Activation
        ) {
            let start = images.lowerBound * columns
            kernel(
                ElementwiseTask(
                    left: memory.slots[input] + start, right: nil, output: memory.slots[output] + start,
                    count: images.count * columns, activation: activation.kernel))
        }
        return { memory, images in
            squeeze(memory, images)
            activate(
                memory, images, gate.squeezed, gate.activated, columns: gate.squeeze.columns,
                gate.operation.activation)
            excite(memory, images)
            activate(
                memory, images, gate.excited, gate.factors, columns: gate.excite.columns, gate.operation.gate)
        }
    }

    /// From the gradient of a convolution's gated images to the gate's addends; `activated` gets what the gate multiplied.
    mutating func gateGradient(
        _ gate: LoweredGate, _ unit: LoweredConvolution, factors: @escaping ImageWork
    ) -> (
        _ thread: Int, _ memory: TrainingMemory, _ images: Range<Int>, _ gradient: UnsafePointer<Float>,
        _ activated: UnsafeMutablePointer<Float>?
    ) -> Void {
        let kernel = set.training.gateGradient
        let result = result(unit)
        let imageFloats = unit.imageRows * unit.columns
        return { thread, memory, images, gradient, activated in
            for image in images {
                let rows = unit.rows(image..<image + 1)
                let start = (image - images.lowerBound) * imageFloats
                kernel(
                    GateGradientTask(
                        values: result.read(thread, memory, rows, nil), rows: unit.imageRows,
                        channels: unit.columns, scale: unit.coefficient(.factor, memory),
                        offset: unit.coefficient(.offset, memory), activation: unit.activation,
                        gradient: gradient + start,
                        output: memory.slots[gate.ofFactors] + image * unit.columns,
                        activated: activated.map { $0 + start }))
            }
            factors(memory, images)
        }
    }

    /// From the gradients of the gate's factors to its addends, with the slots of the transposed weights. The weights' own
    /// gradients wait until all images are done.
    mutating func factorGradients(_ gate: LoweredGate, pixels: Int) -> (slots: [Int?], run: ImageWork) {
        let kernel = set.training.activationGradient
        func differentiate(
            _ memory: TrainingMemory, _ images: Range<Int>, _ values: Int, _ gradient: Int, columns: Int,
            _ activation: Networks.Activation
        ) {
            let start = images.lowerBound * columns
            let gradient = memory.slots[gradient] + start
            kernel(
                ActivationGradientTask(
                    values: memory.slots[values] + start, gradient: gradient, output: gradient,
                    count: images.count * columns, activation: activation.kernel))
        }
        let excite = linearInputGradient(gate.excite, gradient: gate.ofFactors, output: gate.ofSqueezed)
        let squeeze = linearInputGradient(gate.squeeze, gradient: gate.ofSqueezed, output: gate.addends)
        let share = 1 / Float(pixels)
        return (
            gate.slots + gate.gradientSlots + excite.slots + squeeze.slots,
            { memory, images in
                differentiate(
                    memory, images, gate.excited, gate.ofFactors, columns: gate.excite.columns,
                    gate.operation.gate)
                excite.run(memory, images)
                differentiate(
                    memory, images, gate.squeezed, gate.ofSqueezed, columns: gate.squeeze.columns,
                    gate.operation.activation)
                squeeze.run(memory, images)
                let addends = memory.slots[gate.addends]
                for index in images.lowerBound * gate.excite.columns..<images.upperBound * gate.excite.columns
                {
                    addends[index] *= share
                }
            }
        )
    }

    /// The gradients of the gate's parameters, once those of all images' factors are known.
    mutating func gateWeightGradients(_ gate: LoweredGate) {
        for (matrix, input, gradient) in [
            (gate.excite, gate.activated, gate.ofFactors), (gate.squeeze, gate.pooled, gate.ofSqueezed),
        ] {
            let run = linearWeightGradient(matrix, input: input, gradient: gradient)
            later([input, gradient]) { thread, memory in
                memory.begin(thread, gate.index, .weightGradient)
                run(thread, memory)
            }
        }
    }
}
