// A decoded image as a network takes it: its channels and its centre square, as in training.

extension DecodedImage {
    /// The centre square of the image, scaled down to `side` by area averaging and rounded to bytes: what a folder of
    /// images is trained on. `channels` is 3 for RGB or 1 for grey. Throws where the image is smaller; `file` is its
    /// name in errors.
    package func centreSquare(
        side: Int, channels: Int = 3, file: String
    ) throws(DatasetError) -> LabelledImages {
        guard channels == 1 || channels == 3 else {
            throw DatasetError(
                file, "a file gives 1 or 3 channels, and \(channels) are asked; use a network for 1 or 3.")
        }
        guard side > 0, side <= min(width, height) else {
            throw DatasetError(
                file,
                "it has \(width)×\(height) px, less than the resolution \(side), and images are never scaled up; "
                    + "choose a larger image.")
        }
        let image = LabelledImages(
            height: height, width: width, channels: channels, pixels: channels == 1 ? grey : pixels,
            labels: [0])
        return image.centreSquares(side: side)
    }

    /// The brightness of each pixel by ITU-R BT.601 in integers, as Pillow's `convert("L")` has it; what is grey
    /// stays as it is.
    package var grey: [UInt8] {
        (0..<width * height).map { pixel in
            let red = 19595 * Int(pixels[3 * pixel])
            let green = 38470 * Int(pixels[3 * pixel + 1])
            let blue = 7471 * Int(pixels[3 * pixel + 2])
            return UInt8((red + green + blue + 0x8000) >> 16)
        }
    }
}
