// The files of MNIST and CIFAR: finding them, reading them, holding them against one another.

/// The folder of a data set in one of the two formats.
struct PublishedFiles {
    private let folder: String
    private let published: PublishedDataset?
    private let format: Format

    private enum Format: Equatable {
        case idx
        case cifar(CIFAR)

        /// Files of which at least one is there.
        var marks: [String] {
            switch self {
            case .idx: ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"]
            case .cifar(.ten): (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
            case .cifar(.hundred): ["train.bin", "test.bin"]
            }
        }

        func isFound(in folder: String) -> Bool {
            marks.contains { PublishedFiles.present($0, in: folder) != nil }
        }
    }

    /// The folder of a known data set: a given one or the first of the usual ones that has its files.
    init(_ published: PublishedDataset, folder: String?, places: [String]) throws(DatasetError) {
        let format: Format =
            switch published {
            case .fashionMNIST, .mnist: .idx
            case .cifar10: .cifar(.ten)
            case .cifar100: .cifar(.hundred)
            }
        let inside = { (place: String) in published.folders.map { place + "/" + $0 } }
        let candidates = folder.map { [$0] + inside($0) } ?? places.flatMap(inside)
        guard let found = candidates.first(where: format.isFound) else {
            // CIFAR also comes as Python pickles, which are easily taken for the binary version.
            if let pickles = candidates.first(where: { FileBytes.kind($0 + "/batches.meta") == .file }) {
                throw DatasetError(
                    pickles, "these files are the Python version; \(published.remedy).")
            }
            let looked = folder.map { [$0] } ?? places.map { $0 + "/" + published.rawValue }
            throw DatasetError(
                published.rawValue,
                "no \(format.marks[0]) in \(looked.joined(separator: " or ")); \(published.remedy).")
        }
        self.folder = found
        self.published = published
        self.format = format
    }

    /// The folder at a path, or that of the file there, where it holds one of the two formats; nil where it
    /// may hold images.
    init?(path: String) throws(DatasetError) {
        var folder = path
        switch FileBytes.kind(path) {
        case .folder: break
        case .file:
            folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            if folder.isEmpty { folder = "/" }
        case .nothing, .other:
            throw DatasetError(
                path,
                "there is no such folder and no data set of this name; check the path, or choose one of "
                    + "\(DatasetSource.names).")
        }
        let formats: [Format] = [.idx, .cifar(.ten), .cifar(.hundred)]
        if let format = formats.first(where: { $0.isFound(in: folder) }) {
            (self.folder, self.format, published) = (folder, format, nil)
        } else if folder != path {
            throw DatasetError(
                path,
                "this is a file, and beside it are neither IDX nor CIFAR files; unpack it if it is an "
                    + "archive, and name the folder.")
        } else {
            return nil
        }
    }

    /// Reads all files.
    func dataset(_ options: DatasetOptions) throws(DatasetError) -> Dataset {
        switch format {
        case .idx: try idx()
        case .cifar(let cifar): try self.cifar(cifar, options)
        }
    }

    private func idx() throws(DatasetError) -> Dataset {
        var names = published?.classes
        if names == nil { names = try FileBytes.lines(folder + "/classes.txt") }
        let training = try idx("train", classes: names?.count)
        // Without names, the training labels say how many classes there are.
        names = names ?? (0...(training.labels.max() ?? 0)).map(String.init)
        let test = try idx("t10k", classes: names?.count)
        guard training.height == test.height, training.width == test.width else {
            throw DatasetError(
                folder,
                "the training images have \(training.width)×\(training.height) px, the test images "
                    + "\(test.width)×\(test.height); take both from one source.")
        }
        return Dataset(name: name, classes: names ?? [], training: training, test: test, skipped: [])
    }

    private func idx(_ part: String, classes: Int?) throws(DatasetError) -> LabelledImages {
        let images = try path("\(part)-images-idx3-ubyte")
        let labels = try path("\(part)-labels-idx1-ubyte")
        return try IDXFile.images(
            IDXFile(bytes: FileBytes.read(images), rank: 3, file: images), file: images,
            labels: IDXFile(bytes: FileBytes.read(labels), rank: 1, file: labels), labelFile: labels,
            classes: classes)
    }

    private func cifar(_ cifar: CIFAR, _ options: DatasetOptions) throws(DatasetError) -> Dataset {
        let standard: PublishedDataset = cifar == .ten ? .cifar10 : .cifar100
        let namesFile = folder + (cifar == .ten ? "/batches.meta.txt" : "/fine_label_names.txt")
        let names = try FileBytes.lines(namesFile) ?? standard.classes
        guard names.count == cifar.classes else {
            throw DatasetError(
                namesFile,
                "it names \(names.count) classes, but there are \(cifar.classes); download or remove it.")
        }
        let trainingFiles = cifar == .ten ? (1...5).map { "data_batch_\($0).bin" } : ["train.bin"]
        var skipped: [String] = []
        let training = try self.cifar(cifar, trainingFiles, options, &skipped)
        let test = try self.cifar(cifar, [cifar == .ten ? "test_batch.bin" : "test.bin"], options, &skipped)
        return Dataset(name: name, classes: names, training: training, test: test, skipped: skipped)
    }

    private func cifar(
        _ cifar: CIFAR, _ files: [String], _ options: DatasetOptions, _ skipped: inout [String]
    ) throws(DatasetError) -> LabelledImages {
        var pixels: [UInt8] = []
        var labels: [UInt16] = []
        for file in files {
            let path = try path(file)
            do throws(DatasetError) {
                let images = try cifar.images(FileBytes.read(path), file: path)
                pixels += images.pixels
                labels += images.labels
            } catch {
                // A part of a set made of one file has nothing that could stand in for it.
                if !options.skipCorrupt || files.count == 1 { throw error }
                skipped.append(error.description)
            }
        }
        guard !labels.isEmpty else {
            throw DatasetError(folder, "every batch is damaged; download the data set again.")
        }
        return LabelledImages(
            height: CIFAR.side, width: CIFAR.side, channels: 3, pixels: pixels, labels: labels)
    }

    private var name: String { published?.rawValue ?? folder }

    /// The path of a file that must be there, packed or not.
    private func path(_ file: String) throws(DatasetError) -> String {
        if let path = PublishedFiles.present(file, in: folder) { return path }
        let remedy = published?.remedy ?? "copy it there, or use --data shapes"
        throw DatasetError(folder + "/" + file, "there is no such file; \(remedy).")
    }

    /// The path of a file, with or without `.gz`, where there is something.
    private static func present(_ file: String, in folder: String) -> String? {
        [file, file + ".gz"].map { folder + "/" + $0 }.first { FileBytes.kind($0) != .nothing }
    }
}
