// The four files of MNIST and of what is kept like it: finding them under the names that downloads have, and holding
// them against one another.

/// What one of the four files holds.
enum IDXRole: CaseIterable {
    case trainingImages
    case trainingLabels
    case testImages
    case testLabels

    /// The published name.
    var name: String {
        switch self {
        case .trainingImages: "train-images-idx3-ubyte"
        case .trainingLabels: "train-labels-idx1-ubyte"
        case .testImages: "t10k-images-idx3-ubyte"
        case .testLabels: "t10k-labels-idx1-ubyte"
        }
    }

    static let names = allCases.map(\.name).joined(separator: ", ")
}

/// The name of an IDX file, read: `train-images-idx3-ubyte`, `train-images.idx3-ubyte` and
/// `emnist-letters-test-labels-idx1-ubyte.gz` are all such.
struct IDXName {
    let role: IDXRole
    /// What stands before the role, as in `emnist-letters-`.
    let prefix: String
    let isPacked: Bool

    init?(_ name: FilePath) {
        var text = name.lowercased[...]
        isPacked = text.hasSuffix(".gz")
        if isPacked { text = text.dropLast(3) }
        let words = text.split(whereSeparator: { "-_. ".contains($0) })
        guard words.count >= 4 else { return nil }
        switch words.suffix(4) {
        case ["train", "images", "idx3", "ubyte"]: role = .trainingImages
        case ["train", "labels", "idx1", "ubyte"]: role = .trainingLabels
        case ["t10k", "images", "idx3", "ubyte"], ["test", "images", "idx3", "ubyte"]: role = .testImages
        case ["t10k", "labels", "idx1", "ubyte"], ["test", "labels", "idx1", "ubyte"]: role = .testLabels
        default: return nil
        }
        prefix = words.dropLast(4).map { $0 + "-" }.joined()
    }
}

/// A folder with the four files.
struct IDXFolder {
    private let folder: FilePath
    private let published: PublishedDataset?
    private let paths: [IDXRole: FilePath]

    /// Whether a folder holds a file of such a name.
    static func isFound(in folder: FilePath) -> Bool {
        (try? FileBytes.names(in: folder))?.contains { IDXName($0) != nil } ?? false
    }

    /// Finds the files; of several data sets in one folder, those named as `file` is.
    init(
        _ folder: FilePath, published: PublishedDataset?, file: FilePath?, _ wording: DatasetWording
    ) throws(DatasetError) {
        self.folder = folder
        self.published = published
        let found = try FileBytes.names(in: folder)
            .compactMap { path in IDXName(path).map { (name: $0, path: path) } }
        let prefixes = Set(found.map(\.name.prefix)).sorted()
        let wanted = file.flatMap { IDXName($0)?.prefix }
        guard prefixes.count == 1 || wanted != nil || published != nil && prefixes.contains("") else {
            let example = found.first { $0.name.role == .trainingImages } ?? found.first
            throw DatasetError(
                folder,
                "it holds \(prefixes.count) data sets; name a file of the one that is meant, such as "
                    + "\(example.map { (folder / $0.path).text } ?? IDXRole.trainingImages.name).")
        }
        let prefix = wanted ?? (prefixes.count == 1 ? prefixes[0] : "")
        var paths: [IDXRole: FilePath] = [:]
        for role in IDXRole.allCases {
            let files = found.filter { $0.name.role == role && $0.name.prefix == prefix }
            // Archives often hold a folder of the file's name beside it; and gunzip -k leaves both files.
            let regular = files.filter { FileBytes.kind(folder / $0.path) != .folder }
            let unpacked = regular.filter { !$0.name.isPacked }
            let candidates = regular.isEmpty ? files : unpacked.isEmpty ? regular : unpacked
            guard let first = candidates.first else {
                throw IDXFolder.missing(prefix + role.name, in: folder, published, wording)
            }
            guard candidates.count == 1 else {
                throw DatasetError(
                    folder / first.path,
                    "\(candidates[1].path.text.inQuotes) beside it means the same file; keep one of them.")
            }
            paths[role] = folder / first.path
        }
        self.paths = paths
    }

    /// The error of a file that must be there, with another that may be it.
    static func missing(
        _ file: String, in folder: FilePath, _ published: PublishedDataset?, _ wording: DatasetWording
    ) -> DatasetError {
        let remedy =
            NearMiss.nearest(to: file, in: folder).map { "if \($0.text.inQuotes) is it, rename that" }
            ?? published?.remedy(wording) ?? "copy it there, or use \(wording.data)shapes"
        return DatasetError(folder / file, "there is no such file; \(remedy).")
    }

    /// The files that make up the data set.
    var files: [FilePath] {
        IDXRole.allCases.compactMap { paths[$0] }
            + (hasNames ? [namesFile] : [])
    }

    private var namesFile: FilePath { folder / "classes.txt" }

    private var hasNames: Bool { published == nil && FileBytes.kind(namesFile) != .nothing }

    /// Reads all files.
    func dataset() throws(DatasetError) -> Dataset {
        let training = try part(.trainingImages, .trainingLabels)
        let test = try part(.testImages, .testLabels)
        let (trainingLabels, testLabels) = (path(.trainingLabels).text, path(.testLabels).text)
        let given = try hasNames ? FileBytes.lines(namesFile) : published?.classes
        let lowest = Int(training.labels.values.min() ?? 0)
        let highest = Int(training.labels.values.max() ?? 0)
        // EMNIST's letters are numbered from 1, and nothing is 0.
        let first = published == nil && lowest == 1 && given.map({ $0.count == highest }) ?? true ? 1 : 0
        let names = given ?? (first...max(first, highest)).map(String.init)
        let images = try IDXFile.images(
            training.images, file: path(.trainingImages).text, labels: training.labels,
            labelFile: trainingLabels, classes: names.count, first: first)
        let testImages = try IDXFile.images(
            test.images, file: path(.testImages).text, labels: test.labels, labelFile: testLabels,
            classes: names.count, first: first)
        guard names.count > 1 else {
            throw DatasetError(trainingLabels, "all labels are \(lowest); take images of 2 or more classes.")
        }
        if let empty = images.classCounts(of: names.count).firstIndex(of: 0) {
            let name = given.map { " (\($0[empty]))" } ?? ""
            throw DatasetError(
                trainingLabels,
                "no image has label \(empty + first)\(name), but labels from \(first) to "
                    + "\(names.count - 1 + first) are expected; number the classes without gaps, or add images."
            )
        }
        guard images.height == testImages.height, images.width == testImages.width else {
            throw DatasetError(
                folder,
                "the training images have \(images.width)×\(images.height) px, the test images "
                    + "\(testImages.width)×\(testImages.height); take both from one source.")
        }
        return Dataset(
            name: published?.rawValue ?? folder.text, classes: names, training: images, test: testImages,
            skipped: [])
    }

    private func part(
        _ images: IDXRole, _ labels: IDXRole
    ) throws(DatasetError) -> (images: IDXFile, labels: IDXFile) {
        (
            try IDXFile(bytes: FileBytes.read(path(images)), rank: 3, file: path(images).text),
            try IDXFile(bytes: FileBytes.read(path(labels)), rank: 1, file: path(labels).text)
        )
    }

    private func path(_ role: IDXRole) -> FilePath { paths[role] ?? folder / role.name }
}
