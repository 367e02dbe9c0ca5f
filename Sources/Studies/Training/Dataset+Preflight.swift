// What is known of a training before anything runs, in one place for the command line and for every candidate of a search.

import ConvolutionKernels
import Datasets
import Networks
import ProxyTraining
import Recipes

extension Dataset {
    /// The memory of a run on these images, and what is odd about it; throws a sentence where the run cannot succeed.
    ///
    /// So many images are held out, and at most `limit` of the rest trained on.
    package func admit(
        _ network: Network, _ recipe: TrainingRecipe, validation: Int, limit: Int?, threads: Int,
        instructionSet: InstructionSet
    ) throws -> AdmittedTraining {
        if let refusal = refusal(ofResolution: network.input.height) {
            throw DatasetError(name, refusal)
        }
        if validation > 0, let refusal = refusal(ofValidation: validation) {
            throw DatasetError(name, refusal)
        }
        let check = TrainingCheck(
            trainingData(validation: validation, limit: limit), threads: threads,
            instructionSet: instructionSet)
        return try check.admit(network, recipe)
    }

    /// What a run needs to know of these images: so many held out, at most `limit` of the rest trained on.
    ///
    /// Held-out images of a part of their own are not taken from the training images.
    package func trainingData(validation: Int, limit: Int?) -> TrainingData {
        TrainingData(
            name: name, images: training.count + (self.validation == nil ? 0 : validation),
            validation: validation, limit: limit, test: test.count, classes: classes.count,
            channels: training.channels, nativeSize: nativeSize)
    }
}
