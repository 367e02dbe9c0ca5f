// Images at a candidate's resolution, ready for training: area-averaged once, normalised, kept as floats.

import Basics

/// Square images of one resolution, normalised; floats in NHWC order.
///
///     let normalisation = try Normalisation(of: data.training, resolution: 16)
///     let images = try ScaledImages(data.training, resolution: 16, normalisation: normalisation)
package struct ScaledImages: Sendable {
    /// The side in pixels.
    package let resolution: Int
    /// Values per pixel.
    package let channels: Int
    /// How many images there are.
    package let count: Int
    /// All values: (v / 255 − mean) / deviation, count · resolution² · channels of them.
    package let values: [Float]
    /// The class of every image.
    package let labels: [UInt16]

    /// Scales and normalises images. Throws where the resolution is above their native size, where they are
    /// not square, or where this machine's memory cannot hold them. Cost: about 2 µs for 28×28 to 16×16.
    package init(
        _ images: LabelledImages, resolution: Int, normalisation: Normalisation
    ) throws(DatasetError) {
        precondition(normalisation.mean.count == images.channels, "one mean and deviation per channel")
        let area = try ScaledImages.area(images, resolution: resolution)
        let (channels, size) = (images.channels, resolution * resolution * images.channels)
        let scale = 255 * Double(area.weight)
        values = [Float](unsafeUninitializedCapacity: images.count * size) { output, initialised in
            images.forEachScaled(by: area) { index, sums in
                let image = output.baseAddress! + index * size
                for channel in 0..<channels {
                    let mean = normalisation.mean[channel]
                    let deviation = normalisation.deviation[channel]
                    for value in stride(from: channel, to: size, by: channels) {
                        image[value] = (Float(Double(sums[value]) / scale) - mean) / deviation
                    }
                }
            }
            initialised = images.count * size
        }
        self.resolution = resolution
        self.channels = channels
        count = images.count
        labels = images.labels
    }

    /// Images whose values are ready; resolution² · channels for each label.
    init(resolution: Int, channels: Int, values: [Float], labels: [UInt16]) {
        precondition(
            values.count == labels.count * resolution * resolution * channels, "a label for every image")
        self.resolution = resolution
        self.channels = channels
        self.values = values
        self.labels = labels
        count = labels.count
    }

    /// The filter from these images to a resolution, or why there is none.
    static func area(_ images: LabelledImages, resolution: Int) throws(DatasetError) -> AreaAverage {
        guard images.height == images.width else {
            throw DatasetError(
                "images of \(images.width)×\(images.height) px",
                "only square images are trained on; crop them.")
        }
        guard resolution > 0, resolution <= images.width else {
            let file = images.smallestFile.map { ", that of \($0)" } ?? ""
            throw DatasetError(
                "resolution \(resolution)",
                "the images' native size is \(images.width) px\(file), and they are never scaled up; choose a "
                    + "resolution from 1 to \(images.width).")
        }
        let (values, overflow) = (resolution * resolution * images.channels)
            .multipliedReportingOverflow(by: images.count)
        let memory = AvailableMemory.now
        guard !overflow, values <= memory.bytes / MemoryLayout<Float>.stride else {
            throw DatasetError(
                "resolution \(resolution)",
                "\(images.count) images take \(values / 250_000) MB as floats, and \(memory.bound) leaves "
                    + "\(memory.bytes / 1_000_000) MB; choose a lower resolution or fewer images.")
        }
        return AreaAverage(from: images.width, to: resolution, channels: images.channels)
    }
}

extension LabelledImages {
    /// Calls `body` with each image's index and overlap-weighted sums.
    func forEachScaled(by area: AreaAverage, _ body: (Int, UnsafeMutablePointer<UInt64>) -> Void) {
        area.withScratch { row, sums in
            pixels.withUnsafeBufferPointer { pixels in
                for index in 0..<count {
                    area.sums(
                        pixels.baseAddress! + index * imageSize, height: height, width: width, row: row,
                        into: sums)
                    body(index, sums)
                }
            }
        }
    }
}
