// What is known of a training before anything runs, in one place for the command line and for every candidate of a search.

import Datasets
import ProxyTraining

extension Dataset {
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
