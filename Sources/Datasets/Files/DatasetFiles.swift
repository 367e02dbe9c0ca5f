// A source led to its files: which folder, which format. Reading and the digest both begin here, so that they speak of
// the same files.

/// The files behind a data set, found but not read.
enum DatasetFiles {
    case shapes(Shapes)
    case idx(IDXFolder)
    case cifar(CIFARFolder)
    case images(ImageFolder)

    private enum Format: CaseIterable {
        case idx
        case ten
        case hundred

        func isFound(in folder: FilePath) -> Bool {
            switch self {
            case .idx: IDXFolder.isFound(in: folder)
            case .ten: CIFARFolder.isFound(.ten, in: folder)
            case .hundred: CIFARFolder.isFound(.hundred, in: folder)
            }
        }

        /// The first of its files.
        var mark: String {
            switch self {
            case .idx: IDXRole.trainingImages.name
            case .ten: "data_batch_1.bin"
            case .hundred: "train.bin"
            }
        }

        func files(
            _ folder: FilePath, _ published: PublishedDataset?, file: FilePath?, _ wording: DatasetWording
        ) throws(DatasetError) -> DatasetFiles {
            switch self {
            case .idx: .idx(try IDXFolder(folder, published: published, file: file, wording))
            case .ten: .cifar(try CIFARFolder(folder, .ten, published: published, wording))
            case .hundred: .cifar(try CIFARFolder(folder, .hundred, published: published, wording))
            }
        }
    }

    /// Finds the files of a source. Throws where there are none, or what they are instead.
    init(_ source: DatasetSource, _ options: DatasetOptions) throws(DatasetError) {
        try options.validate()
        switch source {
        case .shapes(let shapes): self = .shapes(shapes)
        case .published(let published, let folder):
            self = try DatasetFiles.published(published, folder: folder, options)
        case .path(let path): self = try DatasetFiles.path(path, options)
        }
    }

    /// The files of a known data set: in a given folder or in the first of the usual ones that has some.
    private static func published(
        _ published: PublishedDataset, folder: String?, _ options: DatasetOptions
    ) throws(DatasetError) -> DatasetFiles {
        let format: Format =
            switch published {
            case .fashionMNIST, .mnist: .idx
            case .cifar10: .ten
            case .cifar100: .hundred
            }
        if let folder {
            switch FileBytes.kind(FilePath(folder)) {
            case .folder, .nothing: break
            case .file:
                throw DatasetError(
                    folder, "this is a file, and a folder is wanted; unpack it if it is an archive.")
            case .unreadable(let what):
                throw DatasetError(folder, "this is \(what), and a folder is wanted; name another.")
            }
        }
        let inside = { (place: String) in published.folders.map { FilePath(place) / $0 } }
        let candidates = folder.map { [FilePath($0)] + inside($0) } ?? options.places.flatMap(inside)
        guard let found = candidates.first(where: format.isFound) else {
            // CIFAR also comes as Python pickles, which are easily taken for the binary version.
            for candidate in candidates { try NearMiss.checkEdition(candidate, options.wording) }
            let looked = folder.map { [$0] } ?? options.places.map { $0 + "/" + published.rawValue }
            throw DatasetError(
                published.rawValue,
                "no \(format.mark) in \(looked.joined(separator: " or ")); \(published.remedy(options.wording))."
            )
        }
        return try format.files(found, published, file: nil, options.wording)
    }

    /// The files in the folder at a path, or in that of the file there.
    private static func path(
        _ text: String, _ options: DatasetOptions
    ) throws(DatasetError) -> DatasetFiles {
        let path = FilePath(text)
        var (folder, file): (FilePath, FilePath?) = (path, nil)
        switch FileBytes.kind(path) {
        case .folder: break
        case .file: (folder, file) = (path.folder, path.name)
        case .nothing:
            throw DatasetError(
                path,
                "there is no such folder and no data set of this name; check the path, or choose one of "
                    + "\(DatasetSource.names).")
        case .unreadable(let what):
            throw DatasetError(path, "this is \(what), and a folder is wanted; name another.")
        }
        let formats = Format.allCases.filter { $0.isFound(in: folder) }
        guard formats.count < 2 else {
            throw DatasetError(
                folder,
                "it holds both \(formats[0].mark) and \(formats[1].mark), files of two data sets; move one away."
            )
        }
        if let format = formats.first {
            return try format.files(folder, nil, file: file, options.wording)
        }
        try NearMiss.checkEdition(folder, options.wording)
        guard file == nil else {
            throw DatasetError(
                path,
                "this is a file, and beside it are neither IDX nor CIFAR files; unpack it if it is an "
                    + "archive, and name the folder.")
        }
        try NearMiss.checkInside(folder)
        return .images(try ImageFolder(folder, options))
    }
}
