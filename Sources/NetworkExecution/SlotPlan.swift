// The tensors of a lowering, as numbered slots: which layer's output stands in which, how long each is needed, and, once all
// steps are known, where it stands in memory.

import ConvolutionKernels
import KernelTasks
import Networks

/// Where a tensor stands.
package enum Place: Equatable {
    /// In the caller's memory, without padding.
    case image
    /// In the arena.
    case slot(Int)

    /// The slot, where it is in one.
    package var slot: Int? {
        if case .slot(let slot) = self { slot } else { nil }
    }
}

/// Slots and what stands in them, for one batch size and one build of the kernels.
///
///     var plan = SlotPlan(network.layers, batch: 1, set)
///     plan.place(0, at: plan.newSlot(network.layers[0].output.shape))
///     plan.use([plan.slot(of: network.layers[0].output)], in: 0)
///     plan.arena.count    // floats of memory
package struct SlotPlan {
    private let layers: [Layer]
    private let batch: Int
    private let set: KernelSet
    /// Size and life of each slot.
    private var slots: [Slot] = []
    /// Where each layer's output stands, and that of no layer, the image.
    private var places: [Int: Place] = [-1: .image]
    /// Floats that kernels may read before and after a tensor.
    private var margin = 0
    /// The most padded channels that a tensor has.
    package private(set) var widest = 0

    /// A plan of no slots, for the outputs of these layers.
    package init(_ layers: [Layer], batch: Int, _ set: KernelSet) {
        self.layers = layers
        self.batch = batch
        self.set = set
    }

    /// A slot of so many floats.
    package mutating func newSlot(_ count: Int) -> Int {
        slots.append(Slot(count: count))
        return slots.count - 1
    }

    /// A slot for a batch of tensors, channels padded.
    package mutating func newSlot(_ shape: Shape) -> Int {
        let channels = set.padded(shape.channels)
        widest = max(widest, channels)
        return newSlot(batch * shape.height * shape.width * channels)
    }

    /// Floats of a slot.
    package func count(of slot: Int) -> Int { slots[slot].count }

    /// Gives a slot at least so many floats.
    package mutating func widen(_ slot: Int, to count: Int) {
        slots[slot].count = max(slots[slot].count, count)
    }

    /// Says that a step reads or writes slots.
    package mutating func use(_ used: [Int], in step: Int) {
        for slot in used {
            slots[slot].first = min(slots[slot].first, step)
            slots[slot].last = max(slots[slot].last, step)
        }
    }

    /// Says that kernels may read so many floats before and after a tensor.
    package mutating func reserve(margin: Int) { self.margin = max(self.margin, margin) }

    /// Says where a layer's output stands; layer -1 is the image.
    package mutating func place(_ layer: Int, at slot: Int) { places[layer] = .slot(slot) }

    /// Where a value stands; one that stands nowhere ends the program with its layer's name.
    package func place(of value: Value) -> Place {
        // Not a precondition, whose sentence a release build leaves out.
        guard let place = places[value.layer] else {
            fatalError("\(layers[value.layer].name) is read and stands nowhere.")
        }
        return place
    }

    /// The slot that a value stands in; one that stands in none ends the program with its layer's name.
    package func slot(of value: Value) -> Int {
        guard let slot = place(of: value).slot else {
            fatalError("the image is read as if it stood in a slot.")
        }
        return slot
    }

    /// Floats from one pixel of a value to the next, where it stands or will stand.
    package func stride(of value: Value) -> Int {
        places[value.layer] == .image ? value.shape.channels : set.padded(value.shape.channels)
    }

    /// A place in memory for every slot; those that are `kept` outlive all steps.
    package func arena(keeping kept: Int) -> ArenaPlan {
        var slots = slots
        // The steps end with the last that uses a slot.
        slots[kept].last = slots.reduce(0) { max($0, $1.last) } + 1
        return ArenaPlan(slots, margin: margin)
    }
}
