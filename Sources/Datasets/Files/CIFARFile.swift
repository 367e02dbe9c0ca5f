// CIFAR's binary version (Krizhevsky 2009): records of labels and 32×32 images, one plane per colour.

/// Which of the two data sets a file belongs to.
package enum CIFAR: Hashable, Sendable {
    /// 10 classes: one label a record.
    case ten
    /// 100 classes: a coarse label, which is passed over, and a fine one.
    case hundred

    /// The side of every image.
    package static let side = 32

    /// How many classes there are.
    package var classes: Int { self == .ten ? 10 : 100 }

    /// Bytes before the image in each record.
    var labels: Int { self == .ten ? 1 : 2 }

    /// Bytes of one record.
    var record: Int { labels + 3 * CIFAR.side * CIFAR.side }

    /// The images of one file, unpacked where it is gzip and planes turned into pixels; `file` is its name in errors.
    package func images(_ packed: [UInt8], file: String) throws(DatasetError) -> LabelledImages {
        // No record begins as gzip does: that would be a label of 31.
        let bytes =
            Gzip.begins(packed) ? try Gzip.unpacked(packed, file: file, limit: Memory.limit) : packed
        guard !bytes.isEmpty, bytes.count % record == 0 else {
            throw DatasetError(
                file,
                "its \(bytes.count) bytes are not a whole number of records of \(record); it is cut off or "
                    + "not the binary version, so download it again.")
        }
        let count = bytes.count / record
        var classes: [UInt16] = []
        for index in 0..<count {
            let label = bytes[index * record + labels - 1]
            guard label < self.classes else {
                throw DatasetError(
                    file,
                    "the label of image \(index) is \(label), but there are only \(self.classes) classes; "
                        + "download it again.")
            }
            classes.append(UInt16(label))
        }
        let plane = CIFAR.side * CIFAR.side
        let pixels = [UInt8](unsafeUninitializedCapacity: count * plane * 3) { output, initialised in
            for index in 0..<count {
                let start = index * record + labels
                let image = output.baseAddress! + index * plane * 3
                for pixel in 0..<plane {
                    for channel in 0..<3 {
                        image[pixel * 3 + channel] = bytes[start + channel * plane + pixel]
                    }
                }
            }
            initialised = count * plane * 3
        }
        return LabelledImages(
            height: CIFAR.side, width: CIFAR.side, channels: 3, pixels: pixels, labels: classes)
    }
}
