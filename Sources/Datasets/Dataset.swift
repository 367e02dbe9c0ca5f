// A data set: training images, test images, the names of their classes. Selection among candidates uses one
// seeded split of the training images; the test images are for finalists, once.

import Foundation

/// How to read a data set.
package struct DatasetOptions: Hashable, Sendable {
    /// Leave damaged files out and list them, instead of stopping at the first.
    package var skipCorrupt: Bool
    /// The side to which images are scaled down when they are read; nil for their own, or in a folder of
    /// images the smallest there.
    package var imageSize: Int?
    /// Decides which files of a folder without a test part become one, and the order of a folder's images.
    package var seed: UInt64
    /// Folders in which known data sets are looked for, each in a folder of its name.
    package var places: [String]

    /// The defaults: stop at damage, native size, the usual places.
    package init(
        skipCorrupt: Bool = false, imageSize: Int? = nil, seed: UInt64 = 0,
        places: [String] = DatasetOptions.usualPlaces
    ) {
        self.skipCorrupt = skipCorrupt
        self.imageSize = imageSize
        self.seed = seed
        self.places = places
    }

    /// `compound` in the user's cache folder, and where Debian's packages put data sets.
    package static var usualPlaces: [String] {
        let environment = ProcessInfo.processInfo.environment
        let cache =
            environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory() + "/.cache"
        return [cache + "/compound", "/usr/share/datasets"]
    }
}

/// Labelled images for training and for the final test.
///
///     let data = try Dataset.load("fashion-mnist")
///     let (training, validation) = try data.split(validation: 10_000, seed: 0)
package struct Dataset: Hashable, Sendable {
    /// What the user called it.
    package let name: String
    /// The name of each class, by label.
    package let classes: [String]
    /// The images to train on and to select by.
    package let training: LabelledImages
    /// The images that only finalists see.
    package let test: LabelledImages
    /// Files left out on request, each with its reason.
    package let skipped: [String]

    /// A data set of these images; all have one size.
    package init(
        name: String, classes: [String], training: LabelledImages, test: LabelledImages, skipped: [String]
    ) {
        self.name = name
        self.classes = classes
        self.training = training
        self.test = test
        self.skipped = skipped
    }

    /// The side of the images in pixels, the highest resolution that a candidate can have.
    package var nativeSize: Int { training.width }

    /// Reads a data set by name or path, as `DatasetSource` understands it.
    package static func load(
        _ source: String, options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) -> Dataset {
        try load(DatasetSource(source), options: options)
    }

    /// Reads a data set into memory. Throws one sentence where a file is missing or damaged.
    package static func load(
        _ source: DatasetSource, options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) -> Dataset {
        switch source {
        case .shapes(let shapes):
            return try shapes.dataset().scaled(to: options.imageSize)
        case .published(let published, let folder):
            let found = try PublishedFiles(published, folder: folder, places: options.places)
            return try found.dataset(options).scaled(to: options.imageSize)
        case .path(let path):
            if let files = try PublishedFiles(path: path) {
                return try files.dataset(options).scaled(to: options.imageSize)
            }
            return try ImageFolder(path, options).dataset()
        }
    }

    /// Splits the training images: `validation` of them, drawn by the seed, are for selecting, the others for
    /// training; both keep their order. Throws where nothing would be left.
    package func split(
        validation: Int, seed: UInt64
    ) throws(DatasetError) -> (training: LabelledImages, validation: LabelledImages) {
        guard validation > 0, validation < training.count else {
            throw DatasetError(
                name,
                "\(validation) images are asked for validation, but there are \(training.count) to share "
                    + "with training; choose 1 to \(max(1, training.count - 1)).")
        }
        let order = RandomCounter(seed, 0x73_706c_6974).permutation(training.count)
        return (
            training.selecting(order[validation...].sorted()),
            training.selecting(order[..<validation].sorted())
        )
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
            test: test.centreSquares(side: side), skipped: skipped)
    }
}
