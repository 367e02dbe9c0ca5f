// Where the parts of a folder of images are: class folders at its top, or in folders for training, test and
// validation, however they are spelt. A folder that is none of these is refused, since passing over it would train on
// less than was given.

/// The folders that hold class folders.
struct FolderLayout {
    /// The folder of the training images' classes.
    let training: FilePath
    /// That of the test images, where there is one.
    let test: FilePath?
    /// That of the images to select by, where there are three.
    let validation: FilePath?

    private enum Role: CaseIterable {
        case training
        case test
        case validation

        init?(_ folder: FilePath) {
            let name = folder.lowercased
            guard let role = Role.allCases.first(where: { $0.names.contains(name) }) else { return nil }
            self = role
        }

        var names: [String] {
            switch self {
            case .training: ["train", "training"]
            case .test: ["test", "testing"]
            case .validation: ["val", "valid", "validation", "dev", "eval"]
            }
        }
    }

    /// Finds the parts of a folder.
    init(_ root: FilePath, _ omissions: inout Omissions) throws(DatasetError) {
        let folders = try FolderLayout.folders(in: root, &omissions)
        let parts = folders.filter { Role($0) != nil }
        let others = folders.filter { Role($0) == nil }
        var holdClasses = false
        for part in parts where !holdClasses { holdClasses = try FolderLayout.holdsFolder(root / part) }
        // A class may be called train, too.
        guard holdClasses || !parts.isEmpty && others.isEmpty else {
            (training, test, validation) = (root, nil, nil)
            return
        }
        if let other = others.first {
            throw DatasetError(
                root / other,
                "it stands beside \(parts[0].text.inQuotes) and is no folder of training, test or validation images; "
                    + "move it, or its images into one of them.")
        }
        var found: [Role: FilePath] = [:]
        for part in parts {
            guard let role = Role(part) else { continue }
            if let first = found.updateValue(part, forKey: role) {
                throw DatasetError(
                    root,
                    "the folders \(first.text.inQuotes) and \(part.text.inQuotes) mean the same part; merge them."
                )
            }
        }
        guard let training = found[.training] else {
            throw DatasetError(
                root,
                "there is a folder \(parts[0].text), but no folder train; add one, or name another folder.")
        }
        self.training = root / training
        // With two parts, the second is for the test.
        test = (found[.test] ?? found[.validation]).map { root / $0 }
        validation = found[.test] == nil ? nil : found[.validation].map { root / $0 }
    }

    /// The names of the folders in a folder whose files are no part of it. Images there, and what cannot be read,
    /// are refused or left out; other files, such as a README, are passed over.
    static func folders(
        in folder: FilePath, _ omissions: inout Omissions
    ) throws(DatasetError) -> [FilePath] {
        let names = try FileBytes.names(in: folder)
        var folders: [FilePath] = []
        var strays: [DatasetError] = []
        for name in names {
            switch FileBytes.kind(folder / name) {
            case .folder: folders.append(name)
            case .file where name.isImageName:
                strays.append(
                    DatasetError(
                        folder / name, "this image stands in no class folder; move it into one or remove it.")
                )
            case .unreadable(let what):
                strays.append(
                    DatasetError(folder / name, "this is \(what), and class folders are wanted; remove it."))
            case .file, .nothing: break
            }
        }
        if folders.isEmpty { throw NearMiss.noClassFolders(folder, names) }
        for stray in strays { try omissions.omit(stray) }
        return folders
    }

    private static func holdsFolder(_ folder: FilePath) throws(DatasetError) -> Bool {
        try FileBytes.names(in: folder).contains { FileBytes.kind(folder / $0) == .folder }
    }
}
