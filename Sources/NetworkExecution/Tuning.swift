// Every threshold by which lowering chooses between kernels, and the sizes of the blocks that it gives them, with what each was
// measured by; docs/kernels.md has the series. All sizes are floats unless they are said to be others.

/// What lowering was tuned to: cores with a first cache of 32 KiB and a second one of 512 KiB to 1 MiB.
package enum Tuning {
    // Winograd's algorithm ("Winograd", "Groups" and "Pairs" in docs/kernels.md)

    /// Fewest channels, on both sides: from there on it always won, ResNet-18 at a quarter of its width included.
    package static var winogradChannels: Int { 16 }
    /// Fewest input channels of a grouped panel: with fewer, transforms take longer than products.
    package static var winogradGroupInputs: Int { 8 }
    /// Tiles of 4×4 below which those of 2×2 are chosen: for so few rows, 36 matrices of weights are too much to read.
    package static var fewestLargeTiles: Int { 8 }
    /// Transformed inputs that stay in the second cache beside products and weights; limited to 64 Ki floats, 16 tiles became
    /// 14 + 2, and 14×14 pixels took 15 % longer.
    package static var winogradFloats: Int { 192 * 1024 }
    /// The same of a grouped convolution, run by run: 28×28 pixels of 24 channels at once.
    package static var groupedWinogradFloats: Int { 96 * 1024 }
    /// Fewest input channels of matrices multiplied in pairs: 128 take 4 % less time on a Zen 5, up to 4 % more on a Zen 4.
    package static var winogradPairedChannels: Int { 128 }
    /// Threads read their own weights only where outputs are so many times the tiles; or a grouped convolution's panels so many
    /// times the threads, since each thread then transforms its own channels only.
    package static var wideWinograd: Int { 8 }

    // Products in pairs ("Pairs" in docs/kernels.md)

    /// Fewest input channels, three times six: of fewer the sums of pairs take what is gained.
    package static var pairedChannels: Int { 18 }
    /// Fewest pixels, which share the sums of pairs of a column.
    package static var pairedPixels: Int { 8 }

    // Gathered windows ("Dense convolution" in docs/kernels.md)

    /// Gathered pixels of a thread that fit the second cache beside a panel.
    package static var gatheredFloats: Int { 32 * 1024 }
    /// Fewest tiles of gathered pixels, though they may exceed that: weights would be read too often.
    private static var fewestGatheredTiles: Int { 4 }
    /// Gathered pixels of all threads together, and the fewest of a block, for the gradient of a convolution's weights.
    package static var sharedGatheredFloats: Int { 256 * 1024 }
    private static var fewestGatheredRows: Int { 64 }

    /// Whether rows so far apart compete for one set of the first cache, as multiples of 4 KiB do: then the rows of a tile drive
    /// each other out.
    package static func isAliased(_ stride: Int) -> Bool { stride % 1024 == 0 }

    /// The stride of rows of so many floats, with a vector more where they would be aliased.
    package static func stride(_ floats: Int, lanes: Int) -> Int { floats + (isAliased(floats) ? lanes : 0) }

    /// Rows of `depth` floats that a product's thread gathers at a time, in whole tiles.
    package static func gatheredRows(depth: Int, tileRows: Int) -> Int {
        max(fewestGatheredTiles, gatheredFloats / depth / tileRows) * tileRows
    }

    /// Rows of so many floats of a block whose weights' gradient is taken at once.
    package static func gradientRows(_ stride: Int, of floats: Int = gatheredFloats) -> Int {
        max(fewestGatheredRows, floats / stride)
    }

    // Strips ("Strips" in docs/kernels.md)

    /// Floats above which a tensor is not left in the second cache from one step to the next.
    package static var cachedFloats: Int { 256 * 1024 }
    /// A strip's input: 256, 384 or 768 KB instead of 512 made B3 1.3, 0.8 and 1.5 % slower.
    package static var stripFloats: Int { 128 * 1024 }
    /// Fewest pixels of a strip: each reads all weights of the expansion.
    package static var stripPixels: Int { 140 }

    // Training in chunks ("A chunk of images at a time" in docs/kernels.md)

    /// A chunk's largest tensor, of which three or four are in the cache together.
    package static var chunkFloats: Int { 24 * 1024 }
    /// Most pieces whose sums are kept: few enough to add up, and a multiple of most numbers of threads.
    package static var mostPieces: Int { 16 }
    /// An image's output or input, whichever are more, of a convolution that is computed with its neighbours.
    package static var fusedFloats: Int { 64 * 1024 }
    /// Such a convolution has no more weights than the batch's inputs and outputs by this, since each piece has their gradient.
    package static var fusedWeightShare: Int { 16 }
    /// Outputs by inputs from which a 1×1 convolution has its gradients taken in two parts.
    package static var widening: Int { 2 }
    /// Most channels whose expansion is multiplied anew rather than kept: up to 24, statistics cost more than is saved.
    package static var mostRecomputedDepth: Int { 16 }
    /// Pieces of pixels where weights are too few to share among threads.
    package static var weightPieces: Int { 8 }

    /// Whether threads share a product by its columns: where there are more weights than pixels that meet them, with 64 columns'
    /// worth for what a row costs besides.
    package static func splitsColumns(depth: Int, columns: Int, rows: Int) -> Bool {
        depth * columns > 2 * rows * (columns + 64)
    }
}
