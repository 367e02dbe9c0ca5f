// Images to run a trained network on: PNG and JPEG files and folders of them, prepared as in training.

/// Images of files, in the order of the paths; those of a folder in the order of their names' bytes, folders in it
/// likewise.
///
///     let files = try ImageFiles.load(["cat.png", "photos"], channels: 3, resolution: 32, normalisation: nil)
///     files.images.values      // 32·32·3 floats an image, NHWC
package struct ImageFiles: Sendable {
    /// The path of each image, for people: bytes that are not UTF-8 are written `\xe9`.
    package let names: [String]
    /// The images, NHWC, at the resolution and normalised; their labels mean nothing.
    package let images: ScaledImages

    /// Reads files and folders. The centre square of each image is scaled down by area averaging; with one channel,
    /// colours become grey. Values are (v / 255 − mean) / deviation, without a normalisation v / 255.
    ///
    /// A folder of images is trained on at its native size, rounded to bytes, and averaged from there; give that size
    /// as `nativeSize` to get the same bits. Throws by name where a file is missing, no image, damaged or smaller
    /// than the resolution.
    package static func load(
        _ paths: [String], channels: Int, resolution: Int, normalisation: Normalisation?,
        nativeSize: Int? = nil
    ) throws(DatasetError) -> ImageFiles {
        var files: [FilePath] = []
        for path in paths { try add(FilePath(path), to: &files, depth: 0) }
        let side = max(1, min(resolution, DatasetOptions.largestSide))
        let size = max(1, channels) * side * side
        guard (1...DatasetOptions.largestSide).contains(resolution), files.count <= Memory.limit / (4 * size),
            Memory.has(4 * size * files.count)
        else {
            throw DatasetError(
                paths.first ?? "images",
                "\(files.count) images of \(resolution)×\(resolution) px take more memory than can be had; give "
                    + "fewer at once.")
        }
        let normalisation =
            normalisation
            ?? Normalisation(
                mean: [Float](repeating: 0, count: channels),
                deviation: [Float](repeating: 1, count: channels))
        var values: [Float] = []
        values.reserveCapacity(size * files.count)
        for file in files {
            let image = try DecodedImage(bytes: FileBytes.read(file), file: file.text)
            let own = min(image.width, image.height)
            let side = own < resolution ? resolution : min(own, max(resolution, nativeSize ?? own))
            let square = try image.centreSquare(side: side, channels: channels, file: file.text)
            values += try ScaledImages(square, resolution: resolution, normalisation: normalisation).values
        }
        return ImageFiles(
            names: files.map(\.text),
            images: ScaledImages(
                resolution: resolution, channels: channels, values: values,
                labels: [UInt16](repeating: 0, count: files.count)))
    }

    /// Adds a file, or all that a folder holds.
    private static func add(
        _ path: FilePath, to files: inout [FilePath], depth: Int
    ) throws(DatasetError) {
        guard FileBytes.kind(path) == .folder else {
            guard depth == 0 || path.isImageName else {
                throw DatasetError(
                    path, "it is no .png, .jpg or .jpeg file; name the images themselves, or remove it.")
            }
            files.append(path)
            return
        }
        guard depth < 16 else {
            throw DatasetError(path, "it lies 16 folders deep, as links in a circle do; name a folder in it.")
        }
        let before = files.count
        for name in try FileBytes.names(in: path) { try add(path / name, to: &files, depth: depth + 1) }
        if files.count == before {
            throw DatasetError(path, "the folder holds no images; put PNG or JPEG files into it.")
        }
    }
}

extension FilePath {
    /// Whether the name is that of an image file.
    var isImageName: Bool {
        let name = lowercased
        return [".png", ".jpg", ".jpeg"].contains(where: name.hasSuffix)
    }
}
