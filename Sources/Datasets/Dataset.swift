// A data set: training images, test images, the names of their classes. Selection among candidates uses
// validation images; the test images are for finalists, once.

/// Labelled images for training and for the final test.
///
///     let data = try Dataset.load("fashion-mnist")
///     let (training, validation) = try data.split(validation: 10_000, seed: 0)
package struct Dataset: Hashable, Sendable {
    /// What the user called it.
    package let name: String
    /// The name of each class, by label.
    package let classes: [String]
    /// The images to train on and, where there are no others, to select by.
    package let training: LabelledImages
    /// The images that only finalists see.
    package let test: LabelledImages
    /// The images to select by, where the data set brings its own; `split` takes them.
    package let validation: LabelledImages?
    /// Files left out on request, each with its reason.
    package let skipped: [String]
    /// What it is by its content: equal for a copy under another name, other where a file, a class, the image size
    /// or the seed is.
    package let digest: DatasetDigest

    /// A data set of these images; all have one size. Without a digest it gets that of its values.
    package init(
        name: String, classes: [String], training: LabelledImages, test: LabelledImages,
        validation: LabelledImages? = nil, skipped: [String], digest: DatasetDigest? = nil
    ) {
        self.name = name
        self.classes = classes
        self.training = training
        self.test = test
        self.validation = validation
        self.skipped = skipped
        self.digest = digest ?? DatasetDigest(training, test, validation)
    }

    /// The side of the images in pixels, the highest resolution that a candidate can have.
    package var nativeSize: Int { training.width }

    /// Why a candidate of this resolution cannot be trained on it, in a sentence that names the file whose size is the
    /// limit; nil where it can.
    package func refusal(ofResolution resolution: Int) -> String? {
        guard resolution > nativeSize else { return nil }
        let file = training.smallestFile.map { ", the size of \($0)" } ?? ""
        return
            "a resolution of \(resolution) is more than the \(nativeSize) px of its images\(file), which are never scaled up; "
            + "choose \(nativeSize) or less."
    }

    /// Reads a data set by name or path, as `DatasetSource` understands it.
    package static func load(
        _ source: String, options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) -> Dataset {
        try load(DatasetSource(source), options: options)
    }

    /// Reads a data set into memory, with its digest. Throws one sentence where a file is missing or damaged.
    package static func load(
        _ source: DatasetSource, options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) -> Dataset {
        let files = try DatasetFiles(source, options)
        let (digest, state) = try files.digest(options)
        let dataset =
            switch files {
            case .shapes(let shapes): try shapes.dataset().scaled(to: options.imageSize)
            case .idx(let folder): try folder.dataset().scaled(to: options.imageSize)
            case .cifar(let folder): try folder.dataset(options).scaled(to: options.imageSize)
            case .images(let folder): try folder.dataset()
            }
        guard files.isUnchanged(since: state, options) else {
            throw DatasetError(
                dataset.name, "its files changed while they were read; wait until they are written.")
        }
        return Dataset(
            name: dataset.name, classes: dataset.classes, training: dataset.training, test: dataset.test,
            validation: dataset.validation, skipped: dataset.skipped, digest: digest)
    }

    /// The data set with the centre squares of its images at this side, or at their own.
    private func scaled(to size: Int?) throws(DatasetError) -> Dataset {
        let native = min(training.height, training.width)
        let side = size ?? native
        guard side > 0, side <= native else {
            throw DatasetError(
                name,
                "its images have a side of \(native) px, and \(side) is asked; they are never scaled up, so "
                    + "choose 1 to \(native).")
        }
        return Dataset(
            name: name, classes: classes, training: training.centreSquares(side: side),
            test: test.centreSquares(side: side), skipped: skipped, digest: digest)
    }
}
