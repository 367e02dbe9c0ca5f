// Images as plain arrays, the form in which they enter and leave.

/// A batch of images, NHWC without padding.
package struct Tensor: Equatable, Sendable {
    /// Images.
    package let batch: Int
    /// Rows of an image.
    package let height: Int
    /// Columns of an image.
    package let width: Int
    /// Values of a pixel.
    package let channels: Int
    /// The values, channel by channel, pixel by pixel, row by row, image by image.
    package var values: [Float]

    /// A tensor of these values, or of zeros.
    package init(batch: Int, height: Int, width: Int, channels: Int, values: [Float]? = nil) {
        self.batch = batch
        self.height = height
        self.width = width
        self.channels = channels
        self.values = values ?? [Float](repeating: 0, count: batch * height * width * channels)
        precondition(self.values.count == batch * height * width * channels)
    }

    /// Pixels of the whole batch.
    package var pixels: Int { batch * height * width }

    /// One value; zero outside the image.
    package subscript(image: Int, y: Int, x: Int, channel: Int) -> Float {
        guard y >= 0, y < height, x >= 0, x < width else { return 0 }
        return values[((image * height + y) * width + x) * channels + channel]
    }

    /// Copies the values to pixels `stride` floats apart.
    package func copy(to destination: UnsafeMutablePointer<Float>, stride: Int) {
        for pixel in 0..<pixels {
            for channel in 0..<channels {
                destination[pixel * stride + channel] = values[pixel * channels + channel]
            }
        }
    }

    /// Fills the values from pixels `stride` floats apart.
    package mutating func fill(from source: UnsafePointer<Float>, stride: Int) {
        for pixel in 0..<pixels {
            for channel in 0..<channels {
                values[pixel * channels + channel] = source[pixel * stride + channel]
            }
        }
    }
}
