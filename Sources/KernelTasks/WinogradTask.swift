// Arguments of the dense or grouped 3×3 convolution of stride 1 by Winograd's algorithm.

/// The size of Winograd's tiles: F(2×2, 3×3) or F(4×4, 3×3).
package enum WinogradTile: Int, CaseIterable, Sendable {
    /// Tiles of 2×2 output pixels, 4×4 input pixels: 16 products instead of 36.
    case two = 2
    /// Tiles of 4×4 output pixels, 6×6 input pixels: 36 products instead of 144.
    case four = 4

    /// Side of a tile of output pixels.
    package var outputs: Int { rawValue }
    /// Side of the input pixels that a tile of outputs meets, and of the transformed weights.
    package var inputs: Int { rawValue + 2 }
    /// Matrices of transformed inputs, weights and products.
    package var matrices: Int { inputs * inputs }

    /// Tiles that cover an image of outputs.
    package func count(_ window: Window) -> Int {
        ((window.outputHeight + outputs - 1) / outputs) * ((window.outputWidth + outputs - 1) / outputs)
    }
}

/// Where a block of tiles is transformed: matrices of tiles × channels, and of tiles × one panel.
package struct WinogradScratch: Equatable, Sendable {
    /// Tiles transformed at a time, at least 1: all channels of a run, which in a dense convolution are all.
    package let tiles: Int
    /// Floats from one tile's transformed inputs to the next's.
    package let inputStride: Int
    /// Floats from one matrix of transformed inputs to the next.
    package let inputMatrix: Int
    /// Floats from one matrix of products to the next.
    package let productMatrix: Int
    /// Floats before the products.
    package let products: Int
    /// Floats before the sums of pairs, one for each tile of each matrix.
    package let rowSums: Int
    /// Floats before the patch on which a tile is transformed.
    package let patch: Int
    /// Floats of all.
    package let count: Int

    /// Lays out the block. A cache line between matrices keeps the many that a transform writes in turn out
    /// of one set of the first cache.
    package init(_ tile: WinogradTile, tiles: Int, inputStride: Int, lanes: Int) {
        self.tiles = tiles
        self.inputStride = inputStride
        inputMatrix = tiles * inputStride + 16
        productMatrix = tiles * 2 * lanes + 16
        products = tile.matrices * inputMatrix
        rowSums = products + tile.matrices * productMatrix
        patch = rowSums + tile.matrices * tiles
        count = patch + 2 * tile.matrices * lanes
    }
}

/// A dense or grouped 3×3 convolution of stride 1, of a range of tiles and of column panels.
///
/// Tiles are numbered along rows, row by row, image by image; the last of a row or column may exceed the
/// image.
package struct WinogradTask {
    /// The first pixel of the first image; its channels are padded to whole lanes.
    package var input: UnsafePointer<Float>
    /// Which pixels a kernel position meets; 3×3, of stride 1.
    package var window: Window
    /// Channels read of each pixel: the depth of the products of a dense convolution.
    package var channels: Int
    /// The size of the tiles.
    package var tile: WinogradTile
    /// The panels of a grouped convolution, whose products are not paired; nil for a dense one.
    package var panels: UnsafePointer<GroupedPanel>?
    /// For each column panel of a ``MatrixProduct``, its part of each transformed matrix; if paired, with the row that holds
    /// what the pairs add.
    package var weights: UnsafePointer<Float>
    /// What the results must be multiplied by if products are paired; see ``MatrixProduct/pairedScale``.
    package var pairedScale: Float?
    /// What computes it; `KernelSet` says so.
    package var multipliers = Multipliers.whole
    /// One value a padded output channel.
    package var bias: UnsafePointer<Float>
    /// Added before the activation, laid out as the output and allowed to be the output; nil adds nothing.
    package var residual: UnsafePointer<Float>?
    /// The first pixel of the first result.
    package var output: UnsafeMutablePointer<Float>
    /// Output channels, padded to whole lanes.
    package var columns: Int
    /// Applied to every sum.
    package var activation: Activation
    /// `layout.count` floats, private to the caller's thread.
    package var scratch: UnsafeMutablePointer<Float>
    /// What stands where in `scratch`.
    package var layout: WinogradScratch
    /// The tiles to compute, from this one…
    package var firstTile: Int
    /// … up to but not including this one.
    package var endTile: Int
    /// The column panels to compute, from this one…
    package var firstPanel: Int
    /// … up to but not including this one.
    package var endPanel: Int

    /// Collects the arguments; see the properties.
    package init(
        input: UnsafePointer<Float>, window: Window, channels: Int, tile: WinogradTile,
        panels: UnsafePointer<GroupedPanel>? = nil,
        weights: UnsafePointer<Float>, pairedScale: Float? = nil, bias: UnsafePointer<Float>,
        residual: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, columns: Int,
        activation: Activation,
        scratch: UnsafeMutablePointer<Float>, layout: WinogradScratch, firstTile: Int, endTile: Int,
        firstPanel: Int, endPanel: Int
    ) {
        self.input = input
        self.window = window
        self.channels = channels
        self.tile = tile
        self.panels = panels
        self.weights = weights
        self.pairedScale = pairedScale
        self.bias = bias
        self.residual = residual
        self.output = output
        self.columns = columns
        self.activation = activation
        self.scratch = scratch
        self.layout = layout
        self.firstTile = firstTile
        self.endTile = endTile
        self.firstPanel = firstPanel
        self.endPanel = endPanel
    }
}
