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
struct TrainingLowering: LayerLowering {
    let network: Network
    let layers: [Layer]
    let layout: ParameterLayout
    let batch: Int
    let threads: Int
    let set: KernelSet
    /// The rate of dropout before the classifier.
    let dropout: Float
    /// The probability that stochastic depth drops the branch that each layer is of.
    let dropRates: [Float]
    /// Which layers are computed as one, and who reads what.
    let units: FusedUnits
    /// All tensors. What stands nowhere, whoever reads it makes piece by piece.
    var slots: SlotPlan
    /// The gradient of each layer's output, once somebody has written it.
    private var gradients: [Int: Gradient] = [:]
    private(set) var phases: [TrainingPhase] = []
    /// The convolution of which nobody has made anything yet.
    var waiting: LoweredConvolution?
    /// What the next phase does first.
    private var jobs: [Job] = []
    /// What is done with the weights between forward and backward phases.
    private let preparations = Preparations()
    /// Memory of each thread, by what it is for.
    private var scratches: [Scratch.Purpose: Scratch] = [:]
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
        self.set = set
        let layers = network.layers
        try Self.check(layers)
        let dropRates = Self.dropRates(layers, dropPath: dropPath)
        self.layers = layers
        self.dropRates = dropRates
        units = FusedUnits(layers) { unit, next in
            Self.fuses(unit, next, dropRate: dropRates[unit.startIndex])
        }
        slots = SlotPlan(layers, batch: batch, set)
        let lowered = units.units.map { lower($0.lowerBound) }
        appendWaiting()
        lowerLoss()
        for unit in lowered.reversed() { unit.backward(&self) }
        if !jobs.isEmpty { append(0, .weightGradient, []) { _, _ in } }
    }

    private mutating func lower(_ index: Int) -> any LoweredUnit {
        let operation = layers[index].operation
        // A convolution makes what waits while it reads it, where that pays.
        if case .convolution = operation {} else { appendWaiting() }
        switch operation {
        case .convolution(let convolution): return lowerConvolution(convolutionUnit(index, convolution))
        case .add(let activation): return lowerAddition(index, activation)
        case .squeezeExcitation(let gate): return lowerGate(index, gate)
        case .scalarGate: return lowerScalarGate(index)
        case .maxPool(let pooling, let padding): return lowerMaxPool(index, pooling, padding)
        case .averagePool(let pooling): return lowerWindowAverage(index, pooling)
        case .globalAveragePool: return lowerGlobalAverage(index)
        case .linear: return lowerClassifier(index)
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
    mutating func append(
        _ layer: Int, _ part: TrainingPhase.Part, _ slots: [Int?],
        _ run: @escaping (_ thread: Int, _ memory: TrainingMemory) -> Void
    ) {
        let jobs = jobs
        self.jobs = []
        self.slots.use(jobs.reduce(slots) { $0 + $1.slots }.compactMap(\.self), in: phases.count)
        phases.append(
            TrainingPhase(layer: layer, part: part) { thread, memory in
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
        self.slots.use(slots, in: preparations.phase)
        preparations.jobs.append(run)
    }

    /// Memory of its own for each thread, at least `count` floats; one for all phases that want it for the same purpose.
    mutating func scratch(_ purpose: Scratch.Purpose, _ count: Int) -> Scratch {
        let scratch =
            scratches[purpose] ?? Scratch(slots: (0..<threads).map { _ in newSlot(count) })
        scratches[purpose] = scratch
        for slot in scratch.slots.compactMap(\.self) { slots.widen(slot, to: count) }
        return scratch
    }

    /// The gradient of a layer's output.
    func gradient(of layer: Int) -> Gradient {
        guard let gradient = gradients[layer] else {
            preconditionFailure("\(layers[layer].name) has no gradient.")
        }
        return gradient
    }

    /// The slot to write a tensor's gradient to, and whether to add it to what is there.
    mutating func target(gradientOf value: Value) -> (slot: Int, accumulates: Bool) {
        if let gradient = gradients[value.layer] {
            precondition(gradient.isExclusive)
            return (gradient.slot, true)
        }
        let slot = newSlot(value.shape)
        gradients[value.layer] = Gradient(slot: slot, isExclusive: true)
        return (slot, false)
    }

    /// Gives tensors that a layer reads the gradient that stands in a slot, and of which nobody else needs the slot.
    ///
    /// What has a gradient already gets this one added. On the way back the tensor that was made first comes last, and the slot
    /// becomes its own; those that only read the slot before anything is added to it may share it. Others get copies.
    mutating func give(_ layer: Int, gradientIn slot: Int, to values: some Collection<Value>) {
        let isRepeated = { value in values.count { $0 == value } > 1 }
        let heirs = values.filter { $0.layer >= 0 && gradients[$0.layer] == nil && !isRepeated($0) }
        let owner = heirs.min { $0.layer < $1.layer }
        for value in values where value.layer >= 0 && value != owner {
            if gradients[value.layer] != nil {
                let (target, _) = target(gradientOf: value)
                transfer(layer, slot, to: target, adds: true)
            } else if let owner, heirs.contains(value), canShare(value, with: owner, readBy: layer) {
                gradients[value.layer] = Gradient(slot: slot, isExclusive: false)
            } else {
                let (copy, _) = target(gradientOf: value)
                transfer(layer, slot, to: copy, adds: false)
            }
        }
        if let owner { gradients[owner.layer] = Gradient(slot: slot, isExclusive: true) }
    }

    /// Whether a tensor's gradient may stand where the owner's does until it has been read: nothing is added to either before,
    /// and who made it does not overwrite it.
    private func canShare(_ value: Value, with owner: Value, readBy layer: Int) -> Bool {
        if case .add = layers[value.layer].operation { return false }
        let between = layers[value.layer + 1..<layer]
        return units.isReadOnce(value) && between.allSatisfy { !$0.inputs.contains(owner) }
    }

    /// Appends `target += source`, or `target = source`.
    mutating func transfer(_ layer: Int, _ source: Int, to target: Int, adds: Bool) {
        let kernel = set.elementwise
        let shares = shares(slots.count(of: target), unit: set.lanes)
        append(layer, .inputGradient, [source, target]) { thread, memory in
            let share = shares[thread]
            let source = UnsafePointer(memory.slots[source] + share.lowerBound)
            let target = memory.slots[target] + share.lowerBound
            kernel(
                ElementwiseTask(
                    left: adds ? UnsafePointer(target) : source, right: adds ? source : nil, output: target,
                    count: share.count, activation: .identity))
        }
    }

    private mutating func lowerLoss() {
        let classes = network.architecture.classes
        let stride = set.padded(classes)
        let batch = batch
        let logits = slots.slot(of: layers[layers.count - 1].output)
        let losses = newSlot(2 * batch)
        self.logits = logits
        self.losses = losses
        gradients[layers.count - 1] = Gradient(slot: logits, isExclusive: true)
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
}
