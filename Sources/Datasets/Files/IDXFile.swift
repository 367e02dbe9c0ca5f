// IDX, the format of MNIST (LeCun, Cortes, Burges): two zeros, a type, a rank, big-endian lengths, values.

/// The bytes of an IDX file and the length of each axis.
package struct IDXFile: Hashable, Sendable {
    /// The length of each axis.
    package let shape: [Int]
    /// The values, the last axis fastest.
    package let values: [UInt8]

    /// The values of an IDX file of this rank, unpacked where it is gzip; `file` is its name in errors.
    package init(bytes packed: [UInt8], rank: Int, file: String) throws(DatasetError) {
        let bytes =
            Gzip.begins(packed)
            ? try Gzip.unpacked(packed, file: file, limit: Memory.limit) : packed
        let header = 4 + 4 * rank
        guard bytes.count >= header else {
            throw DatasetError(
                file,
                "it ends after \(bytes.count) bytes, within its header of \(header); copy or download it again."
            )
        }
        guard bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, Int(bytes[3]) == rank else {
            throw DatasetError(
                file,
                "it begins with \(IDXFile.hexadecimal(bytes.prefix(4))) where an IDX file of "
                    + "\(rank == 1 ? "labels" : "images") begins with 00 00 08 0\(rank); check that it is "
                    + "the right file.")
        }
        let shape = (0..<rank).map { axis in
            bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
        }
        guard !shape.contains(0) else {
            throw DatasetError(
                file, "its header says \(IDXFile.text(shape)), nothing at all; download it again.")
        }
        var size = 1
        for length in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            size = overflow ? .max : product
        }
        let available = bytes.count - header
        guard available >= size else {
            throw DatasetError(
                file,
                "its header says \(IDXFile.text(shape)) values, but \(available) bytes follow it; it is cut "
                    + "off, so copy or download it again.")
        }
        guard available == size else {
            throw DatasetError(
                file,
                "its header says \(IDXFile.text(shape)) values, but \(available) bytes follow it, "
                    + "\(available - size) too many; copy or download it again.")
        }
        self.shape = shape
        values = Array(bytes[header...])
    }

    /// Grey images and their labels. In the file these run from `first`, in the result from 0; there are `classes` of
    /// them where that is known.
    package static func images(
        _ images: IDXFile, file: String, labels: IDXFile, labelFile: String, classes: Int?, first: Int = 0
    ) throws(DatasetError) -> LabelledImages {
        guard images.shape[0] == labels.shape[0] else {
            throw DatasetError(
                labelFile,
                "it has \(labels.shape[0]) labels, but \(file) has \(images.shape[0]) images; take both from "
                    + "one source.")
        }
        if let index = labels.values.firstIndex(where: { $0 < first }) {
            throw DatasetError(
                labelFile,
                "the label of image \(index) is \(labels.values[index]), but those of the training images begin "
                    + "with \(first); take both from one source.")
        }
        if let classes, let index = labels.values.firstIndex(where: { Int($0) - first >= classes }) {
            throw DatasetError(
                labelFile,
                "the label of image \(index) is \(labels.values[index]), but there are only \(classes) "
                    + "classes; copy or download it again.")
        }
        return LabelledImages(
            height: images.shape[1], width: images.shape[2], channels: 1, pixels: images.values,
            labels: labels.values.map { UInt16(Int($0) - first) })
    }

    private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
