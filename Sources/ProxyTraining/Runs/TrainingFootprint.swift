// All memory of a run, foretold: what stands from the first step to the last, and what comes and goes.

import ConvolutionKernels
import NetworkExecution
import Networks
import Recipes

/// Bytes that a training run takes, by what they hold.
package struct TrainingFootprint: Hashable, Sendable {
    /// How many images stand in memory as floats.
    package struct Images: Hashable, Sendable {
        /// Images that are trained on.
        package var training: Int
        /// Images that each epoch is judged by.
        package var validation: Int
        /// Images that are prepared for the end.
        package var test: Int

        /// No images but those given.
        package init(training: Int = 0, validation: Int = 0, test: Int = 0) {
            self.training = training
            self.validation = validation
            self.test = test
        }
    }

    /// Activations, their gradients and scratch memory of a step, what stochastic depth keeps included.
    package let activations: Int
    /// Parameters, their gradients, and batch norms' running statistics.
    package let parameters: Int
    /// What the optimiser keeps beside each parameter.
    package let optimiser: Int
    /// The running average of parameters and statistics.
    package let average: Int
    /// The images of a step.
    package let batch: Int
    /// All images at the network's resolution.
    package let images: Int
    /// A network compiled to judge the weights: those as read, as packed, and activations.
    package let evaluation: Int
    /// The whole state once by layer and once as a file's bytes.
    package let saving: Int

    /// What a run holds all the time, besides the images.
    package var standing: Int { activations + parameters + optimiser + average + batch }
    /// The most that a run holds at once; saving and judging take turns.
    package var bytes: Int { standing + images + max(evaluation, saving) }

    /// Foretells the memory of a run; throws where the network cannot be trained or judged. Takes milliseconds.
    package init(
        _ network: Network, recipe: TrainingRecipe, images: Images = Images(), threads: Int,
        instructionSet: InstructionSet = .detected
    ) throws {
        let plan = try TrainingPlan(
            network, batch: recipe.imagesPerStep, threads: threads, noise: recipe.noise(for: network),
            instructionSet: instructionSet)
        try self.init(network, plan, recipe: recipe, images: images, instructionSet)
    }

    init(
        _ network: Network, _ plan: TrainingPlan, recipe: TrainingRecipe, images: Images,
        _ instructionSet: InstructionSet
    ) throws(ExecutionError) {
        let float = MemoryLayout<Float>.stride
        let layout = plan.layout
        // Constant vectors, which are read where a channel has no factor or offset, stand beside the activations.
        activations = plan.arenaBytes + 2 * plan.widest * float
        parameters = (2 * layout.count + layout.statisticsCount) * float
        let copies = Optimiser.Rule(recipe.optimizer).copies
        optimiser = copies * layout.count * float
        average = recipe.averageDecay == nil ? 0 : (layout.count + layout.statisticsCount) * float
        batch = recipe.imagesPerStep * network.input.elements * float
        self.images = (images.training + images.validation + images.test) * network.input.elements * float
        let judged = max(images.validation, images.test)
        let weights = network.weightFloats * float
        if judged > 0 {
            let count = Evaluation.batch(judged)
            let compiled = try ExecutionPlan(
                network, batch: count, threads: plan.threads, instructionSet: instructionSet)
            evaluation =
                weights + compiled.bytes
                + count * (network.input.elements + network.architecture.classes) * float
        } else {
            evaluation = 0
        }
        let parts = 1 + (recipe.averageDecay == nil ? 0 : 1) + copies
        saving = 2 * parts * weights
    }
}

extension Network {
    /// Floats of all weights as ``NetworkWeights`` hold them, statistics included.
    fileprivate var weightFloats: Int {
        layers.reduce(0) { sum, layer in
            layer.operation.matrices.reduce(sum) {
                $0 + $1.count + $1.outputs * (($1.hasBias ? 1 : 0) + ($1.normalised ? 4 : 0))
            }
        }
    }
}
