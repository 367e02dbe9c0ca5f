// Linear layers in training: the classifier, and the two within a gate.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    /// input · weights + bias, one row an image.
    mutating func appendLinear(
        _ layer: Int, _ part: TrainingPhase.Part, _ matrix: ParameterLayout.Matrix, input: Int, output: Int
    ) {
        let kernel = set.pointwise
        let stride = set.padded(matrix.shape.inputs)
        let shares = WorkShare.split(
            rows: batch, rowUnit: set.tileRows, columns: set.panels(matrix.shape.outputs), threads: threads)
        append(layer, part, [input, output]) { thread, memory in
            let share = shares[thread]
            kernel(
                PointwiseTask(
                    input: memory.slots[input], inputStride: stride,
                    product: MatrixProduct(
                        depth: matrix.depth, columns: matrix.columns, outputs: matrix.shape.outputs,
                        weights: memory.parameters + matrix.weight, bias: memory.parameters + matrix.shift,
                        residual: nil, residualStride: 0, output: memory.slots[output],
                        outputStride: matrix.columns, activation: .identity, firstRow: share.rows.lowerBound,
                        endRow: share.rows.upperBound, firstPanel: share.columns.lowerBound,
                        endPanel: share.columns.upperBound)))
        }
    }

    /// The gradients of a linear layer's weights, bias and input, from that of its output.
    mutating func appendLinearBackward(
        _ layer: Int, _ matrix: ParameterLayout.Matrix, input: Int, gradient: Int, inputGradient: Int
    ) {
        appendProductWeightGradient(
            layer, matrix, left: .slot(input), leftStride: set.padded(matrix.shape.inputs), right: gradient,
            rows: batch)
        appendBiasGradient(layer, matrix, gradient: gradient)
        let transposed = appendTransposed(layer, matrix, taps: 1, inputs: matrix.shape.inputs)
        let kernel = set.pointwise
        let columns = set.padded(matrix.shape.inputs)
        let shares = WorkShare.split(
            rows: batch, rowUnit: set.tileRows, columns: set.panels(matrix.shape.inputs), threads: threads)
        append(layer, .inputGradient, [gradient, inputGradient, transposed]) { thread, memory in
            let share = shares[thread]
            kernel(
                PointwiseTask(
                    input: memory.slots[gradient], inputStride: matrix.columns,
                    product: MatrixProduct(
                        depth: matrix.shape.outputs, columns: columns, outputs: matrix.shape.inputs,
                        weights: memory.slots[transposed], bias: nil, residual: nil, residualStride: 0,
                        output: memory.slots[inputGradient],
                        outputStride: columns, activation: .identity, firstRow: share.rows.lowerBound,
                        endRow: share.rows.upperBound, firstPanel: share.columns.lowerBound,
                        endPanel: share.columns.upperBound)))
        }
    }

    /// The sum of the images' gradients: a product with a column of ones.
    private mutating func appendBiasGradient(
        _ layer: Int, _ matrix: ParameterLayout.Matrix, gradient: Int
    ) {
        let kernel = set.training.weightGradient
        let panels = shares(set.panels(matrix.shape.outputs))
        let batch = batch
        append(layer, .weightGradient, [gradient]) { thread, memory in
            kernel(
                WeightGradientTask(
                    left: memory.ones, leftStride: 0, right: memory.slots[gradient],
                    rightStride: matrix.columns, firstRow: 0, endRow: batch, depth: 1,
                    columns: matrix.columns,
                    output: memory.gradients + matrix.shift, accumulates: false, firstDepth: 0, endDepth: 1,
                    firstPanel: panels[thread].lowerBound, endPanel: panels[thread].upperBound))
        }
    }

    /// The classifier.
    mutating func lowerClassifier(_ index: Int) -> any LoweredUnit {
        let layer = layers[index]
        let output = newSlot(layer.output.shape)
        let input = source(of: layer.input).slot ?? 0
        place(index, at: output)
        appendLinear(index, .forward, layout.layers[index][0], input: input, output: output)
        return LoweredClassifier(layer: layer, index: index, input: input)
    }
}

/// The classifier, waiting for the gradient of the logits.
private struct LoweredClassifier: LoweredUnit {
    let layer: Layer
    let index: Int
    let input: Int

    func backward(_ lowering: inout TrainingLowering) {
        let gradient = lowering.gradient(of: index).slot
        let (target, _) = lowering.target(gradientOf: layer.input)
        lowering.appendLinearBackward(
            index, lowering.layout.layers[index][0], input: input, gradient: gradient, inputGradient: target)
    }
}
