// From layers to the phases of a training step: forward, loss, backward.
//
// Forward, every convolution's result z is kept, and what its batch norm and activation make of it; nothing
// else. Backward, the gradient of a tensor stands in the slot of the tensor that it is computed from
// wherever nobody else needs that one.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// Turns the layers of a network into phases; slots get their places when all phases are known.
struct TrainingLowering {
    let network: Network
    let layers: [Layer]
    let layout: ParameterLayout
    let batch: Int
    let threads: Int
    let set: KernelSet
    /// The rate of dropout before the classifier.
    let dropout: Float
    /// The rate of stochastic depth at the last block.
    let dropPath: Float
    /// How many layers read each layer's output.
    let readers: [Int]
    /// Where each layer's output stands.
    private(set) var outputs: [Int: Source] = [-1: .images]
    /// The gradient of each layer's output, once somebody has written it.
    private var gradients: [Int: Gradient] = [:]
    private(set) var phases: [TrainingPhase] = []
    /// The size of each slot in floats.
    private(set) var slotCounts: [Int] = []
    /// The unit after the one that is being lowered.
    private(set) var following: TrainingUnit?
    /// The convolution of which nobody has made anything yet.
    var waiting: LoweredConvolution?
    /// What the next phase does first.
    private var jobs: [Job] = []
    /// What is done with the weights between forward and backward phases.
    private let preparations = Preparations()
    /// Memory of each thread, by what it is for.
    private var scratches: [Scratch.Purpose: Scratch] = [:]
    /// Floats that depthwise kernels may read before and after a tensor.
    var margin = 0
    /// The widest tensor's padded channels.
    private(set) var widest = 0
    /// The slots of the logits, which become the loss's gradient, and of each image's loss and hit.
    private(set) var logits = 0
    private(set) var losses = 0

    /// The gradient of a tensor on its way back.
    struct Gradient {
        /// Where it stands.
        var slot: Int
        /// Whether it is the gradient of this tensor alone, so that its reader may overwrite it.
        var isExclusive: Bool
    }

    /// Something that each thread does a share of.
    private struct Job {
        let slots: [Int?]
        let run: (_ thread: Int, _ memory: TrainingMemory) -> Void
    }

    /// What the backward phases want to be done before them: the phase that does it, and the jobs.
    private final class Preparations {
        var phase = 0
        var jobs: [(_ thread: Int, _ memory: TrainingMemory) -> Void] = []
    }

    /// Lowers a network; throws where a layer cannot be trained.
    init(
        _ network: Network, _ layout: ParameterLayout, batch: Int, threads: Int, dropout: Float,
        dropPath: Float, _ set: KernelSet
    ) throws(TrainingError) {
        self.network = network
        self.layout = layout
        self.batch = batch
        self.threads = threads
        self.dropout = dropout
        self.dropPath = dropPath
        self.set = set
        layers = network.layers
        var readers = [Int](repeating: 0, count: layers.count)
        for layer in layers {
            for value in layer.inputs where value.layer >= 0 {
                readers[value.layer] += 1
            }
        }
        self.readers = readers
        let units = try TrainingUnits(layers, readers: readers, dropPath: dropPath).units
        var prepared: [any LoweredUnit] = []
        for (index, unit) in units.enumerated() {
            following = index + 1 < units.count ? units[index + 1] : nil
            prepared.append(lower(unit))
        }
        lowerLoss()
        for unit in prepared.reversed() { unit.backward(&self) }
        if !jobs.isEmpty { append(0, .weightGradient, []) { _, _ in } }
    }

    private mutating func lower(_ unit: TrainingUnit) -> any LoweredUnit {
        if case .convolution(let unit) = unit { return lowerConvolution(unit) }
        appendWaiting()
        return lowerOther(unit)
    }

    private mutating func lowerOther(_ unit: TrainingUnit) -> any LoweredUnit {
        switch unit {
        case .convolution(let unit): lowerConvolution(unit)
        case .addition(let index, let activation, let rate): lowerAddition(index, activation, dropRate: rate)
        case .gate(let index, let gate): lowerGate(index, gate)
        case .maxPool(let index, let pooling, let padding): lowerMaxPool(index, pooling, padding)
        case .scalarGate(let index): lowerScalarGate(index)
        case .windowAverage(let index, let pooling): lowerWindowAverage(index, pooling)
        case .globalAverage(let index): lowerGlobalAverage(index)
        case .linear(let index): lowerClassifier(index)
        }
    }
}

/// Memory of its own for each thread, which nothing but one chunk's work keeps anything in.
struct Scratch {
    /// What it is for; what is needed at the same time has different purposes.
    enum Purpose { case activations, resultGradient, inputGradient, windows }

    /// A slot a thread.
    let slots: [Int?]

    /// The first float of a thread's.
    func start(_ thread: Int, _ memory: TrainingMemory) -> UnsafeMutablePointer<Float> {
        memory.start(slots[thread])
    }
}

/// A unit whose forward phases exist, and which knows what its backward phases need of them.
protocol LoweredUnit {
    /// Appends the phases that turn the gradient of the unit's output into those of its inputs and
    /// parameters.
    func backward(_ lowering: inout TrainingLowering)
}

extension TrainingLowering {
    /// Where a tensor stands.
    func source(of value: Value) -> Source { outputs[value.layer] ?? .passing }

    /// The slot of a tensor that a layer made.
    func slot(of value: Value) -> Int {
        guard let slot = source(of: value).slot else {
            preconditionFailure("\(value) is read from memory and stands in no slot.")
        }
        return slot
    }

    /// Says where a layer's output stands.
    mutating func place(_ layer: Int, at slot: Int) { outputs[layer] = .slot(slot) }

    mutating func newSlot(_ shape: Shape) -> Int {
        let channels = set.padded(shape.channels)
        widest = max(widest, channels)
        return newSlot(batch * shape.height * shape.width * channels)
    }

    mutating func newSlot(_ count: Int) -> Int {
        slotCounts.append(count)
        return slotCounts.count - 1
    }

    mutating func append(
        _ layer: Int, _ part: TrainingPhase.Part, _ slots: [Int?],
        _ run: @escaping (_ thread: Int, _ memory: TrainingMemory) -> Void
    ) {
        let jobs = jobs
        self.jobs = []
        let slots = jobs.reduce(slots) { $0 + $1.slots }
        phases.append(
            TrainingPhase(layer: layer, part: part, slots: slots.compactMap(\.self)) { thread, memory in
                for job in jobs { job.run(thread, memory) }
                memory.begin(thread, layer, part)
                run(thread, memory)
            })
    }

    /// Leaves to the next phase what needs a barrier before it and none between itself and that phase.
    mutating func later(
        _ slots: [Int?], _ run: @escaping (_ thread: Int, _ memory: TrainingMemory) -> Void
    ) {
        jobs.append(Job(slots: slots, run: run))
    }

    /// Has something done to the weights before the backward phases begin, whose result stands in slots.
    mutating func prepare(_ slots: [Int], _ run: @escaping (_ thread: Int, _ memory: TrainingMemory) -> Void)
    {
        phases[preparations.phase].slots += slots
        preparations.jobs.append(run)
    }

    /// Memory of its own for each thread, at least `count` floats; one for all phases that want it for the same purpose.
    mutating func scratch(_ purpose: Scratch.Purpose, _ count: Int) -> Scratch {
        let scratch =
            scratches[purpose] ?? Scratch(slots: (0..<threads).map { _ in newSlot(count) })
        scratches[purpose] = scratch
        for slot in scratch.slots.compactMap(\.self) { slotCounts[slot] = max(slotCounts[slot], count) }
        return scratch
    }

    /// Each thread's share of a number of units.
    func shares(_ count: Int, unit: Int = 1) -> [Range<Int>] {
        (0..<threads).map { (0..<count).share($0, of: threads, unit: unit) }
    }

    /// The gradient of a layer's output.
    func gradient(of layer: Int) -> Gradient {
        guard let gradient = gradients[layer] else {
            preconditionFailure("\(layers[layer].name) has no gradient.")
        }
        return gradient
    }

    /// Whether somebody has written a tensor's gradient.
    func hasGradient(_ value: Value) -> Bool { gradients[value.layer] != nil }

    /// Says where a tensor's gradient stands; nothing is to be added to what stood elsewhere.
    mutating func place(gradientOf value: Value, _ gradient: Gradient) {
        gradients[value.layer] = gradient
    }

    /// The slot to write a tensor's gradient to, and whether to add it to what is there.
    mutating func target(gradientOf value: Value) -> (slot: Int, accumulates: Bool) {
        if let gradient = gradients[value.layer] { return (gradient.slot, true) }
        let slot = newSlot(value.shape)
        gradients[value.layer] = Gradient(slot: slot, isExclusive: true)
        return (slot, false)
    }

    /// Appends `target += source`.
    mutating func add(_ layer: Int, _ source: Int, to target: Int, count: Int) {
        let kernel = set.elementwise
        let shares = shares(count, unit: set.lanes)
        append(layer, .inputGradient, [source, target]) { thread, memory in
            let share = shares[thread]
            let target = memory.slots[target] + share.lowerBound
            kernel(
                ElementwiseTask(
                    left: target, right: memory.slots[source] + share.lowerBound, output: target,
                    count: share.count, activation: .identity))
        }
    }

    /// The windows of a layer, which begin inside the image where no padding is given.
    func window(_ layer: Layer, kernel: Int, stride: Int, _ padding: Padding?) -> Window {
        let input = layer.input.shape
        return Window(
            kernel: kernel, stride: stride,
            padTop: padding?.before(input.height, kernel: kernel, stride: stride) ?? 0,
            padLeft: padding?.before(input.width, kernel: kernel, stride: stride) ?? 0,
            inputHeight: input.height, inputWidth: input.width,
            inputStride: layer.input.layer < 0 ? input.channels : set.padded(input.channels),
            outputHeight: layer.output.shape.height, outputWidth: layer.output.shape.width)
    }

    private mutating func lowerLoss() {
        let classes = network.architecture.classes
        let stride = set.padded(classes)
        let batch = batch
        let logits = slot(of: layers[layers.count - 1].output)
        let losses = newSlot(2 * batch)
        self.logits = logits
        self.losses = losses
        place(
            gradientOf: layers[layers.count - 1].output, Gradient(slot: logits, isExclusive: true))
        let shares = shares(batch)
        let preparations = preparations
        preparations.phase = phases.count
        append(layers.count - 1, .loss, [logits, losses]) { thread, memory in
            for run in preparations.jobs { run(thread, memory) }
            for image in shares[thread] {
                let label = Int(memory.labels[image])
                let (loss, predicted) = CrossEntropy.evaluate(
                    memory.slots[logits] + image * stride, classes: classes,
                    label: label, smoothing: memory.labelSmoothing, images: batch)
                memory.slots[losses][image] = loss
                memory.slots[losses][batch + image] = predicted == label ? 1 : 0
            }
        }
    }

    /// All slots with the phases at which they begin and end; what the caller reads outlives all phases.
    var slots: [Slot] {
        var slots = slotCounts.map { Slot(count: $0, first: .max, last: 0) }
        for (index, phase) in phases.enumerated() {
            for slot in phase.slots {
                slots[slot].first = min(slots[slot].first, index)
                slots[slot].last = max(slots[slot].last, index)
            }
        }
        slots[losses].last = phases.count
        return slots
    }
}
