// A folder of class folders with PNG and JPEG files. All headers are read first, since the smallest image
// decides the native size; then each image is decoded, cropped to its centre square and scaled down.

import Foundation

/// The image files of a folder and their classes.
struct ImageFolder {
    private let root: String
    private let options: DatasetOptions
    private let classes: [String]
    private var training: [Entry]
    private var test: [Entry]
    private var skipped: [String] = []

    /// One file.
    private struct Entry {
        let path: String
        let label: Int
        /// A random but fixed place among the others.
        let rank: UInt64
    }

    /// Lists `root/train/CLASS` with `root/test/CLASS` or `root/val/CLASS`, or else `root/CLASS`, a tenth of
    /// which is held out by the seed.
    init(_ root: String, _ options: DatasetOptions) throws(DatasetError) {
        self.root = root
        self.options = options
        let folders = try ImageFolder.folders(in: root)
        let testFolder = ["test", "val", "valid", "validation"].first(where: folders.contains)
        if folders.contains("train") {
            (classes, training) = try ImageFolder.entries(root + "/train", classes: nil, options.seed)
            if let testFolder {
                (_, test) = try ImageFolder.entries(root + "/" + testFolder, classes: classes, options.seed)
                return
            }
        } else if let testFolder {
            throw DatasetError(
                root, "there is a folder \(testFolder), but no folder train; add one, or name another folder."
            )
        } else {
            (classes, training) = try ImageFolder.entries(root, classes: nil, options.seed)
        }
        test = []
        holdOut()
    }

    /// Moves a tenth of each class, at least one image of two or more, from training to test.
    private mutating func holdOut() {
        var counts = [Int](repeating: 0, count: classes.count)
        for entry in training { counts[entry.label] += 1 }
        var wanted = counts.map { $0 < 2 ? 0 : max(1, $0 / 10) }
        var kept: [Entry] = []
        for entry in training {
            if wanted[entry.label] > 0 {
                wanted[entry.label] -= 1
                test.append(entry)
            } else {
                kept.append(entry)
            }
        }
        training = kept
    }

    private static func folders(in folder: String) throws(DatasetError) -> [String] {
        try FileBytes.names(in: folder).filter { FileBytes.kind(folder + "/" + $0) == .folder }
    }

    /// The files of all class folders in the order of their ranks, so that a prefix of them holds all
    /// classes.
    private static func entries(
        _ folder: String, classes known: [String]?, _ seed: UInt64
    ) throws(DatasetError) -> (classes: [String], entries: [Entry]) {
        let names = try folders(in: folder)
        let classes = known ?? names
        guard !names.isEmpty else {
            throw DatasetError(
                folder, "it holds neither class folders nor IDX or CIFAR files; make a folder for each class."
            )
        }
        guard classes.count > 1, classes.count <= Int(UInt16.max) + 1 else {
            throw DatasetError(folder, "it holds \(classes.count) class folder; make 2 to 65,536.")
        }
        let labels = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        var entries: [Entry] = []
        for name in names {
            let path = folder + "/" + name
            guard let label = labels[name] else {
                throw DatasetError(
                    path,
                    "the training images have no class \(name.inQuotes); add it there or remove it here.")
            }
            let files = try FileBytes.names(in: path)
            guard !files.isEmpty else {
                throw DatasetError(path, "this class folder is empty; put images into it or remove it.")
            }
            for file in files {
                entries.append(
                    Entry(
                        path: path + "/" + file, label: label,
                        rank: RandomCounter.hash(name + "/" + file, seed: seed)))
            }
        }
        entries.sort { ($0.rank, $0.path) < ($1.rank, $1.path) }
        return (classes, entries)
    }

    /// Decodes all images.
    consuming func dataset() throws(DatasetError) -> Dataset {
        var smallest: (side: Int, path: String, size: String)?
        var smaller = 0
        training = try readable(training, &smallest, &smaller)
        test = try readable(test, &smallest, &smaller)
        guard let smallest else {
            throw DatasetError(root, "none of its files can be read; replace them by PNG or JPEG images.")
        }
        let side = options.imageSize ?? smallest.side
        guard side > 0 else {
            throw DatasetError(root, "an image size of \(side) is asked; choose at least 1.")
        }
        guard side <= smallest.side else {
            throw DatasetError(
                smallest.path,
                "it has \(smallest.size) px, less than the image size \(side), as have \(smaller - 1) other "
                    + "files; images are never scaled up, so choose at most \(smallest.side) or remove them.")
        }
        let bytes = Double(training.count + test.count) * Double(side) * Double(side) * 3
        guard bytes <= Double(FileBytes.limit) else {
            throw DatasetError(
                root,
                "its \(training.count + test.count) images take \(Int(bytes / 1_000_000)) MB at \(side) px, "
                    + "too much for this machine's memory; choose a smaller --image-size.")
        }
        let trainingImages = try images(training, side: side)
        let testImages = try images(test, side: side)
        for (label, name) in classes.enumerated() where !trainingImages.labels.contains(UInt16(label)) {
            throw DatasetError(
                root, "no training image of class \(name.inQuotes) is left; add images or remove its folder.")
        }
        guard testImages.count > 0 else {
            throw DatasetError(root, "no test image is left; add images to its class folders or to test.")
        }
        return Dataset(
            name: root, classes: classes, training: trainingImages, test: testImages, skipped: skipped)
    }

    /// The files whose headers can be read; notes the smallest image and how many are too small.
    private mutating func readable(
        _ entries: [Entry], _ smallest: inout (side: Int, path: String, size: String)?, _ smaller: inout Int
    ) throws(DatasetError) -> [Entry] {
        var readable: [Entry] = []
        for entry in entries {
            do throws(DatasetError) {
                let size = try DecodedImage.size(bytes: ImageFolder.bytes(of: entry), file: entry.path)
                let side = min(size.width, size.height)
                if side < options.imageSize ?? 0 { smaller += 1 }
                if side < smallest?.side ?? .max {
                    smallest = (side, entry.path, "\(size.width)×\(size.height)")
                }
                readable.append(entry)
            } catch { try skip(error) }
        }
        return readable
    }

    private mutating func images(_ entries: [Entry], side: Int) throws(DatasetError) -> LabelledImages {
        let size = side * side * 3
        var pixels = [UInt8](repeating: 0, count: entries.count * size)
        var labels: [UInt16] = []
        // Most images of a set are of few sizes.
        var filters: [Int: AreaAverage] = [:]
        for entry in entries {
            do throws(DatasetError) {
                let image = try DecodedImage(bytes: ImageFolder.bytes(of: entry), file: entry.path)
                let input = min(image.width, image.height)
                guard input >= side else {
                    throw DatasetError(entry.path, "it became smaller while it was read; read it again.")
                }
                let filter = filters[input] ?? AreaAverage(from: input, to: side, channels: 3)
                if filters.count < 64 { filters[input] = filter }
                pixels.withUnsafeMutableBufferPointer { output in
                    filter.scale(
                        image.pixels, height: image.height, width: image.width,
                        into: output.baseAddress! + labels.count * size)
                }
                labels.append(UInt16(entry.label))
            } catch { try skip(error) }
        }
        pixels.removeLast(pixels.count - labels.count * size)
        return LabelledImages(height: side, width: side, channels: 3, pixels: pixels, labels: labels)
    }

    private mutating func skip(_ error: DatasetError) throws(DatasetError) {
        if !options.skipCorrupt { throw error }
        skipped.append(error.description)
    }

    private static func bytes(of entry: Entry) throws(DatasetError) -> [UInt8] {
        let name = entry.path.lowercased()
        guard [".png", ".jpg", ".jpeg"].contains(where: name.hasSuffix) else {
            throw DatasetError(
                entry.path,
                "class folders hold only .png, .jpg and .jpeg files; convert or remove it, or leave such "
                    + "files out with --skip-corrupt.")
        }
        return try FileBytes.read(entry.path)
    }
}
