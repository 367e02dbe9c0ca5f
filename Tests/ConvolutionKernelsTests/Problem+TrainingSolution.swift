// Problems of training solved by a build of the kernels: NaN around every tensor and in every output, and
// zeros in the pad lanes, which must stay zero.

import ConvolutionKernels
import KernelTasks

extension Problem {
    /// Runs the kernel, split in `parts`, and takes its results out of padded memory; without the sums over
    /// what is split.
    func trainingSolution(_ operands: Operands, with set: KernelSet, parts: Int, byPanels: Bool) -> [[Float]]
    {
        switch operation {
        case .weightGradient, .transposedWeights:
            packedSolution(operands, with: set, parts: parts, byPanels: byPanels)
        case .depthwiseInputGradient, .depthwiseWeightGradient, .gather, .scatter, .maxPoolGradient,
            .windowAverageGradient:
            windowSolution(operands, with: set, parts: parts)
        default:
            rowSolution(operands, with: set, parts: parts)
        }
    }

    private func packedSolution(_ operands: Operands, with set: KernelSet, parts: Int, byPanels: Bool)
        -> [[Float]]
    {
        let packed = packedWeights(
            dense: operands.weights, bias: nil, outputs: outputs, inputs: channels, kernel: kernel, for: set)
        if operation == .transposedWeights {
            let depth = kernel * kernel * outputs
            let output = Guarded(count: depth * set.padded(channels), margin: 64)
            for part in 0..<parts {
                let panels = share(part, parts, set.panels(channels))
                set.training.transposedWeights(
                    TransposedWeightsTask(
                        weights: packed.weights.start, taps: kernel * kernel, inputs: channels,
                        outputs: outputs, output: output.start, firstPanel: panels.lowerBound,
                        endPanel: panels.upperBound))
            }
            return [unpacked(output, outputs: channels, inputs: outputs, with: set)]
        }
        let leftStride = isDense ? channels : set.padded(channels)
        let left = Guarded(operands.input, stride: leftStride, margin: 64, pad: 0)
        let right = guarded(operands.addend, with: set)
        let output = Guarded(count: packed.weights.count, margin: 64)
        if adds { output.start.update(from: packed.weights.start, count: packed.weights.count) }
        for part in 0..<parts {
            let depths = byPanels ? 0..<channels : share(part, parts, channels)
            let panels = byPanels ? share(part, parts, packed.panelCount) : 0..<packed.panelCount
            set.training.weightGradient(
                WeightGradientTask(
                    left: left.start, leftStride: stride * leftStride, right: right.start,
                    rightStride: packed.columns, firstRow: 0, endRow: operands.input.pixels, depth: channels,
                    columns: packed.columns, output: output.start, accumulates: adds,
                    firstDepth: depths.lowerBound, endDepth: depths.upperBound,
                    firstPanel: panels.lowerBound, endPanel: panels.upperBound))
        }
        return [unpacked(output, outputs: outputs, inputs: channels, with: set)]
    }

    private func windowSolution(_ operands: Operands, with set: KernelSet, parts: Int) -> [[Float]] {
        let padded = set.padded(channels)
        let isWindows = operation == .gather || operation == .scatter
        let pixelFloats = isDense && isWindows ? channels : padded
        let window = Window(
            kernel: kernel, stride: stride, padTop: padTop, padLeft: padLeft, inputHeight: height,
            inputWidth: width, inputStride: pixelFloats, outputHeight: outputHeight, outputWidth: outputWidth)
        let input = Guarded(operands.input, stride: pixelFloats, margin: 64, pad: 0)
        let inputCount = operands.input.pixels * pixelFloats
        let weights = packedWeights(
            depthwise: isWindows || [.maxPoolGradient, .windowAverageGradient].contains(operation)
                ? [Float](repeating: 0, count: channels * kernel * kernel) : operands.weights, bias: nil,
            channels: channels, kernel: kernel, for: set)
        switch operation {
        case .depthwiseInputGradient:
            let gradient = guarded(operands.addend, with: set)
            let output = Guarded(count: inputCount, margin: 64)
            for part in 0..<parts {
                let rows = share(part, parts, batch * height)
                set.training.depthwiseInputGradient(
                    DepthwiseInputGradientTask(
                        outputGradient: gradient.start, window: window, channels: padded,
                        weights: weights.weights.start, inputGradient: output.start,
                        firstRow: rows.lowerBound, endRow: rows.upperBound))
            }
            return [output.values(channels: channels, stride: padded)]
        case .depthwiseWeightGradient:
            let gradient = guarded(operands.addend, with: set)
            let output = Guarded(count: weights.weights.count, margin: 64)
            if adds { output.start.update(from: weights.weights.start, count: weights.weights.count) }
            for part in 0..<parts {
                let vectors = share(part, parts, padded / set.lanes)
                set.training.depthwiseWeightGradient(
                    DepthwiseWeightGradientTask(
                        input: input.start, window: window, channels: padded, outputGradient: gradient.start,
                        output: output.start, accumulates: adds, firstRow: 0, endRow: batch * outputHeight,
                        firstChannel: vectors.lowerBound * set.lanes,
                        endChannel: vectors.upperBound * set.lanes))
            }
            let taps = kernel * kernel
            let values = output.values(channels: channels, stride: padded)
            return [(0..<channels * taps).map { values[$0 % taps * channels + $0 / taps] }]
        case .gather:
            let pixels = batch * outputHeight * outputWidth
            let output = Guarded(count: pixels * outputs, margin: 64)
            for part in 0..<parts {
                let rows = share(part, parts, pixels)
                set.training.gather(
                    GatherTask(
                        input: input.start, window: window, channels: channels,
                        output: output.start + rows.lowerBound * outputs, outputStride: outputs,
                        firstRow: rows.lowerBound, endRow: rows.upperBound))
            }
            return [output.values(channels: outputs, stride: outputs)]
        case .scatter:
            let windows = Tensor(
                batch: batch, height: outputHeight, width: outputWidth, channels: outputs,
                values: operands.addend)
            let matrix = Guarded(windows, stride: outputs, margin: 64)
            let output = Guarded(count: inputCount, margin: 64)
            for part in 0..<parts {
                let range = share(part, parts, batch)
                set.training.scatter(
                    ScatterTask(
                        input: matrix.start, rowStride: outputs, window: window, channels: channels,
                        output: output.start, firstImage: range.lowerBound, endImage: range.upperBound))
            }
            return [output.values(channels: channels, stride: pixelFloats)]
        case .windowAverageGradient:
            let gradient = guarded(operands.addend, with: set)
            let output = Guarded(count: inputCount, margin: 64)
            for part in 0..<parts {
                let range = share(part, parts, batch)
                set.training.windowAverageGradient(
                    WindowAverageGradientTask(
                        window: window, channels: padded, outputGradient: gradient.start,
                        inputGradient: output.start, firstImage: range.lowerBound, endImage: range.upperBound)
                )
            }
            return [output.values(channels: channels, stride: padded)]
        default:
            let gradient = guarded(operands.addend, with: set)
            let output = Guarded(count: inputCount, margin: 64)
            for part in 0..<parts {
                let range = share(part, parts, batch)
                set.training.maxPoolGradient(
                    MaxPoolGradientTask(
                        input: input.start, window: window, channels: padded, outputGradient: gradient.start,
                        inputGradient: output.start, firstImage: range.lowerBound, endImage: range.upperBound)
                )
            }
            return [output.values(channels: channels, stride: padded)]
        }
    }

    /// A tensor of the output's shape, zeros in the pad lanes.
    func guarded(_ values: [Float], with set: KernelSet) -> Guarded {
        let tensor = Tensor(
            batch: batch, height: outputHeight, width: outputWidth, channels: outputs, values: values)
        return Guarded(tensor, stride: set.padded(outputs), margin: 64, pad: 0)
    }

    /// Packed panels as `[out, in, kernel, kernel]`.
    private func unpacked(_ panels: Guarded, outputs: Int, inputs: Int, with set: KernelSet) -> [Float] {
        precondition(panels.isIntact, "\(self) wrote outside its output")
        let taps = kernel * kernel
        let columns = set.padded(outputs)
        var result = [Float](repeating: 0, count: outputs * inputs * taps)
        for column in 0..<columns {
            let first = column / (2 * set.lanes) * 2 * set.lanes
            let width = min(2 * set.lanes, columns - first)
            for row in 0..<inputs * taps {
                let value = panels.start[first * inputs * taps + row * width + column - first]
                if column < outputs {
                    result[(column * inputs + row % inputs) * taps + row / inputs] = value
                } else {
                    precondition(value == 0, "\(self) left \(value) in a pad lane")
                }
            }
        }
        return result
    }
}

extension Guarded {
    /// What stands in the channels of all pixels; the pad lanes must hold `pad`.
    func values(channels: Int, stride: Int, pad: Float? = 0) -> [Float] {
        precondition(isIntact, "a kernel wrote outside its output")
        return (0..<count / stride).flatMap { pixel in
            let values = (0..<stride).map { start[pixel * stride + $0] }
            let isPadded = pad.map { pad in values[channels...].allSatisfy { $0 == pad } } ?? true
            precondition(isPadded, "a kernel left something in the pad lanes")
            return values[..<channels]
        }
    }
}
