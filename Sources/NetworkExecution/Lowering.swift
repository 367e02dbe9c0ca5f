// From layers to steps: weights folded and packed, additions and gates fused into the convolutions beside
// them, work shared among the threads.

import ConvolutionKernels
import KernelTasks
import Networks

/// Turns the layers of a network into steps, one layer after the other.
struct Lowering {
    private let layers: [Layer]
    private let weights: NetworkWeights
    private let batch: Int
    private let threads: Int
    private let set: KernelSet
    /// How many layers read each layer's output.
    private let readers: [Int]
    /// Where each layer's output stands, once it is lowered.
    private var places: [Int: Place] = [-1: .image]
    /// The gate, a slot of factors, that a layer's output still waits for.
    private var gates: [Int: Int] = [:]

    /// The steps so far, each with the layer it belongs to.
    private(set) var steps: [(layer: Int, step: any Step)] = []
    /// The size of each slot in floats.
    private(set) var slotCounts: [Int] = []
    /// Bytes of all packed weights.
    private(set) var weightBytes = 0
    /// Floats that depthwise kernels may read before and after a tensor.
    private(set) var margin = 0

    /// Lowers all layers.
    init(_ network: Network, _ weights: NetworkWeights, batch: Int, threads: Int, _ set: KernelSet)
        throws(ExecutionError)
    {
        layers = network.layers
        self.weights = weights
        self.batch = batch
        self.threads = threads
        self.set = set
        var readers = [Int](repeating: 0, count: layers.count)
        for layer in layers {
            for value in [layer.input, layer.shortcut].compactMap(\.self) where value.layer >= 0 {
                readers[value.layer] += 1
            }
        }
        self.readers = readers
        for index in layers.indices where places[index] == nil { try lower(index) }
    }

    /// The slot of the last layer's output.
    var output: Int { places[layers.count - 1]?.slot ?? 0 }

    private mutating func lower(_ index: Int) throws(ExecutionError) {
        let layer = layers[index]
        switch layer.operation {
        case .convolution(let convolution):
            if convolution.isDepthwise {
                lowerDepthwise(index, convolution)
            } else if convolution.groups == 1 {
                lowerConvolution(index, convolution)
            } else {
                throw .unsupported(
                    "\(layer.name) has \(convolution.groups) groups; give 1, or as many as channels.")
            }
        case .squeezeExcitation(let gate): try lowerGate(index, gate)
        case .maxPool(let pooling, let padding):
            let input = slot(of: layer.input)
            let output = newSlot(layer.output.shape)
            places[index] = .slot(output)
            append(
                index,
                MaxPoolStep(
                    kernel: set.maxPool, input: input,
                    window: window(layer, kernel: pooling.kernel, stride: pooling.stride, padding),
                    output: output,
                    rows: shares(batch * layer.output.shape.height)))
        case .globalAveragePool:
            places[index] = .slot(pool(index, layer.input))
        case .linear(let inputs, let outputs):
            let output = newSlot(layer.output.shape)
            places[index] = .slot(output)
            appendLinear(
                index, pack(weights.layers[index][0], outputs: outputs, inputs: inputs),
                input: slot(of: layer.input), output: output, .identity)
        case .add(let activation): lowerAdd(index, activation)
        }
    }
}

// MARK: Convolutions

extension Lowering {
    private mutating func lowerDepthwise(_ index: Int, _ convolution: Convolution) {
        let layer = layers[index]
        let folded = weights.layers[index][0].folded
        let packed = PackedWeights(
            depthwise: folded.weight, bias: folded.bias, channels: convolution.outputChannels,
            kernel: convolution.kernel, for: set)
        weightBytes += packed.bytes
        margin = max(margin, convolution.kernel * packed.columns)
        let input = slot(of: layer.input)
        let output = newSlot(layer.output.shape)
        places[index] = .slot(output)
        append(
            index,
            DepthwiseStep(
                kernel: set.depthwise, input: input,
                window: window(
                    layer, kernel: convolution.kernel, stride: convolution.stride, convolution.padding),
                weights: packed, output: output, activation: convolution.activation.kernel, lanes: set.lanes,
                shares: WorkShare.split(
                    rows: batch * layer.output.shape.height, columns: packed.columns / set.lanes,
                    threads: threads)))
    }

    private mutating func lowerConvolution(_ index: Int, _ convolution: Convolution) {
        let layer = layers[index]
        let packed = pack(
            weights.layers[index][0], outputs: convolution.outputChannels, inputs: convolution.inputChannels,
            kernel: convolution.kernel)
        let isPointwise =
            convolution.kernel == 1 && convolution.stride == 1
            && !isAliased(set.padded(convolution.inputChannels))
        let gated = isPointwise ? gatedWeights(index, packed) : nil
        let input = gated == nil ? place(of: layer.input) : places[layer.input.layer] ?? .image
        let (activation, residual, output) = fuseAddition(index, convolution, input: input)
        let rows = batch * layer.output.shape.height * layer.output.shape.width
        let shares = WorkShare.split(
            rows: rows, rowUnit: set.tileRows, columns: set.panels(convolution.outputChannels),
            threads: threads)
        if isPointwise {
            append(
                index,
                PointwiseStep(
                    kernel: set.pointwise, input: input, inputStride: stride(of: layer.input, input),
                    weights: packed, gated: gated, residual: residual, output: output, activation: activation,
                    imageRows: rows / batch, shares: shares))
        } else {
            let scratchTiles = max(4, Self.scratchFloats / packed.depth / set.tileRows)
            let scratchRows = min(rows, scratchTiles * set.tileRows)
            let scratchStride = packed.depth + (isAliased(packed.depth) ? set.lanes : 0)
            let scratch = newSlot(threads * scratchRows * scratchStride)
            append(
                index,
                ConvolutionStep(
                    kernel: set.convolution, input: input,
                    window: window(
                        layer, kernel: convolution.kernel, stride: convolution.stride, convolution.padding),
                    channels: convolution.inputChannels, weights: packed, residual: residual, output: output,
                    activation: activation, scratch: scratch, scratchRows: scratchRows,
                    scratchStride: scratchStride, shares: shares))
        }
    }

    /// Whether rows this many floats apart compete for one set of the first cache, as multiples of 4 KiB
    /// do: then the rows of a tile drive each other out, and it pays to gather them.
    private func isAliased(_ stride: Int) -> Bool { stride % 1024 == 0 }

    /// Floats of gathered pixels that fit the second cache beside a panel; four tiles may exceed it, lest
    /// weights be read too often.
    private static var scratchFloats: Int { 32 * 1024 }

    /// Takes over the addition after a convolution, if there is one that can be: the shortcut is added
    /// before the addition's activation, in place where nothing else reads it.
    private mutating func fuseAddition(
        _ index: Int, _ convolution: Convolution, input: Place
    ) -> (KernelTasks.Activation, residual: Int?, output: Int) {
        let layer = layers[index]
        let next = index + 1
        guard next < layers.count, case .add(let activation) = layers[next].operation,
            layers[next].input.layer == index, let shortcut = layers[next].shortcut,
            readers[index] == 1, convolution.activation == .identity,
            case .slot(let residual) = place(of: shortcut)
        else {
            let output = newSlot(layer.output.shape)
            places[index] = .slot(output)
            return (convolution.activation.kernel, nil, output)
        }
        let inPlace = isLastReader(next, of: shortcut) && input != .slot(residual)
        let output = inPlace ? residual : newSlot(layer.output.shape)
        places[index] = .slot(output)
        places[next] = .slot(output)
        return (activation.kernel, residual, output)
    }
}

// MARK: Gates, pools and additions

extension Lowering {
    private mutating func lowerGate(_ index: Int, _ gate: ChannelGate) throws(ExecutionError) {
        let layer = layers[index]
        guard isLastReader(index, of: layer.input) else {
            throw .unsupported("\(layer.name) gates a tensor that others read; gate a tensor of its own.")
        }
        let input = slot(of: layer.input)
        let pooled = pool(index, layer.input)
        let squeezed = newSlot(batch * set.padded(gate.squeezed))
        let factors = newSlot(batch * set.padded(gate.channels))
        let matrices = weights.layers[index]
        let squeeze = pack(matrices[0], outputs: gate.squeezed, inputs: gate.channels)
        let excite = pack(matrices[1], outputs: gate.channels, inputs: gate.squeezed)
        appendLinear(index, squeeze, input: pooled, output: squeezed, gate.activation.kernel)
        appendLinear(index, excite, input: squeezed, output: factors, gate.gate.kernel)
        places[index] = .slot(input)
        gates[index] = factors
    }

    /// The weights of a 1×1 convolution multiplied by the gate that its input waits for, if there is one
    /// and weights are fewer than activations.
    private mutating func gatedWeights(_ index: Int, _ packed: PackedWeights) -> Int? {
        let input = layers[index].input
        guard let gate = gates[input.layer], readers[input.layer] == 1,
            packed.columns < input.shape.height * input.shape.width
        else { return nil }
        gates[input.layer] = nil
        let output = newSlot(batch * packed.weights.count)
        append(
            index,
            GatedWeightsStep(
                kernel: set.gatedWeights, weights: packed, gate: gate,
                gateStride: set.padded(input.shape.channels), batch: batch, output: output,
                shares: shares((packed.columns + 2 * set.lanes - 1) / (2 * set.lanes))))
        return output
    }

    /// The means of a tensor's channels, in a new slot.
    private mutating func pool(_ index: Int, _ value: Value) -> Int {
        let input = slot(of: value)
        let channels = set.padded(value.shape.channels)
        let output = newSlot(batch * channels)
        append(
            index,
            AveragePoolStep(
                kernel: set.averagePool, input: input, batch: batch,
                pixels: value.shape.height * value.shape.width, channels: channels, output: output,
                shares: shares(channels, unit: set.lanes)))
        return output
    }

    private mutating func appendLinear(
        _ index: Int, _ packed: PackedWeights, input: Int, output: Int, _ activation: KernelTasks.Activation
    ) {
        let panels = (packed.columns + 2 * set.lanes - 1) / (2 * set.lanes)
        append(
            index,
            PointwiseStep(
                kernel: set.pointwise, input: .slot(input), inputStride: set.padded(packed.depth),
                weights: packed, gated: nil, residual: nil, output: output, activation: activation,
                imageRows: 1,
                shares: (0..<threads).map {
                    WorkShare(rows: 0..<batch, columns: (0..<panels).share($0, of: threads))
                }))
    }

    private mutating func lowerAdd(_ index: Int, _ activation: Networks.Activation) {
        let layer = layers[index]
        let left = slot(of: layer.input)
        let right = slot(of: layer.shortcut ?? layer.input)
        let output = isLastReader(index, of: layer.input) ? left : newSlot(layer.output.shape)
        places[index] = .slot(output)
        append(
            index,
            AddStep(
                kernel: set.elementwise, left: left, right: right, output: output,
                activation: activation.kernel,
                shares: shares(slotCounts[left], unit: set.lanes)))
    }
}

// MARK: Places and shares

extension Lowering {
    /// Where a value stands, after any gate it still waits for has been applied to it.
    private mutating func place(of value: Value) -> Place {
        let place = places[value.layer] ?? .image
        if let gate = gates.removeValue(forKey: value.layer), case .slot(let slot) = place {
            append(
                value.layer,
                ScaleStep(
                    kernel: set.scale, values: slot, gate: gate, batch: batch,
                    channels: set.padded(value.shape.channels),
                    shares: shares(value.shape.height * value.shape.width)))
        }
        return place
    }

    /// The slot of a value; an image is copied into one, channels padded.
    private mutating func slot(of value: Value) -> Int {
        if case .slot(let slot) = place(of: value) { return slot }
        let slot = newSlot(value.shape)
        append(
            max(0, value.layer),
            PadStep(
                channels: value.shape.channels, stride: set.padded(value.shape.channels), output: slot,
                shares: shares(batch * value.shape.height * value.shape.width)))
        places[value.layer] = .slot(slot)
        return slot
    }

    /// Floats from one pixel of a value to the next.
    private func stride(of value: Value, _ place: Place) -> Int {
        place == .image ? value.shape.channels : set.padded(value.shape.channels)
    }

    private mutating func newSlot(_ shape: Shape) -> Int {
        newSlot(batch * shape.height * shape.width * set.padded(shape.channels))
    }

    private mutating func newSlot(_ count: Int) -> Int {
        slotCounts.append(count)
        return slotCounts.count - 1
    }

    private mutating func append(_ layer: Int, _ step: any Step) {
        steps.append((layer, step))
    }

    private mutating func pack(
        _ matrix: MatrixWeights, outputs: Int, inputs: Int, kernel: Int = 1
    ) -> PackedWeights {
        let folded = matrix.folded
        let packed = PackedWeights(
            dense: folded.weight, bias: folded.bias, outputs: outputs, inputs: inputs, kernel: kernel,
            for: set)
        weightBytes += packed.bytes
        return packed
    }

    /// Whether no layer after `index` reads what stands where `value` stands.
    private func isLastReader(_ index: Int, of value: Value) -> Bool {
        let place = places[value.layer]
        return !layers[(index + 1)...].contains { layer in
            [layer.input, layer.shortcut].contains { $0.map { places[$0.layer] == place } ?? false }
        }
    }

    /// Each thread's share of a number of units.
    private func shares(_ count: Int, unit: Int = 1) -> [Range<Int>] {
        (0..<threads).map { (0..<count).share($0, of: threads, unit: unit) }
    }

    private func window(_ layer: Layer, kernel: Int, stride: Int, _ padding: Padding) -> Window {
        let input = layer.input.shape
        return Window(
            kernel: kernel, stride: stride,
            padTop: padding.before(input.height, kernel: kernel, stride: stride),
            padLeft: padding.before(input.width, kernel: kernel, stride: stride), inputHeight: input.height,
            inputWidth: input.width,
            inputStride: self.stride(of: layer.input, places[layer.input.layer] ?? .image),
            outputHeight: layer.output.shape.height, outputWidth: layer.output.shape.width)
    }
}
