// A folder of class folders with PNG and JPEG files. All headers are read first, since the smallest image
// decides the native size; then each image is decoded, cropped to its centre square and scaled down.

/// The image files of a folder and their classes.
struct ImageFolder {
    private let root: FilePath
    private let options: DatasetOptions
    private let classes: [FilePath]
    private var training: [Entry]
    private var test: [Entry]
    private var validation: [Entry]
    private var omissions: Omissions

    /// One file.
    private struct Entry {
        let path: FilePath
        let label: Int
        /// A random but fixed place among the others.
        let rank: UInt64
    }

    /// Lists `root/train/CLASS` with `root/test/CLASS`, `root/val/CLASS` or both, or else `root/CLASS`. Without a
    /// second part, a tenth is held out by the seed.
    init(_ root: FilePath, _ options: DatasetOptions) throws(DatasetError) {
        self.root = root
        self.options = options
        omissions = Omissions(options)
        let layout = try FolderLayout(root, &omissions)
        (classes, training) = try ImageFolder.entries(
            layout.training, classes: nil, options.seed, &omissions)
        (test, validation) = ([], [])
        if let folder = layout.validation {
            validation = try ImageFolder.entries(folder, classes: classes, options.seed, &omissions).entries
        }
        if let folder = layout.test {
            test = try ImageFolder.entries(folder, classes: classes, options.seed, &omissions).entries
        } else {
            holdOut()
        }
    }

    /// All files by their names, with their labels.
    var sourceFiles: [SourceFile] {
        let start = (root / "").bytes.count
        return (training + test + validation).sorted { $0.path < $1.path }.map { entry in
            SourceFile(
                path: entry.path, name: Array(entry.path.bytes.dropFirst(start)), label: entry.label)
        }
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

    /// The files of all class folders in the order of their ranks, so that a prefix of them holds all
    /// classes.
    private static func entries(
        _ folder: FilePath, classes known: [FilePath]?, _ seed: UInt64, _ omissions: inout Omissions
    ) throws(DatasetError) -> (classes: [FilePath], entries: [Entry]) {
        var listed: [(name: FilePath, files: [FilePath])] = []
        for name in try FolderLayout.folders(in: folder, &omissions) {
            do throws(DatasetError) {
                listed.append((name, try FileBytes.names(in: folder / name)))
            } catch { try omissions.omit(error) }
        }
        let classes = known ?? listed.map(\.name)
        guard classes.count > 1, classes.count <= Int(UInt16.max) + 1 else {
            let only = classes.first.map { ", \($0.text.inQuotes)" } ?? ""
            throw DatasetError(
                folder,
                "it holds \(classes.count) class folder\(classes.count == 1 ? "" : "s"); make 2 to 65,536"
                    + (classes.count == 1
                        ? ", or name another folder if the data set lies in it\(only)." : "."))
        }
        let labels = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        var entries: [Entry] = []
        for (name, files) in listed {
            guard let label = labels[name] else {
                throw DatasetError(
                    folder / name,
                    "the training images have no class \(name.text.inQuotes); add it there or remove it here."
                )
            }
            guard !files.isEmpty else {
                throw DatasetError(
                    folder / name, "this class folder is empty; put images into it or remove it.")
            }
            for file in files {
                let path = folder / name / file
                if !file.isImageName {
                    try omissions.omit(refusal(of: path))
                    continue
                }
                entries.append(
                    Entry(
                        path: path, label: label,
                        rank: RandomCounter.hash((name / file).bytes, seed: seed)))
            }
        }
        entries.sort { ($0.rank, $0.path) < ($1.rank, $1.path) }
        return (classes, entries)
    }

    /// Why something in a class folder is no image.
    private static func refusal(of path: FilePath) -> DatasetError {
        switch FileBytes.kind(path) {
        case .folder:
            DatasetError(
                path, "this is a folder within a class folder; move its images up or remove it.")
        case .unreadable(let what):
            DatasetError(path, "this is \(what), and images are wanted; remove it.")
        case .file, .nothing:
            DatasetError(
                path, "class folders hold only .png, .jpg and .jpeg files; convert or remove it.")
        }
    }

    /// Decodes all images.
    consuming func dataset() throws(DatasetError) -> Dataset {
        var smallest: Smallest?
        training = try readable(training, &smallest)
        test = try readable(test, &smallest)
        validation = try readable(validation, &smallest)
        guard let smallest else {
            throw DatasetError(root, "none of its files can be read; replace them by PNG or JPEG images.")
        }
        let side = options.imageSize ?? smallest.side
        guard side <= smallest.side else {
            throw DatasetError(
                smallest.path,
                "it has \(smallest.size) px, less than the image size \(side)\(smallest.others); images are never scaled "
                    + "up, so choose at most \(smallest.side), or remove what is smaller."
            )
        }
        try checkMemory(side: side)
        let origin = side == smallest.side ? "\(smallest.path.text) (\(smallest.size) px)" : nil
        let trainingImages = try images(training, side: side, origin)
        let testImages = try images(test, side: side, origin)
        let validationImages = try images(validation, side: side, origin)
        if let empty = trainingImages.classCounts(of: classes.count).firstIndex(of: 0) {
            throw DatasetError(
                root,
                "no training image of class \(classes[empty].text.inQuotes) is left; add images or remove its "
                    + "folder.")
        }
        guard testImages.count > 0 else {
            throw DatasetError(root, "no test image is left; add images to its class folders or to test.")
        }
        return Dataset(
            name: root.text, classes: classes.map(\.text), training: trainingImages, test: testImages,
            validation: validationImages.count > 0 ? validationImages : nil, skipped: omissions.list)
    }

    private func checkMemory(side: Int) throws(DatasetError) {
        let count = training.count + test.count + validation.count
        let bytes = Double(count) * Double(side) * Double(side) * 3
        guard bytes <= Double(Memory.limit), Memory.has(Int(bytes)) else {
            let remedy = options.wording.imageSize.map { "choose a smaller \($0)" } ?? "use fewer images"
            throw DatasetError(
                root,
                "its \(count) images take \(Int(bytes / 1_000_000)) MB at \(side) px, too much for this machine's "
                    + "memory; \(remedy).")
        }
    }

    /// The image with the smallest side, and how many have less than was asked.
    private struct Smallest {
        let path: FilePath
        let side: Int
        let size: String
        var tooSmall = 0

        /// How many others are too small, in words.
        var others: String {
            switch tooSmall - 1 {
            case ...0: ""
            case 1: ", as has 1 other file"
            case let count: ", as have \(count) other files"
            }
        }
    }

    /// The files whose headers can be read; notes the smallest image and how many are too small.
    private mutating func readable(
        _ entries: [Entry], _ smallest: inout Smallest?
    ) throws(DatasetError) -> [Entry] {
        var readable: [Entry] = []
        for entry in entries {
            do throws(DatasetError) {
                let size = try DecodedImage.size(
                    bytes: FileBytes.read(entry.path), file: entry.path.text)
                let side = min(size.width, size.height)
                let before = smallest?.tooSmall ?? 0
                if side < smallest?.side ?? .max {
                    smallest = Smallest(path: entry.path, side: side, size: "\(size.width)×\(size.height)")
                }
                smallest?.tooSmall = before + (side < options.imageSize ?? 0 ? 1 : 0)
                readable.append(entry)
            } catch { try omissions.omit(error) }
        }
        return readable
    }

    private mutating func images(
        _ entries: [Entry], side: Int, _ origin: String?
    ) throws(DatasetError) -> LabelledImages {
        let size = side * side * 3
        var pixels = [UInt8](repeating: 0, count: entries.count * size)
        var labels: [UInt16] = []
        // Most images of a set are of few sizes.
        var filters: [Int: AreaAverage] = [:]
        for entry in entries {
            do throws(DatasetError) {
                let image = try DecodedImage(bytes: FileBytes.read(entry.path), file: entry.path.text)
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
            } catch { try omissions.omit(error) }
        }
        pixels.removeLast(pixels.count - labels.count * size)
        return LabelledImages(
            height: side, width: side, channels: 3, pixels: pixels, labels: labels, smallestFile: origin)
    }
}
