// Whether a run can succeed, asked before anything runs: what this admits, trains, is judged and saved.

import Basics
import ConvolutionKernels
import NetworkExecution
import Networks
import Recipes

/// What a run needs to know of a data set before any image is prepared.
package struct TrainingData: Hashable, Sendable {
    /// What people call it.
    package var name: String
    /// Images of its training part, validation included.
    package var images: Int
    /// Images held back to judge by.
    package var validation: Int
    /// How many of the rest are trained on at most; nil for all.
    package var limit: Int?
    /// Test images that are prepared at the end.
    package var test: Int
    /// Classes.
    package var classes: Int
    /// Values of a pixel.
    package var channels: Int
    /// The side of its images in pixels.
    package var nativeSize: Int

    /// A data set with the images that are held back.
    package init(
        name: String, images: Int, validation: Int = 0, limit: Int? = nil, test: Int = 0, classes: Int,
        channels: Int, nativeSize: Int
    ) {
        self.name = name
        self.images = images
        self.validation = validation
        self.limit = limit
        self.test = test
        self.classes = classes
        self.channels = channels
        self.nativeSize = nativeSize
    }

    /// Images that are trained on.
    package var training: Int { max(0, min(limit ?? .max, images - validation)) }
}

/// Why a run cannot succeed, and what to change: a sentence without a name of an option or key, so that it holds for command line
/// and files alike.
package struct TrainingRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What it is about.
    package enum Subject: String, Hashable, Sendable {
        /// Images, classes, channels, validation: the same for all networks.
        case data
        /// A value of the recipe.
        case recipe
        /// The network on these data: another candidate may be admitted.
        case network
        /// Memory that cannot be had.
        case memory
    }

    /// What it is about.
    package let subject: Subject
    /// The sentence to show.
    package let description: String
}

/// A run that was admitted.
package struct AdmittedTraining: Sendable {
    /// The memory that it takes.
    package let footprint: TrainingFootprint
    /// What is odd about it, in sentences; none where nothing is.
    package let notes: [String]
}

/// Admits or refuses runs on one data set.
///
///     let check = TrainingCheck(data, threads: 2)
///     let admitted = try check.admit(network, recipe)   // or a TrainingRefusal
package struct TrainingCheck: Sendable {
    /// The data.
    package let data: TrainingData
    /// Threads of a run.
    package let threads: Int
    /// What the kernels are built for.
    package let instructionSet: InstructionSet
    /// The memory that a run may take; the data set's bytes are taken from it if they are in memory already.
    package let memory: AvailableMemory

    /// A check against the memory that is left now, unless told otherwise.
    package init(
        _ data: TrainingData, threads: Int, instructionSet: InstructionSet = .detected,
        memory: AvailableMemory = .now
    ) {
        self.data = data
        self.threads = threads
        self.instructionSet = instructionSet
        self.memory = memory
    }

    /// The run's memory, or why it cannot succeed. Takes milliseconds and no memory worth speaking of.
    package func admit(
        _ network: Network, _ recipe: TrainingRecipe
    ) throws(TrainingRefusal) -> AdmittedTraining {
        if let fault = recipe.fault { throw TrainingRefusal(subject: .recipe, description: fault) }
        try checkData(recipe)
        try checkFit(network)
        let footprint = try footprint(network, recipe)
        guard footprint.bytes <= memory.bytes else { throw tooLarge(network, recipe, footprint.bytes) }
        return AdmittedTraining(footprint: footprint, notes: notes(network, recipe))
    }

    private func checkData(_ recipe: TrainingRecipe) throws(TrainingRefusal) {
        guard data.validation >= 0, data.validation < data.images else {
            throw TrainingRefusal(
                subject: .data,
                description:
                    "\(data.validation) validation images leave nothing of the \(data.images) training "
                    + "images of \(data.name); hold back \(max(0, data.images / 5)) or fewer.")
        }
        do { try recipe.check(trainingImages: data.training) } catch {
            throw TrainingRefusal(subject: .data, description: error.description)
        }
    }

    private func checkFit(_ network: Network) throws(TrainingRefusal) {
        func refuse(_ sentence: String) -> TrainingRefusal { .init(subject: .network, description: sentence) }
        let (input, architecture) = (network.input, network.architecture)
        guard input.height <= data.nativeSize else {
            throw refuse(
                "\(input.height) pixels are more than the \(data.nativeSize) of \(data.name), whose images are never "
                    + "scaled up; choose a resolution of \(data.nativeSize) or less.")
        }
        guard input.channels == data.channels else {
            throw refuse(
                "it takes \(input.channels) channels and \(data.name) has \(data.channels); give the network "
                    + "`channels: \(data.channels)`.")
        }
        guard architecture.classes == data.classes else {
            throw refuse(
                "it tells \(architecture.classes) classes apart and \(data.name) has \(data.classes); give the "
                    + "network `classes: \(data.classes)`.")
        }
    }

    private func footprint(
        _ network: Network, _ recipe: TrainingRecipe
    ) throws(TrainingRefusal) -> TrainingFootprint {
        // The tensors of one layer and all weights are a lower bound, which no batch is too large to compute.
        let least =
            Double(recipe.imagesPerStep) * Double(network.cost.peakActivationBytes.value)
            + 2 * Double(network.cost.weightBytes.value)
        guard least <= Double(memory.bytes) else { throw tooLarge(network, recipe, Int(min(least, 1e18))) }
        do {
            return try TrainingFootprint(
                network, recipe: recipe,
                images: .init(training: data.training, validation: data.validation, test: data.test),
                threads: threads, instructionSet: instructionSet)
        } catch {
            throw TrainingRefusal(subject: .network, description: "\(error)")
        }
    }

    private func tooLarge(_ network: Network, _ recipe: TrainingRecipe, _ bytes: Int) -> TrainingRefusal {
        TrainingRefusal(
            subject: .memory,
            description:
                "training \(network.architecture.name) at \(network.dimensions.resolution) pixels with a batch "
                + "of \(recipe.imagesPerStep) takes \(bytes >> 20) MiB, and \(memory.bound) leaves \(memory.bytes >> 20) MiB; "
                + "choose a smaller batch or network.")
    }

    private func notes(_ network: Network, _ recipe: TrainingRecipe) -> [String] {
        var notes: [String] = []
        let dropPath = recipe.dropPath(for: network)
        if dropPath > 0, !network.layers.contains(where: { !$0.shortcuts.isEmpty }) {
            notes.append(
                "\(network.architecture.name) has no shortcuts, so stochastic depth of \(dropPath) changes nothing."
            )
        }
        return notes
    }
}

extension TrainingRecipe {
    /// Throws a sentence where training images do not fill a batch.
    func check(trainingImages images: Int) throws(TrainingError) {
        guard imagesPerStep <= images else {
            throw .mismatch(
                "a batch of \(imagesPerStep) is more than the \(images) training images; give a smaller batch."
            )
        }
    }
}
