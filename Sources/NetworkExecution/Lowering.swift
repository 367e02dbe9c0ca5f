// From layers to steps: weights folded and packed, additions and gates fused into the convolutions beside
// them, work shared among the threads.

import ConvolutionKernels
import KernelTasks
import Networks

/// Turns the layers of a network into steps, one layer after the other.
struct Lowering: LayerLowering {
    let layers: [Layer]
    /// The weights; nil plans memory alone.
    let weights: WeightSource?
    let batch: Int
    let threads: Int
    let set: KernelSet
    /// Where packed weights stand.
    let pool = FloatPool()
    /// Which layers are computed as one, and who reads what.
    let units: FusedUnits
    /// All tensors; a place of the image in a slot is a copy with its channels padded.
    var slots: SlotPlan
    /// The gate, a slot of factors, that a layer's output still waits for.
    var gates: [Int: Int] = [:]
    /// The sums of each row of pixels, a slot, of layers whose mean a gate wants next.
    var rowSums: [Int: Int] = [:]
    /// Layers whose pixels are computed strip by strip, within the depthwise convolution that reads them.
    var strips: [Int: (Strip, any PixelStep)] = [:]

    /// The steps so far, each with the layer it belongs to.
    private(set) var steps: [(layer: Int, step: any Step)] = []
    /// Bytes of all packed weights.
    var weightBytes = 0

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
        units = FusedUnits(layers) { Self.fuses($0, $1, lanes: set.lanes) }
        slots = SlotPlan(layers, batch: batch, set)
        for unit in units.units { try lower(unit.lowerBound) }
    }

    /// The slot of the last layer's output, and all memory, in which it outlives all steps.
    var memory: (output: Int, arena: ArenaPlan) {
        let output = slots.slot(of: layers[layers.count - 1].output)
        return (output, slots.arena(keeping: output))
    }

    /// Dense convolutions, and grouped ones that the depthwise kernel does not compute, take over an addition: its shortcut is added
    /// before its activation.
    private static func fuses(_ unit: ArraySlice<Layer>, _ next: Layer, lanes: Int) -> Bool {
        guard unit.count == 1, case .convolution(let convolution) = unit[unit.startIndex].operation,
            case .add = next.operation
        else { return false }
        return !convolution.isDepthwise && !convolution.hasNarrowGroups(lanes: lanes)
            && convolution.activation == .identity && next.inputs.count == 2
            && next.inputs[1].layer >= 0
    }

    mutating func lower(_ index: Int) throws(ExecutionError) {
        let layer = layers[index]
        switch layer.operation {
        case .convolution(let convolution):
            if convolution.isDepthwise || convolution.hasNarrowGroups(lanes: set.lanes) {
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
            slots.place(index, at: pool(index, layer.input))
        case .linear(let inputs, let outputs):
            let output = newSlot(layer.output.shape)
            slots.place(index, at: output)
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
        let place = slots.place(of: value)
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
        slots.place(value.layer, at: slot)
        return slot
    }

    mutating func append(_ layer: Int, _ step: any Step) {
        slots.use(step.slots, in: steps.count)
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
}
