// The folder of CIFAR's binary version: its batches, joined, and the names of its classes.

/// A folder with the files of one of the two data sets.
struct CIFARFolder {
    private let folder: FilePath
    private let cifar: CIFAR
    private let published: PublishedDataset?
    private let training: [FilePath]
    private let test: FilePath

    /// The names of the training files and, last, of the test file.
    private static func names(_ cifar: CIFAR) -> [String] {
        cifar == .ten
            ? (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"] : ["train.bin", "test.bin"]
    }

    /// Whether a folder holds one of the files, packed or not.
    static func isFound(_ cifar: CIFAR, in folder: FilePath) -> Bool {
        names(cifar).contains { present($0, in: folder) != nil }
    }

    /// Finds the files, which must all be there.
    init(
        _ folder: FilePath, _ cifar: CIFAR, published: PublishedDataset?, _ wording: DatasetWording
    ) throws(DatasetError) {
        self.folder = folder
        self.cifar = cifar
        self.published = published
        let names = CIFARFolder.names(cifar)
        var paths: [FilePath] = []
        for name in names {
            guard let path = CIFARFolder.present(name, in: folder) else {
                throw IDXFolder.missing(name, in: folder, published, wording)
            }
            paths.append(path)
        }
        test = paths.removeLast()
        training = paths
        let known = Set(names + names.map { $0 + ".gz" })
        for name in try FileBytes.names(in: folder) where cifar == .ten {
            let text = name.lowercased
            if text.hasPrefix("data_batch_"), !known.contains(text) {
                throw DatasetError(
                    folder / name, "CIFAR-10 has the batches 1 to 5 and no such file; move it elsewhere.")
            }
        }
    }

    /// The path of a file, with or without `.gz`, where there is something.
    private static func present(_ file: String, in folder: FilePath) -> FilePath? {
        [file, file + ".gz"].map { folder / $0 }.first { FileBytes.kind($0) != .nothing }
    }

    private var namesFile: FilePath {
        folder / (cifar == .ten ? "batches.meta.txt" : "fine_label_names.txt")
    }

    /// The files that make up the data set.
    var files: [FilePath] {
        training + [test] + (FileBytes.kind(namesFile) == .nothing ? [] : [namesFile])
    }

    /// Reads all files; damaged batches are left out where that is asked and others remain.
    func dataset(_ options: DatasetOptions) throws(DatasetError) -> Dataset {
        let standard: PublishedDataset = cifar == .ten ? .cifar10 : .cifar100
        let names = try FileBytes.lines(namesFile) ?? standard.classes
        guard names.count == cifar.classes else {
            throw DatasetError(
                namesFile,
                "it names \(names.count) classes, but there are \(cifar.classes); download or remove it.")
        }
        var omissions = Omissions(options)
        let images = try images(training, options.skipCorrupt, &omissions)
        let testImages = try self.images([test], options.skipCorrupt, &omissions)
        if let empty = images.classCounts(of: names.count).firstIndex(of: 0) {
            throw DatasetError(
                folder,
                "no training image has label \(empty) (\(names[empty])); download the data set again, or make a "
                    + "folder for each class that is left.")
        }
        return Dataset(
            name: published?.rawValue ?? folder.text, classes: names, training: images, test: testImages,
            skipped: omissions.list)
    }

    private func images(
        _ files: [FilePath], _ skips: Bool, _ omissions: inout Omissions
    ) throws(DatasetError) -> LabelledImages {
        var pixels: [UInt8] = []
        var labels: [UInt16] = []
        for file in files {
            do throws(DatasetError) {
                let images = try cifar.images(FileBytes.read(file), file: file.text)
                pixels += images.pixels
                labels += images.labels
            } catch {
                // A part of a set made of one file has nothing that could stand in for it.
                if !skips || files.count == 1 { throw error }
                try omissions.omit(error)
            }
        }
        guard !labels.isEmpty else {
            throw DatasetError(folder, "every batch is damaged; download the data set again.")
        }
        return LabelledImages(
            height: CIFAR.side, width: CIFAR.side, channels: 3, pixels: pixels, labels: labels)
    }
}
