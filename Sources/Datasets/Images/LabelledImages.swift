// Images with their classes, as bytes at native size: what every reader gives and every candidate is scaled
// from.

/// Images of one size with a class each; bytes in NHWC order.
///
///     data.training.prefix(12_000)
package struct LabelledImages: Hashable, Sendable {
    /// Rows of every image.
    package let height: Int
    /// Columns of every image.
    package let width: Int
    /// Values per pixel: 1 for grey, 3 for RGB.
    package let channels: Int
    /// All values, image after image, row after row, the channels of a pixel side by side.
    package let pixels: [UInt8]
    /// The class of every image.
    package let labels: [UInt16]
    /// The file whose size became the native one, with that size, where images of several sizes were scaled to it:
    /// "photos/train/cat/3.png (20×31 px)".
    package let smallestFile: String?

    /// Images of these values; there are `labels.count` × height × width × channels of them.
    package init(
        height: Int, width: Int, channels: Int, pixels: [UInt8], labels: [UInt16],
        smallestFile: String? = nil
    ) {
        precondition(height > 0 && width > 0 && channels > 0, "an image has at least one value")
        precondition(pixels.count == labels.count * height * width * channels, "a label for every image")
        self.height = height
        self.width = width
        self.channels = channels
        self.pixels = pixels
        self.labels = labels
        self.smallestFile = smallestFile
    }

    /// How many images there are.
    package var count: Int { labels.count }

    /// Bytes of one image.
    package var imageSize: Int { height * width * channels }

    /// The first `n` images, or all where there are fewer.
    package func prefix(_ n: Int) -> LabelledImages {
        let n = max(0, min(n, count))
        return LabelledImages(
            height: height, width: width, channels: channels,
            pixels: Array(pixels.prefix(n * imageSize)), labels: Array(labels.prefix(n)),
            smallestFile: smallestFile)
    }

    /// The images at these indices, in their order.
    package func selecting(_ indices: [Int]) -> LabelledImages {
        var chosen: [UInt8] = []
        chosen.reserveCapacity(indices.count * imageSize)
        for index in indices { chosen += pixels[index * imageSize..<(index + 1) * imageSize] }
        return LabelledImages(
            height: height, width: width, channels: channels, pixels: chosen,
            labels: indices.map { labels[$0] }, smallestFile: smallestFile)
    }

    /// How many images each of the first `classes` classes has.
    package func classCounts(of classes: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: classes)
        for label in labels where Int(label) < classes { counts[Int(label)] += 1 }
        return counts
    }

    /// The share of the most common class, 0...1: the accuracy of always guessing it. 0 where there are no images.
    package var largestClassShare: Double {
        let most = classCounts(of: Int(UInt16.max) + 1).max() ?? 0
        return count == 0 ? 0 : Double(most) / Double(count)
    }

    /// The centre square of every image, scaled down to `side` by area averaging and rounded to the nearest
    /// byte.
    func centreSquares(side: Int) -> LabelledImages {
        if height == side, width == side { return self }
        let size = side * side * channels
        let area = AreaAverage(from: min(height, width), to: side, channels: channels)
        let scaled = [UInt8](unsafeUninitializedCapacity: count * size) { output, initialised in
            pixels.withUnsafeBufferPointer { input in
                for index in 0..<count {
                    area.scale(
                        input.baseAddress! + index * imageSize, height: height, width: width,
                        into: output.baseAddress! + index * size)
                }
            }
            initialised = count * size
        }
        return LabelledImages(height: side, width: side, channels: channels, pixels: scaled, labels: labels)
    }
}
