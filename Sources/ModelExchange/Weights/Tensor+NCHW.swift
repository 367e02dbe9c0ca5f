// PyTorch's order of axes, in which images come in files.

import ConvolutionKernels

extension Tensor {
    /// A batch of images from values in the order image, channel, row, column.
    package init(nchw values: some Collection<Float>, batch: Int, height: Int, width: Int, channels: Int) {
        self.init(batch: batch, height: height, width: width, channels: channels)
        let pixels = height * width
        precondition(values.count == batch * channels * pixels)
        var index = 0
        for value in values {
            let (plane, pixel) = index.quotientAndRemainder(dividingBy: pixels)
            let (image, channel) = plane.quotientAndRemainder(dividingBy: channels)
            self.values[(image * pixels + pixel) * channels + channel] = value
            index += 1
        }
    }
}
