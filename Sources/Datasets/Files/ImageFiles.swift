// Images to run a trained network on: PNG and JPEG files and folders of them, opened one at a time and prepared as in
// training. For data sets with classes, see ImageFolder.

/// Image files, in the order of the paths; those of a folder in the order of their names' bytes, folders in it
/// likewise.
///
///     for file in try ImageFiles(["cat.png", "photos"]).files {
///         let image = try file.image(channels: 3, resolution: 32, normalisation)   // 32·32·3 floats, NHWC
///     }
package struct ImageFiles: Sendable {
    /// All files, of which none has been opened yet.
    package private(set) var files: [ImageFile] = []

    /// Lists files and folders; throws by name where one is missing, or a folder cannot be listed or is empty.
    package init(_ paths: [String]) throws(DatasetError) {
        for path in paths { try add(FilePath(path), depth: 0) }
    }

    /// Adds a file, or all that a folder holds.
    private mutating func add(_ path: FilePath, depth: Int) throws(DatasetError) {
        let kind = FileBytes.kind(path)
        guard kind == .folder else {
            if kind == .nothing { throw DatasetError(path, "there is no such file; check the path.") }
            files.append(ImageFile(path: path, isNamed: depth == 0))
            return
        }
        guard depth < 16 else {
            throw DatasetError(path, "it lies 16 folders deep, as links in a circle do; name a folder in it.")
        }
        let before = files.count
        for name in try FileBytes.names(in: path) { try add(path / name, depth: depth + 1) }
        if files.count == before {
            throw DatasetError(path, "the folder holds no images; put PNG or JPEG files into it.")
        }
    }
}

/// A file that is to be an image.
package struct ImageFile: Sendable {
    let path: FilePath
    /// Whether it was named itself, and not found in a folder; then its name may be any.
    let isNamed: Bool

    /// The path for people: bytes that are not UTF-8 are written `\xe9`.
    package var name: String { path.text }

    /// Reads the file: the centre square, scaled down by area averaging; with one channel, colours become grey. Values
    /// are (v / 255 − mean) / deviation; the label means nothing.
    ///
    /// Throws by name where the file is no image, damaged or smaller than the resolution.
    package func image(
        channels: Int, resolution: Int, _ normalisation: Normalisation
    ) throws(DatasetError) -> ScaledImages {
        guard isNamed || path.isImageName else {
            throw DatasetError(
                path, "it is no .png, .jpg or .jpeg file; name the images themselves, or remove it.")
        }
        let image = try DecodedImage(bytes: FileBytes.read(path), file: name)
        let side = max(resolution, min(image.width, image.height))
        let square = try image.centreSquare(side: side, channels: channels, file: name)
        return try ScaledImages(square, resolution: resolution, normalisation: normalisation)
    }
}

extension FilePath {
    /// Whether the name is that of an image file.
    var isImageName: Bool {
        let name = lowercased
        return [".png", ".jpg", ".jpeg"].contains(where: name.hasSuffix)
    }
}
