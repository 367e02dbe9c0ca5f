// Folders that hold nearly what can be read: other editions of CIFAR, other spellings, archives, a folder too high.
// They are named with the way out, since "make a folder for each class" helps nobody who has MNIST.

/// What a folder holds instead of a data set that can be read.
enum NearMiss {
    /// The edition of CIFAR for Python or Matlab that these names are, if any.
    static func otherEdition(_ names: [FilePath]) -> (edition: String, published: PublishedDataset)? {
        let names = Set(names.map(\.lowercased))
        if names.contains("data_batch_1") || names.contains("batches.meta") { return ("Python", .cifar10) }
        if names.isSuperset(of: ["meta", "train", "test"]) { return ("Python", .cifar100) }
        if names.contains("data_batch_1.mat") { return ("Matlab", .cifar10) }
        if names.isSuperset(of: ["train.mat", "test.mat"]) { return ("Matlab", .cifar100) }
        return nil
    }

    /// Throws where a folder holds CIFAR in an edition that is not read.
    static func checkEdition(_ folder: FilePath, _ wording: DatasetWording) throws(DatasetError) {
        guard let names = try? FileBytes.names(in: folder) else { return }
        let files = names.filter { FileBytes.kind(folder / $0) == .file }
        guard let (edition, published) = otherEdition(files) else { return }
        throw DatasetError(folder, "these files are the \(edition) version; \(published.remedy(wording)).")
    }

    /// The error of a folder without any folder in it.
    static func noClassFolders(_ folder: FilePath, _ names: [FilePath]) -> DatasetError {
        let images = names.count(where: \.isImageName)
        if images > 0 {
            return DatasetError(
                folder,
                "it holds \(images) image\(images == 1 ? "" : "s"), but no class folders; make a folder for each "
                    + "class and move them there.")
        }
        if let name = names.first(where: isNearlyIDX) {
            return DatasetError(
                folder / name,
                "this looks like an IDX file, but not by its name; rename it to one of \(IDXRole.names).")
        }
        let archives = [".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".7z", ".rar"]
        if let name = names.first(where: { archives.contains(where: $0.lowercased.hasSuffix) }) {
            return DatasetError(
                folder / name, "this is an archive; unpack it and name the folder that comes of it.")
        }
        let others = [
            ".npz", ".npy", ".pt", ".pth", ".pkl", ".mat", ".csv", ".parquet", ".arrow", ".h5", ".tfrecord",
        ]
        if let name = names.first(where: { others.contains(where: $0.lowercased.hasSuffix) }) {
            return DatasetError(
                folder / name,
                "files of this format are not read; save its images as PNG, in a folder for each class.")
        }
        return DatasetError(
            folder, "it holds neither class folders nor IDX or CIFAR files; make a folder for each class.")
    }

    /// Throws where the data set is not here but in a folder within.
    static func checkInside(_ folder: FilePath) throws(DatasetError) {
        guard let names = try? FileBytes.names(in: folder) else { return }
        for name in names.prefix(8) where FileBytes.kind(folder / name) == .folder {
            guard let inside = try? FileBytes.names(in: folder / name) else { continue }
            let files = inside.filter { FileBytes.kind(folder / name / $0) == .file }
            guard
                files.contains(where: { IDXName($0) != nil || $0.lowercased.hasSuffix("_batch.bin") })
                    || otherEdition(files) != nil || files.contains(FilePath("train.bin"))
            else { continue }
            throw DatasetError(
                folder, "its data set lies in \(name.text.inQuotes); name the folder \((folder / name).text)."
            )
        }
    }

    /// Whether a name that is not that of an IDX file was perhaps meant to be one.
    static func isNearlyIDX(_ name: FilePath) -> Bool {
        guard IDXName(name) == nil else { return false }
        let text = name.lowercased
        return ["ubyte", "idx1", "idx2", "idx3"].contains(where: text.contains)
            || ["train-images", "train_images", "train-labels", "train_labels", "t10k"]
                .contains(where: text.hasPrefix)
    }

    /// A file in the folder whose name differs from the wanted one only in case and punctuation, or that was meant for
    /// its IDX role; nil where there is none.
    static func nearest(to wanted: String, in folder: FilePath) -> FilePath? {
        guard let names = try? FileBytes.names(in: folder) else { return nil }
        func core(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
        if let name = names.first(where: { core($0.text) == core(wanted) }) { return name }
        let words = wanted.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber })
        return names.first { name in
            isNearlyIDX(name)
                && words.prefix(2).allSatisfy {
                    name.lowercased.contains($0.hasSuffix("s") ? $0.dropLast() : $0)
                }
        }
    }
}
