// Images to train and test on, as flags.

import ArgumentParser
import Datasets
import Networks

/// Flags that choose the parts of a data set, which `--data` names.
struct DataOptions: ParsableArguments {
    /// The help of `--data`.
    static let help = ArgumentHelp(
        "fashion-mnist, mnist, cifar-10, cifar-100, shapes, or the path of a folder of class folders.",
        valueName: "data")

    @Option(help: ArgumentHelp("Use only the first so many training images.", valueName: "n"))
    var images: Int?

    @Option(
        help: ArgumentHelp(
            "Hold so many training images back and report their accuracy an epoch.", valueName: "n"))
    var validation = 0

    @Option(help: ArgumentHelp("Scale all images down to this side before anything else.", valueName: "px"))
    var imageSize: Int?

    @Flag(help: "Leave out files that cannot be read, and count them.")
    var skipCorrupt = false

    func validate() throws {
        try check("images", images, in: 1...mostImages)
        try check("validation", validation, in: 0...mostImages)
        try check("image-size", imageSize, in: 1...DatasetOptions.largestSide)
    }

    /// Whether all is left as it is.
    var isEmpty: Bool { images == nil && validation == 0 && imageSize == nil && !skipCorrupt }

    private var options: DatasetOptions { DatasetOptions(skipCorrupt: skipCorrupt, imageSize: imageSize) }

    /// No data set has more images.
    private var mostImages: Int { 1_000_000_000 }

    /// Reads the data set, and says what was left out.
    func load(_ data: String) throws -> Dataset {
        let dataset = try Dataset.load(data, options: options)
        if let held = dataset.validation, validation == 0 {
            Output.note(
                "\(dataset.name) brings \(held.count) validation images, which are not looked at; give "
                    + "--validation \(held.count) for their accuracy after each epoch.")
        }
        for file in dataset.skipped.prefix(5) { Output.note("left out: \(file)") }
        if dataset.skipped.count > 5 {
            Output.note("left out \(dataset.skipped.count) files in all")
        }
        return dataset
    }
}
