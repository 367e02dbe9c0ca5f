// The phases of a training step: what all threads do between two barriers, and the memory they do it in.

import NetworkExecution

/// The memory that a step works on.
struct TrainingMemory {
    /// Images of the batch, NHWC without padding.
    let images: UnsafePointer<Float>
    /// A label an image.
    let labels: UnsafePointer<Int32>
    /// The first float of each slot.
    let slots: [UnsafeMutablePointer<Float>]
    /// Parameters, as `ParameterLayout` places them.
    let parameters: UnsafeMutablePointer<Float>
    /// Their gradients.
    let gradients: UnsafeMutablePointer<Float>
    /// Running statistics.
    let statistics: UnsafeMutablePointer<Float>
    /// As many zeros as the widest tensor has padded channels.
    let zeros: UnsafePointer<Float>
    /// As many ones.
    let ones: UnsafePointer<Float>
    /// What dropout and stochastic depth draw from.
    let stream: CounterStream
    /// The share of probability that label smoothing spreads over all classes.
    let labelSmoothing: Float
    /// Waits for all threads, within a phase.
    let meet: () -> Void
    /// What times the parts of a step, where they are timed.
    let clock: PartClock?

    /// The first float of a slot that there must be.
    func start(_ slot: Int?) -> UnsafeMutablePointer<Float> {
        guard let slot else { preconditionFailure("a phase reads a tensor that stands nowhere.") }
        return slots[slot]
    }

    /// Says what a thread does from now on, for the clock.
    func begin(_ thread: Int, _ layer: Int, _ part: TrainingPhase.Part) {
        if thread == 0 { clock?.begin(layer, part) }
    }

    /// The first pixel of a tensor that there must be.
    func read(_ place: Place?) -> UnsafePointer<Float> {
        switch place {
        case .image: images
        case .slot(let slot): UnsafePointer(slots[slot])
        case nil: preconditionFailure("a phase reads a tensor that stands nowhere.")
        }
    }
}

/// What all threads do between two barriers.
package struct TrainingPhase {
    /// What a phase does for its layer.
    package enum Part: String, CaseIterable, Sendable {
        /// The layer's result, and sums for batch norm.
        case forward
        /// Batch norm, activation and shortcut.
        case norm
        /// The gate's two layers and the multiplication.
        case gate
        /// The loss.
        case loss
        /// The gate's gradients.
        case gateGradient = "gate gradient"
        /// Batch norm's and the activation's gradients.
        case normGradient = "norm gradient"
        /// The gradient of the layer's input.
        case inputGradient = "input gradient"
        /// The gradient of the layer's weights.
        case weightGradient = "weight gradient"
    }

    /// The layer it belongs to, for reports.
    let layer: Int
    /// What it does first for that layer.
    let part: Part
    /// One thread's share.
    let run: (_ thread: Int, _ memory: TrainingMemory) -> Void
}
