// Arguments of the kernels that multiply matrices: pointwise and dense convolution.
//
// Activations are NHWC: a pixel is a row of channels, a tensor is a matrix of pixels × channels whose row
// stride is the channel count padded to a whole number of lanes. What stands in the pad lanes is finite and
// otherwise unspecified; no kernel lets it reach a real channel.

/// Weights of a matrix multiplication, packed for one build of the kernels, and where its result goes.
///
/// Column panels are two vectors wide, the last one a single vector when the padded columns are an odd
/// number of vectors. Panel p begins at float `p · 2 · lanes · depth`, and holds `depth` rows of its
/// columns.
///
/// Where a CPU adds beside multiplying, pairs of rows may share a multiplication (`pairedScale`). Then panel p begins at float
/// `p · 2 · lanes · (depth + 1)`, and after its rows comes what these pairs add to each column, negated.
package struct MatrixProduct {
    /// Rows of the packed matrix: the length of every dot product.
    package var depth: Int
    /// Columns of the packed matrix, padded to whole lanes.
    package var columns: Int
    /// Columns before the padding; a kernel need not compute the others, but writes something finite.
    package var outputs: Int
    /// The packed panels.
    package var weights: UnsafePointer<Float>
    /// One value a padded column; nil is zero.
    package var bias: UnsafePointer<Float>?
    /// Added before the activation, laid out as the output and allowed to be the output; nil adds nothing.
    package var residual: UnsafePointer<Float>?
    /// Floats from one row of the residual to the next.
    package var residualStride: Int
    /// Row 0 of the result.
    package var output: UnsafeMutablePointer<Float>
    /// Floats from one row of the result to the next.
    package var outputStride: Int
    /// Applied to every sum.
    package var activation: Activation
    /// Of a product whose depth is multiplied in pairs, what the sums must be multiplied by, a power of two by which the
    /// weights were divided; nil multiplies one by one. The depth is then 18 at least.
    package var pairedScale: Float?
    /// What computes it; `KernelSet` says so.
    package var multipliers = Multipliers.whole
    /// The rows to compute, from this one…
    package var firstRow: Int
    /// … up to but not including this one.
    package var endRow: Int
    /// The column panels to compute, from this one…
    package var firstPanel: Int
    /// … up to but not including this one.
    package var endPanel: Int

    /// Collects the arguments; see the properties.
    package init(
        depth: Int, columns: Int, outputs: Int, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        residual: UnsafePointer<Float>?, residualStride: Int, output: UnsafeMutablePointer<Float>,
        outputStride: Int, activation: Activation, pairedScale: Float? = nil, firstRow: Int, endRow: Int,
        firstPanel: Int, endPanel: Int
    ) {
        self.pairedScale = pairedScale
        self.depth = depth
        self.columns = columns
        self.outputs = outputs
        self.weights = weights
        self.bias = bias
        self.residual = residual
        self.residualStride = residualStride
        self.output = output
        self.outputStride = outputStride
        self.activation = activation
        self.firstRow = firstRow
        self.endRow = endRow
        self.firstPanel = firstPanel
        self.endPanel = endPanel
    }
}

/// A 1×1 convolution of stride 1, or a linear layer whose rows are the batch.
package struct PointwiseTask {
    /// Row 0 of the left matrix.
    package var input: UnsafePointer<Float>
    /// Floats from one row of the left matrix to the next.
    package var inputStride: Int
    /// Everything but the left matrix.
    package var product: MatrixProduct

    /// Collects the arguments; see the properties.
    package init(input: UnsafePointer<Float>, inputStride: Int, product: MatrixProduct) {
        self.input = input
        self.inputStride = inputStride
        self.product = product
    }
}

/// A dense convolution of any kernel size, stride and padding; row r is output pixel r of the whole batch.
///
/// The depth of the product is `kernel · kernel · channels`, in the order ky, kx, channel.
package struct ConvolutionTask {
    /// The first pixel of the first image.
    package var input: UnsafePointer<Float>
    /// Which pixels a kernel position meets.
    package var window: Window
    /// Channels read of each pixel.
    package var channels: Int
    /// Room for `scratchRows · scratchStride` floats, private to the caller's thread.
    package var scratch: UnsafeMutablePointer<Float>
    /// Output pixels gathered at a time, at least 1.
    package var scratchRows: Int
    /// Floats from one gathered pixel to the next, at least the depth.
    package var scratchStride: Int
    /// Everything but the left matrix.
    package var product: MatrixProduct

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, window: Window, channels: Int, scratch: UnsafeMutablePointer<Float>,
        scratchRows: Int, scratchStride: Int, product: MatrixProduct
    ) {
        self.input = input
        self.window = window
        self.channels = channels
        self.scratch = scratch
        self.scratchRows = scratchRows
        self.scratchStride = scratchStride
        self.product = product
    }
}

/// Multiplies row k of a range of packed panels by factor k: a product with the result gates its left
/// matrix.
package struct GatedWeightsTask {
    /// The packed panels.
    package var weights: UnsafePointer<Float>
    /// One factor a row.
    package var factors: UnsafePointer<Float>
    /// Rows of the packed matrix.
    package var depth: Int
    /// Columns of the packed matrix, padded to whole lanes.
    package var columns: Int
    /// Whether the panels are those of a paired product.
    package var isPaired: Bool
    /// Panels like those of `weights`.
    package var output: UnsafeMutablePointer<Float>
    /// The column panels to compute, from this one…
    package var firstPanel: Int
    /// … up to but not including this one.
    package var endPanel: Int

    /// Collects the arguments; see the properties.
    package init(
        weights: UnsafePointer<Float>, factors: UnsafePointer<Float>, depth: Int, columns: Int,
        isPaired: Bool = false, output: UnsafeMutablePointer<Float>, firstPanel: Int, endPanel: Int
    ) {
        self.isPaired = isPaired
        self.weights = weights
        self.factors = factors
        self.depth = depth
        self.columns = columns
        self.output = output
        self.firstPanel = firstPanel
        self.endPanel = endPanel
    }
}
