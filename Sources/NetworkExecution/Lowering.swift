// From layers to steps: weights folded and packed, additions and gates fused into the convolutions beside
// them, work shared among the threads.

import ConvolutionKernels
import KernelTasks
import Networks

/// Turns the layers of a network into steps, one layer after the other.
struct Lowering {
    let layers: [Layer]
    /// The weights; nil plans memory alone.
    let weights: WeightSource?
    let batch: Int
    let threads: Int
    let set: KernelSet
    /// Where packed weights stand.
    let pool = FloatPool()
    /// How many layers read each layer's output.
    let readers: [Int]
    /// The last layer that reads each layer's output.
    let lastReaders: [Int]
    /// Where each layer's output stands, once it is lowered.
    var places: [Int: Place] = [-1: .image]
    /// The gate, a slot of factors, that a layer's output still waits for.
    var gates: [Int: Int] = [:]
    /// The sums of each row of pixels, a slot, of layers whose mean a gate wants next.
    var rowSums: [Int: Int] = [:]
    /// Layers whose pixels are computed strip by strip, within the depthwise convolution that reads them.
    var strips: [Int: (Strip, any PixelStep)] = [:]

    /// The steps so far, each with the layer it belongs to.
    private(set) var steps: [(layer: Int, step: any Step)] = []
    /// The size of each slot in floats.
    private(set) var slotCounts: [Int] = []
    /// Bytes of all packed weights.
    var weightBytes = 0
    /// Floats that depthwise kernels may read before and after a tensor.
    var margin = 0

    /// Lowers all layers.
    init(
        _ network: Network, _ weights: WeightSource?, batch: Int, threads: Int, _ set: KernelSet
    ) throws(ExecutionError) {
        // Beyond that, places in memory are no longer numbers that can be multiplied.
        guard Double(batch) * Double(network.cost.activations.value) < 0x1p52 else {
            throw .unsupported(
                "a batch of \(batch) images is more than any memory holds; give a smaller batch.")
        }
        layers = network.layers
        self.weights = weights
        self.batch = batch
        self.threads = threads
        self.set = set
        var readers = [Int](repeating: 0, count: layers.count)
        var lastReaders = [Int](repeating: layers.count, count: layers.count)
        for (index, layer) in layers.enumerated() {
            for value in layer.inputs where value.layer >= 0 {
                readers[value.layer] += 1
                lastReaders[value.layer] = index
            }
        }
        self.readers = readers
        self.lastReaders = lastReaders
        for index in layers.indices where places[index] == nil { try lower(index) }
    }

    /// The slot of the last layer's output.
    var output: Int {
        guard let slot = places[layers.count - 1]?.slot else {
            preconditionFailure("the last layer, \(layers[layers.count - 1].name), stands nowhere.")
        }
        return slot
    }

    /// Where a value stands, whatever gate it waits for.
    func standing(_ value: Value) -> Place {
        guard let place = places[value.layer] else {
            preconditionFailure("\(layers[value.layer].name) is read and stands nowhere.")
        }
        return place
    }

    mutating func lower(_ index: Int) throws(ExecutionError) {
        let layer = layers[index]
        switch layer.operation {
        case .convolution(let convolution):
            if convolution.isDepthwise || hasNarrowGroups(convolution) {
                try lowerDepthwise(index, convolution)
            } else if convolution.groups == 1 {
                try lowerConvolution(index, convolution)
            } else {
                try lowerGrouped(index, convolution)
            }
        case .squeezeExcitation(let gate): try lowerGate(index, gate)
        case .scalarGate(let gate): try lowerScalarGate(index, gate)
        case .maxPool(let pooling, let padding):
            lowerPool(index, set.maxPool, pooling, padding)
        case .averagePool(let pooling): lowerPool(index, set.windowAverage, pooling, nil)
        case .globalAveragePool:
            places[index] = .slot(pool(index, layer.input))
        case .linear(let inputs, let outputs):
            let output = newSlot(layer.output.shape)
            places[index] = .slot(output)
            appendLinear(
                index, try pack(index, outputs: outputs, inputs: inputs),
                input: slot(of: layer.input), output: output, .identity)
        case .add(let activation): lowerAdd(index, activation)
        }
    }
}

extension Lowering {
    /// Where a value stands, after any gate it still waits for has been applied to it.
    mutating func place(of value: Value) -> Place {
        let place = standing(value)
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
    mutating func slot(of value: Value) -> Int {
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
    func stride(of value: Value, _ place: Place) -> Int {
        place == .image ? value.shape.channels : set.padded(value.shape.channels)
    }

    mutating func newSlot(_ shape: Shape) -> Int {
        newSlot(batch * shape.height * shape.width * set.padded(shape.channels))
    }

    mutating func newSlot(_ count: Int) -> Int {
        slotCounts.append(count)
        return slotCounts.count - 1
    }

    mutating func append(_ layer: Int, _ step: any Step) {
        steps.append((layer, step))
    }

    /// A layer's weights, batch norm folded into them; nil where memory alone is planned.
    func folded(_ index: Int, _ matrix: Int = 0) -> MatrixWeights? {
        weights?.layer(index)[matrix].folded
    }

    mutating func pack(
        _ index: Int, _ matrix: Int = 0, outputs: Int, inputs: Int, kernel: Int = 1, isPaired: Bool = false
    ) throws(ExecutionError) -> PackedWeights {
        let folded = folded(index, matrix)
        let packed = try ExecutionError.memory { () throws(AllocationError) in
            try PackedWeights(
                dense: folded?.weight, bias: folded?.bias, outputs: outputs, inputs: inputs, kernel: kernel,
                isPaired: isPaired, in: pool, for: set)
        }
        weightBytes += packed.bytes
        return packed
    }

    /// Whether nothing after layer `index` reads a value. Only values that nothing reads any more share
    /// their slot, so that no other value can stand there.
    func isLastReader(_ index: Int, of value: Value) -> Bool {
        value.layer >= 0 && lastReaders[value.layer] <= index
    }

    /// Each thread's share of a number of units.
    func shares(_ count: Int, unit: Int = 1) -> [Range<Int>] {
        (0..<threads).map { (0..<count).share($0, of: threads, unit: unit) }
    }

    /// The windows of a layer, which begin inside the image where no padding is given; the floats from one pixel to the next
    /// are those of where its input stands, or will stand.
    func window(
        _ layer: Layer, kernel: Int, stride: Int, _ padding: Padding?, inputStride: Int? = nil
    ) -> Window {
        let input = layer.input.shape
        return Window(
            kernel: kernel, stride: stride,
            padTop: padding?.before(input.height, kernel: kernel, stride: stride) ?? 0,
            padLeft: padding?.before(input.width, kernel: kernel, stride: stride) ?? 0,
            inputHeight: input.height,
            inputWidth: input.width,
            inputStride: inputStride ?? self.stride(of: layer.input, standing(layer.input)),
            outputHeight: layer.output.shape.height, outputWidth: layer.output.shape.width)
    }
}
