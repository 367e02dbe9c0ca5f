// Arguments of grouped convolutions, whose output channels each read the input channels of their group alone.

/// One or two vectors of a grouped convolution's output channels, and the input channels that their groups read.
///
/// A panel is multiplied like one of a dense convolution of these channels. Where its columns belong to several groups, the
/// weights of channels that are not of a column's group are zero.
package struct GroupedPanel: Equatable, Sendable {
    /// The first output channel, a multiple of the lanes.
    package var firstColumn: Int
    /// Output channels, padded to one vector or two.
    package var columns: Int
    /// The first input channel that is read.
    package var firstInput: Int
    /// Input channels that are read: the panel's rows for each kernel position or transformed matrix.
    package var inputs: Int
    /// The first input channel of the run that the panel is of: of neighbours that share some of their channels.
    package var firstOfRun: Int
    /// Input channels that the run reads.
    package var inputsOfRun: Int
    /// Floats of the panels before this one, for each kernel position or transformed matrix.
    package var weights: Int

    /// Collects the numbers; see the properties.
    package init(
        firstColumn: Int, columns: Int, firstInput: Int, inputs: Int, firstOfRun: Int, inputsOfRun: Int,
        weights: Int
    ) {
        self.firstColumn = firstColumn
        self.columns = columns
        self.firstInput = firstInput
        self.inputs = inputs
        self.firstOfRun = firstOfRun
        self.inputsOfRun = inputsOfRun
        self.weights = weights
    }

    /// Floats of the panel, for each kernel position or transformed matrix.
    package var count: Int { inputs * columns }
}

/// What a few rows of outputs meet: the rows of an image, copied with zeros around the image, or, where outputs are so narrow that a
/// row of them fills no register tile, window by window.
package struct GroupedStrip: Equatable, Sendable {
    /// Output rows at a time, at least 1.
    package let rows: Int
    /// Floats from one pixel to the next.
    package let pixelStride: Int
    /// Floats from one row to the next.
    package let rowStride: Int
    /// Floats from one window to the next, for one panel after the other; 0 where rows are copied.
    package let windowStride: Int
    /// Floats of all.
    package let count: Int

    /// Floats of a strip that leaves room for weights and results in the second cache.
    private static var most: Int { 32 * 1024 }

    /// Outputs side by side, below which windows are copied.
    private static var narrowWidth: Int { 7 }

    /// Windows at a time, a few tiles.
    private static var windows: Int { 56 }

    /// As many rows of outputs as fit the cache, for panels of at most so many inputs. Pixels that are a multiple of 2 KiB apart would
    /// compete for a few sets of the first cache.
    package init(_ window: Window, inputs: Int, lanes: Int) {
        guard window.outputWidth >= Self.narrowWidth else {
            let depth = window.kernel * window.kernel * inputs
            windowStride = depth + (depth % 512 == 0 ? max(16, lanes) : 0)
            let fitting = max(1, min(Self.windows, Self.most / windowStride))
            rows = max(1, fitting / window.outputWidth)
            (pixelStride, rowStride) = (0, 0)
            count = rows * window.outputWidth * windowStride
            return
        }
        windowStride = 0
        let isAliased = window.inputStride % 512 == 0
        pixelStride = window.inputStride + (isAliased ? max(16, lanes) : 0)
        rowStride = ((window.outputWidth - 1) * window.stride + window.kernel) * pixelStride
        let fitting = (Self.most / rowStride - window.kernel) / window.stride + 1
        let most = max(1, min(fitting, window.outputHeight))
        let strips = (window.outputHeight + most - 1) / most
        rows = (window.outputHeight + strips - 1) / strips
        count = ((rows - 1) * window.stride + window.kernel) * rowStride
    }
}

/// A grouped convolution of any kernel size, stride and padding, of a range of output rows and panels; row r is row
/// `r % outputHeight` of image `r / outputHeight`.
package struct GroupedTask {
    /// The first pixel of the first image; its channels are padded to whole lanes.
    package var input: UnsafePointer<Float>
    /// Which pixels a kernel position meets.
    package var window: Window
    /// The panels, of which `firstPanel..<endPanel` are computed.
    package var panels: UnsafePointer<GroupedPanel>
    /// Panel by panel, rows of its columns, in the order ky, kx, channel.
    package var weights: UnsafePointer<Float>
    /// One value a padded output channel; nil is zero.
    package var bias: UnsafePointer<Float>?
    /// Added before the activation, laid out as the output and allowed to be the output; nil adds nothing.
    package var residual: UnsafePointer<Float>?
    /// The first pixel of the first result.
    package var output: UnsafeMutablePointer<Float>
    /// Output channels before the padding.
    package var outputs: Int
    /// Output channels, padded to whole lanes.
    package var columns: Int
    /// Applied to every sum.
    package var activation: Activation
    /// What computes it; `KernelSet` says so.
    package var multipliers = Multipliers.whole
    /// `strip.count` floats, private to the caller's thread.
    package var scratch: UnsafeMutablePointer<Float>
    /// What stands where in `scratch`.
    package var strip: GroupedStrip
    /// The output rows to compute, from this one…
    package var firstRow: Int
    /// … up to but not including this one.
    package var endRow: Int
    /// The panels to compute, from this one…
    package var firstPanel: Int
    /// … up to but not including this one.
    package var endPanel: Int

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, window: Window, panels: UnsafePointer<GroupedPanel>,
        weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, residual: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, outputs: Int, columns: Int, activation: Activation,
        scratch: UnsafeMutablePointer<Float>, strip: GroupedStrip, firstRow: Int, endRow: Int,
        firstPanel: Int, endPanel: Int
    ) {
        self.input = input
        self.window = window
        self.panels = panels
        self.weights = weights
        self.bias = bias
        self.residual = residual
        self.output = output
        self.outputs = outputs
        self.columns = columns
        self.activation = activation
        self.scratch = scratch
        self.strip = strip
        self.firstRow = firstRow
        self.endRow = endRow
        self.firstPanel = firstPanel
        self.endPanel = endPanel
    }
}
