// A problem solved by a build of the kernels, on hostile memory: NaN around every tensor and in every
// output, garbage in the pad lanes.

import ConvolutionKernels
import KernelTasks

extension Problem {
    /// Runs the kernel, rows or panels split in `parts`, and takes its results out of padded memory.
    func solution(_ operands: Operands, with set: KernelSet, parts: Int = 1, byPanels: Bool = false)
        -> [[Float]]
    {
        let paddedOutputs = set.padded(outputs)
        let pixelFloats = isDense ? channels : set.padded(channels)
        let input = Guarded(operands.input, stride: pixelFloats, margin: kernel * set.padded(channels))
        let outputPixels = batch * outputHeight * outputWidth
        let output = Guarded(count: outputPixels * paddedOutputs, margin: 64)
        var addend = Tensor(batch: batch, height: outputHeight, width: outputWidth, channels: outputs)
        addend.values = operands.addend
        if adds { addend.copy(to: output.start, stride: paddedOutputs) }
        let window = Window(
            kernel: kernel, stride: stride, padTop: padTop, padLeft: padLeft, inputHeight: height,
            inputWidth: width, inputStride: pixelFloats, outputHeight: outputHeight,
            outputWidth: outputWidth)

        var rowSums: Guarded?
        switch operation {
        case .pointwise, .convolution:
            let packed = packedWeights(
                dense: operands.weights, bias: operands.bias, outputs: outputs, inputs: channels,
                kernel: kernel, isPaired: isPaired, for: set)
            let panels = set.panels(outputs)
            for part in 0..<parts {
                let rows = byPanels ? 0..<outputPixels : share(part, parts, outputPixels)
                let columns = byPanels ? share(part, parts, panels) : 0..<panels
                let product = MatrixProduct(
                    depth: packed.depth, columns: packed.columns, outputs: outputs,
                    weights: packed.weights.start, bias: packed.bias.start,
                    residual: adds ? UnsafePointer(output.start) : nil, residualStride: paddedOutputs,
                    output: output.start, outputStride: paddedOutputs,
                    activation: activation, pairedScale: packed.pairedScale, firstRow: rows.lowerBound,
                    endRow: rows.upperBound,
                    firstPanel: columns.lowerBound, endPanel: columns.upperBound)
                if operation == .pointwise {
                    set.pointwise(
                        PointwiseTask(input: input.start, inputStride: pixelFloats, product: product))
                } else {
                    let scratch = aligned(count: 5 * (packed.depth + 3))
                    set.convolution(
                        ConvolutionTask(
                            input: input.start, window: window, channels: channels, scratch: scratch.start,
                            scratchRows: 5, scratchStride: packed.depth + 3, product: product))
                }
            }
        case .gatedWeights:
            let packed = packedWeights(
                dense: operands.weights, bias: operands.bias, outputs: outputs, inputs: channels,
                kernel: 1, isPaired: isPaired, for: set)
            let factors = aligned(operands.factors.values)
            let gated = aligned(count: packed.weights.count)
            for part in 0..<parts {
                let panels = share(part, parts, set.panels(outputs))
                set.gatedWeights(
                    GatedWeightsTask(
                        weights: packed.weights.start, factors: factors.start, depth: packed.depth,
                        columns: packed.columns, isPaired: isPaired, output: gated.start,
                        firstPanel: panels.lowerBound,
                        endPanel: panels.upperBound))
            }
            let product = MatrixProduct(
                depth: packed.depth, columns: packed.columns, outputs: outputs, weights: gated.start,
                bias: packed.bias.start, residual: nil, residualStride: 0, output: output.start,
                outputStride: paddedOutputs, activation: activation, pairedScale: packed.pairedScale,
                firstRow: 0, endRow: outputPixels,
                firstPanel: 0, endPanel: set.panels(outputs))
            set.pointwise(PointwiseTask(input: input.start, inputStride: pixelFloats, product: product))
        case .grouped:
            solveGrouped(
                operands, input: input.start, output: output.start, window, with: set, parts: parts,
                byPanels: byPanels)
        case .winograd where groups > 1:
            solveGroupedWinograd(
                operands, input: input.start, output: output.start, window, with: set, parts: parts,
                byPanels: byPanels)
        case .winograd:
            solveWinograd(
                operands, input: input.start, output: output.start, window, with: set, parts: parts,
                byPanels: byPanels)
        case .depthwise:
            let packed = packedWeights(
                depthwise: operands.weights, bias: operands.bias, channels: channels, groupWidth: groupWidth,
                kernel: kernel, for: set)
            rowSums = Guarded(count: batch * outputHeight * packed.columns, margin: 64)
            for part in 0..<parts {
                let rows = byPanels ? 0..<batch * outputHeight : share(part, parts, batch * outputHeight)
                let vectors = packed.columns / set.lanes
                let channels = byPanels ? share(part, parts, vectors) : 0..<vectors
                set.depthwise(
                    DepthwiseTask(
                        input: input.start, window: window, channels: packed.columns, groupWidth: groupWidth,
                        weights: packed.weights.start, bias: packed.bias.start, output: output.start,
                        activation: activation, rowSums: sumsRows ? rowSums?.start : nil,
                        firstRow: rows.lowerBound, endRow: rows.upperBound,
                        firstChannel: channels.lowerBound * set.lanes,
                        endChannel: channels.upperBound * set.lanes))
            }
        case .maxPool, .windowAverage:
            let kernel = operation == .maxPool ? set.maxPool : set.windowAverage
            for part in 0..<parts {
                let rows = share(part, parts, batch * outputHeight)
                kernel(
                    WindowPoolTask(
                        input: input.start, window: window, channels: pixelFloats, output: output.start,
                        firstRow: rows.lowerBound, endRow: rows.upperBound))
            }
        case .averagePool:
            for image in 0..<batch {
                for part in 0..<parts {
                    let vectors = share(part, parts, pixelFloats / set.lanes)
                    set.averagePool(
                        AveragePoolTask(
                            input: input.start + image * height * width * pixelFloats, pixels: height * width,
                            channels: pixelFloats, output: output.start + image * pixelFloats,
                            firstChannel: vectors.lowerBound * set.lanes,
                            endChannel: vectors.upperBound * set.lanes))
                }
            }
        case .scale:
            operands.input.copy(to: output.start, stride: pixelFloats)
            let factors = aligned(count: batch * pixelFloats)
            operands.factors.copy(to: factors.start, stride: pixelFloats)
            for image in 0..<batch {
                set.scale(
                    ScaleTask(
                        values: output.start + image * height * width * pixelFloats,
                        factors: factors.start + image * pixelFloats, pixels: height * width,
                        channels: pixelFloats))
            }
        case .elementwise:
            set.elementwise(
                ElementwiseTask(
                    left: input.start, right: adds ? UnsafePointer(output.start) : nil, output: output.start,
                    count: outputPixels * paddedOutputs, activation: activation))
        default:
            return trainingSolution(operands, with: set, parts: parts, byPanels: byPanels)
        }
        precondition(output.isIntact, "\(self) wrote outside its output")
        var result = Tensor(batch: batch, height: outputHeight, width: outputWidth, channels: outputs)
        result.fill(from: output.start, stride: paddedOutputs)
        guard let rowSums, sumsRows else { return [result.values] }
        precondition(rowSums.isIntact, "\(self) wrote outside its sums of rows")
        var sums = Tensor(batch: batch, height: outputHeight, width: 1, channels: outputs)
        sums.fill(from: rowSums.start, stride: paddedOutputs)
        return [result.values, sums.values]
    }

    private func solveWinograd(
        _ operands: Operands, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        _ window: Window, with set: KernelSet, parts: Int, byPanels: Bool
    ) {
        guard let tile = WinogradTile(rawValue: tile) else { return }
        let packed = packedWeights(
            winograd: operands.weights, bias: operands.bias, outputs: outputs, inputs: channels, tile: tile,
            isPaired: isPaired, for: set)
        let layout = WinogradScratch(
            tile, tiles: 9, inputStride: window.inputStride + set.lanes, lanes: set.lanes)
        let scratch = aligned(count: layout.count)
        let tiles = batch * tile.count(window)
        for part in 0..<parts {
            let rows = byPanels ? 0..<tiles : share(part, parts, tiles)
            let columns = byPanels ? share(part, parts, set.panels(outputs)) : 0..<set.panels(outputs)
            set.winograd(
                WinogradTask(
                    input: input, window: window, channels: channels, tile: tile,
                    weights: packed.weights.start, pairedScale: packed.pairedScale, bias: packed.bias.start,
                    residual: adds ? UnsafePointer(output) : nil, output: output, columns: packed.columns,
                    activation: activation, scratch: scratch.start, layout: layout,
                    firstTile: rows.lowerBound, endTile: rows.upperBound, firstPanel: columns.lowerBound,
                    endPanel: columns.upperBound))
        }
    }

    /// One of `parts` nearly equal ranges of 0..<count.
    func share(_ part: Int, _ parts: Int, _ count: Int) -> Range<Int> {
        count * part / parts..<count * (part + 1) / parts
    }
}

/// Memory with NaN before and after it, and NaN or garbage in it at first.
struct Guarded {
    private let floats: AlignedFloats
    private let margin: Int
    let count: Int

    /// Memory for a kernel to write.
    init(count: Int, margin: Int) {
        floats = aligned([Float](repeating: .nan, count: count + 2 * margin))
        self.margin = margin
        self.count = count
    }

    /// A tensor for a kernel to read; 1000 in the pad lanes, unless they hold something else.
    init(_ tensor: Tensor, stride: Int, margin: Int, pad: Float = 1000) {
        self.init(count: tensor.pixels * stride, margin: margin)
        for index in 0..<count { start[index] = pad }
        tensor.copy(to: start, stride: stride)
    }

    var start: UnsafeMutablePointer<Float> { floats.start + margin }

    /// Whether the margins are as they were.
    var isIntact: Bool {
        (0..<margin).allSatisfy { floats.start[$0].isNaN && start[count + $0].isNaN }
    }
}
