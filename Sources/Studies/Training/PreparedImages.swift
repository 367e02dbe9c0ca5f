// The parts of a data set at one resolution, all normalised by the training part's statistics.

import Datasets
import Networks

/// Training, validation and test images for networks of one resolution.
package struct PreparedImages {
    /// What is trained on.
    package let training: ScaledImages
    /// What selects, where some images were held back.
    package let validation: ScaledImages?
    private let testImages: LabelledImages
    private let normalisation: Normalisation
    private let resolution: Int

    /// Cuts and scales a data set: the validation part is split off first, by a seed of its own, and the
    /// first `images` of the rest are trained on. Throws where the resolution is above the native size.
    package init(
        _ dataset: Dataset, resolution: Int, images: Int? = nil, validation: Int = 0, seed: Int = 0
    ) throws {
        var training = dataset.training
        var held: LabelledImages?
        if validation > 0 {
            let parts = try dataset.split(validation: validation, seed: UInt64(seed))
            (training, held) = (parts.training, parts.validation)
        }
        if let images { training = training.prefix(images) }
        let normalisation = try Normalisation(of: training, resolution: resolution)
        self.training = try ScaledImages(training, resolution: resolution, normalisation: normalisation)
        self.validation = try held.map {
            try ScaledImages($0, resolution: resolution, normalisation: normalisation)
        }
        testImages = dataset.test
        self.normalisation = normalisation
        self.resolution = resolution
    }

    /// What weights that are trained on these images expect, and what their outputs mean.
    package func contract(classNames: [String]) throws -> InputContract {
        try InputContract(
            channels: training.channels, resolution: resolution, mean: normalisation.mean,
            deviation: normalisation.deviation, classNames: classNames)
    }

    /// The test images, prepared when they are asked for: once, for finalists.
    package func test() throws -> ScaledImages {
        try ScaledImages(testImages, resolution: resolution, normalisation: normalisation)
    }
}
