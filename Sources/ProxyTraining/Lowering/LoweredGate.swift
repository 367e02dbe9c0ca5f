// Squeeze-and-excitation in training.
//
// Forward: the mean of each image's channels, two linear layers, a factor a channel, by which the tensor is
// multiplied in place. Backward, what stood there before is computed anew from the convolution's result; the
// gradient goes through the gate into every pixel's factor and, through the means, into every pixel alike.

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
}

extension TrainingLowering {
    mutating func prepareGate(_ index: Int, _ gate: ChannelGate) -> LoweredGate {
        let matrices = layout.layers[index]
        let squeezed = batch * set.padded(gate.squeezed)
        let excited = batch * set.padded(gate.channels)
        return LoweredGate(
            index: index, operation: gate, squeeze: matrices[0], excite: matrices[1],
            pooled: newSlot(excited),
            squeezed: newSlot(squeezed), activated: newSlot(squeezed), excited: newSlot(excited),
            factors: newSlot(excited), addends: newSlot(excited))
    }

    /// The factors of the gate of a convolution, whose sums are known, and the tensor multiplied by them.
    mutating func appendGate(_ gate: LoweredGate, _ unit: LoweredConvolution) {
        let pixels = Float(unit.imageRows)
        appendRows(gate.index, .gate, [gate.pooled], columns: unit.columns) { memory, range in
            for index in range { memory.slots[gate.pooled][index] /= pixels }
        }
        appendFactors(gate)
        let kernel = set.scale
        let images = shares(batch)
        append(gate.index, .gate, [unit.y, gate.factors]) { thread, memory in
            for image in images[thread] {
                kernel(
                    ScaleTask(
                        values: memory.slots[unit.y] + image * unit.imageRows * unit.columns,
                        factors: memory.slots[gate.factors] + image * unit.columns, pixels: unit.imageRows,
                        channels: unit.columns))
            }
        }
    }

    /// The gate's factors from the means.
    mutating func appendFactors(_ gate: LoweredGate) {
        appendLinear(gate.index, .gate, gate.squeeze, input: gate.pooled, output: gate.squeezed)
        appendActivation(
            gate.index, gate.squeezed, gate.activated, columns: gate.squeeze.columns,
            gate.operation.activation.kernel)
        appendLinear(gate.index, .gate, gate.excite, input: gate.activated, output: gate.excited)
        appendActivation(
            gate.index, gate.excited, gate.factors, columns: gate.excite.columns, gate.operation.gate.kernel)
    }

    /// From the gradient of a convolution's gated tensor to the gate's parameters and its addends.
    mutating func appendGateBackward(_ gate: LoweredGate, _ unit: LoweredConvolution, gradient: Int) {
        let ofFactors = newSlot(batch * unit.columns)
        let kernel = set.training.gateGradient
        let images = shares(batch)
        append(gate.index, .gateGradient, [unit.z, unit.coefficients, gradient, ofFactors]) {
            thread, memory in
            for image in images[thread] {
                let start = image * unit.imageRows * unit.columns
                kernel(
                    GateGradientTask(
                        values: memory.slots[unit.z] + start, rows: unit.imageRows, channels: unit.columns,
                        scale: unit.coefficient(.factor, memory), offset: unit.coefficient(.offset, memory),
                        activation: unit.activation, gradient: memory.slots[gradient] + start,
                        output: memory.slots[ofFactors] + image * unit.columns))
            }
        }
        appendFactorsBackward(gate, ofFactors: ofFactors, pixels: unit.imageRows)
    }

    /// From the gradient of the gate's factors to the gate's parameters and its addends.
    mutating func appendFactorsBackward(_ gate: LoweredGate, ofFactors: Int, pixels: Int) {
        let ofSqueezed = newSlot(batch * gate.squeeze.columns)
        appendActivationGradient(
            gate.index, gate.excited, ofFactors, columns: gate.excite.columns, gate.operation.gate.kernel)
        appendLinearBackward(
            gate.index, gate.excite, input: gate.activated, gradient: ofFactors, inputGradient: ofSqueezed)
        appendActivationGradient(
            gate.index, gate.squeezed, ofSqueezed, columns: gate.squeeze.columns,
            gate.operation.activation.kernel)
        appendLinearBackward(
            gate.index, gate.squeeze, input: gate.pooled, gradient: ofSqueezed, inputGradient: gate.addends)
        let share = 1 / Float(pixels)
        appendRows(gate.index, .gateGradient, [gate.addends], columns: gate.excite.columns) { memory, range in
            for index in range { memory.slots[gate.addends][index] *= share }
        }
    }

    /// A function of a matrix of one row an image, shared by elements.
    mutating func appendRows(
        _ layer: Int, _ part: TrainingPhase.Part, _ slots: [Int], columns: Int,
        _ body: @escaping (_ memory: TrainingMemory, _ elements: Range<Int>) -> Void
    ) {
        let shares = shares(batch * columns, unit: set.lanes)
        append(layer, part, slots) { thread, memory in body(memory, shares[thread]) }
    }

    private mutating func appendActivation(
        _ layer: Int, _ input: Int, _ output: Int, columns: Int, _ activation: KernelTasks.Activation
    ) {
        let kernel = set.elementwise
        appendRows(layer, .gate, [input, output], columns: columns) { memory, range in
            kernel(
                ElementwiseTask(
                    left: memory.slots[input] + range.lowerBound, right: nil,
                    output: memory.slots[output] + range.lowerBound, count: range.count,
                    activation: activation)
            )
        }
    }

    private mutating func appendActivationGradient(
        _ layer: Int, _ values: Int, _ gradient: Int, columns: Int, _ activation: KernelTasks.Activation
    ) {
        let kernel = set.training.activationGradient
        appendRows(layer, .gateGradient, [values, gradient], columns: columns) { memory, range in
            let gradient = memory.slots[gradient] + range.lowerBound
            kernel(
                ActivationGradientTask(
                    values: memory.slots[values] + range.lowerBound, gradient: gradient, output: gradient,
                    count: range.count, activation: activation))
        }
    }
}
