// Linear layers in training: the classifier, and the two within a gate.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

extension TrainingLowering {
    /// input · weights + bias, one row an image.
    func linear(_ matrix: ParameterLayout.Matrix, input: Int, output: Int) -> ImageWork {
        let kernel = set.pointwise
        let stride = set.padded(matrix.shape.inputs)
        let panels = matrix.panels.panelCount
        return { memory, images in
            kernel(
                PointwiseTask(
                    input: memory.slots[input], inputStride: stride,
                    product: MatrixProduct(
                        depth: matrix.depth, columns: matrix.columns, outputs: matrix.shape.outputs,
                        weights: memory.parameters + matrix.weight, bias: memory.parameters + matrix.shift,
                        residual: nil, residualStride: 0, output: memory.slots[output],
                        outputStride: matrix.columns, activation: .identity, firstRow: images.lowerBound,
                        endRow: images.upperBound, firstPanel: 0, endPanel: panels)))
        }
    }

    /// The gradient of a linear layer's input from that of its output, with the slots that it reads.
    mutating func linearInputGradient(
        _ matrix: ParameterLayout.Matrix, gradient: Int, output: Int
    ) -> (slots: [Int?], run: ImageWork) {
        let transposed = transposed(matrix, taps: 1, inputs: matrix.shape.inputs)
        let kernel = set.pointwise
        let columns = set.padded(matrix.shape.inputs)
        let panels = set.panels(matrix.shape.inputs)
        return (
            [gradient, output, transposed],
            { memory, images in
                kernel(
                    PointwiseTask(
                        input: memory.slots[gradient], inputStride: matrix.columns,
                        product: MatrixProduct(
                            depth: matrix.shape.outputs, columns: columns, outputs: matrix.shape.inputs,
                            weights: memory.slots[transposed], bias: nil, residual: nil, residualStride: 0,
                            output: memory.slots[output], outputStride: columns, activation: .identity,
                            firstRow: images.lowerBound, endRow: images.upperBound, firstPanel: 0,
                            endPanel: panels)))
            }
        )
    }

    /// The gradients of a linear layer's weights and bias; the bias's is a product with a column of ones.
    func linearWeightGradient(
        _ matrix: ParameterLayout.Matrix, input: Int, gradient: Int
    ) -> (_ thread: Int, _ memory: TrainingMemory) -> Void {
        let kernel = set.training.weightGradient
        let (stride, batch) = (set.padded(matrix.shape.inputs), batch)
        let panels = matrix.panels.panelCount
        let shares = WorkShare.split(
            rows: matrix.depth, rowUnit: set.tileRows, columns: panels, threads: threads)
        let panelShares = self.shares(panels)
        return { thread, memory in
            func run(
                _ left: UnsafePointer<Float>, stride: Int, depth: Int, to place: Int, _ depths: Range<Int>,
                _ panels: Range<Int>
            ) {
                kernel(
                    WeightGradientTask(
                        left: left, leftStride: stride, right: memory.slots[gradient],
                        rightStride: matrix.columns, firstRow: 0, endRow: batch, depth: depth,
                        columns: matrix.columns, output: memory.gradients + place, accumulates: false,
                        firstDepth: depths.lowerBound, endDepth: depths.upperBound,
                        firstPanel: panels.lowerBound, endPanel: panels.upperBound))
            }
            run(
                memory.slots[input], stride: stride, depth: matrix.depth, to: matrix.weight,
                shares[thread].rows, shares[thread].columns)
            run(memory.ones, stride: 0, depth: 1, to: matrix.shift, 0..<1, panelShares[thread])
        }
    }

    /// The classifier, and dropout before it.
    mutating func lowerClassifier(_ index: Int) -> any LoweredUnit {
        let layer = layers[index]
        let output = newSlot(layer.output.shape)
        let source = slots.slot(of: layer.input)
        // What the classifier reads stays as it is: whoever made it may need it on the way back.
        let input = dropout > 0 ? newSlot(layer.input.shape) : source
        slots.place(index, at: output)
        let linear = linear(layout.layers[index][0], input: input, output: output)
        let images = shares(batch)
        let (dropout, columns) = (dropout, set.padded(layer.input.shape.channels))
        append(index, .forward, [source, input, output]) { thread, memory in
            if dropout > 0 {
                for element in images[thread].lowerBound * columns..<images[thread].upperBound * columns {
                    memory.slots[input][element] =
                        memory.slots[source][element] * memory.survival(element, rate: dropout)
                }
            }
            linear(memory, images[thread])
        }
        return LoweredClassifier(
            layer: layer, index: index, input: input, columns: columns, dropout: dropout)
    }
}

extension TrainingMemory {
    /// What dropout multiplies an element with: 0, or what keeps its expectation.
    fileprivate func survival(_ index: Int, rate: Float) -> Float {
        stream.uniform(1 << 63 | UInt64(index)) < rate ? 0 : 1 / (1 - rate)
    }
}

/// The classifier, waiting for the gradient of the logits.
private struct LoweredClassifier: LoweredUnit {
    let layer: Layer
    let index: Int
    /// What the classifier read.
    let input: Int
    /// Padded channels of that.
    let columns: Int
    let dropout: Float

    func backward(_ lowering: inout TrainingLowering) {
        let gradient = lowering.gradient(of: index).slot
        let target = lowering.newSlot(layer.input.shape)
        let matrix = lowering.layout.layers[index][0]
        let weights = lowering.linearWeightGradient(matrix, input: input, gradient: gradient)
        lowering.append(index, .weightGradient, [input, gradient]) { thread, memory in weights(thread, memory)
        }
        let inputs = lowering.linearInputGradient(matrix, gradient: gradient, output: target)
        let images = lowering.shares(lowering.batch)
        lowering.append(index, .inputGradient, inputs.slots) { [self] thread, memory in
            inputs.run(memory, images[thread])
            guard dropout > 0 else { return }
            for element in images[thread].lowerBound * columns..<images[thread].upperBound * columns {
                memory.slots[target][element] *= memory.survival(element, rate: dropout)
            }
        }
        lowering.give(index, gradientIn: target, to: [layer.input])
    }
}
