// How a square window of taps slides over an image.

/// The geometry of a convolution or pooling window; lengths are in pixels.
package struct Window: Equatable, Sendable {
    /// Side of the square window.
    package var kernel: Int
    /// Input pixels from one output pixel's window to the next.
    package var stride: Int
    /// Rows of padding above the image; below it, whatever the output height asks for.
    package var padTop: Int
    /// Columns of padding left of the image.
    package var padLeft: Int
    /// Rows of an input image.
    package var inputHeight: Int
    /// Columns of an input image.
    package var inputWidth: Int
    /// Floats from one input pixel to the next.
    package var inputStride: Int
    /// Rows of an output image.
    package var outputHeight: Int
    /// Columns of an output image.
    package var outputWidth: Int

    /// Collects the geometry; see the properties.
    package init(
        kernel: Int, stride: Int, padTop: Int, padLeft: Int, inputHeight: Int, inputWidth: Int,
        inputStride: Int, outputHeight: Int, outputWidth: Int
    ) {
        self.kernel = kernel
        self.stride = stride
        self.padTop = padTop
        self.padLeft = padLeft
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.inputStride = inputStride
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
    }
}
