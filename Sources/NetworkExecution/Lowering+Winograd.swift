// Dense and grouped 3×3 convolutions by Winograd's algorithm: which of them, and in what blocks.

import ConvolutionKernels
import KernelTasks
import Networks

extension Lowering {
    /// The tile with which Winograd's algorithm beats the direct one, if there is one.
    ///
    /// It needs kernels of 3×3 and stride 1, and a vector of channels on both sides. Tiles of 4×4 need the
    /// fewest multiplications, but where they are few the time goes into reading their 36
    /// matrices of weights; tiles of 2×2 are as fast there with fewer than half of the bytes.
    func winogradTile(_ layer: Layer, _ convolution: Convolution) -> WinogradTile? {
        guard convolution.kernel == 3, convolution.stride == 1,
            min(convolution.inputChannels, convolution.outputChannels) >= Tuning.winogradChannels,
            slots.place(of: layer.input) != .image
        else { return nil }
        let window = window(layer, kernel: 3, stride: 1, convolution.padding)
        return batch * WinogradTile.four.count(window) < Tuning.fewestLargeTiles ? .two : .four
    }

    mutating func lowerWinograd(
        _ index: Int, _ convolution: Convolution, _ tile: WinogradTile, _ grouped: GroupedPanels? = nil
    ) throws(ExecutionError) {
        let layer = layers[index]
        let folded = folded(index)
        let isPaired =
            set.multipliers.haveAddersBeside && grouped == nil
            && convolution.inputChannels >= Tuning.winogradPairedChannels
        let packed = try ExecutionError.memory { () throws(AllocationError) in
            if let grouped {
                return try PackedWeights(
                    winograd: folded?.weight, bias: folded?.bias, panels: grouped, tile: tile, in: pool,
                    for: set)
            }
            return try PackedWeights(
                winograd: folded?.weight, bias: folded?.bias, outputs: convolution.outputChannels,
                inputs: convolution.inputChannels, tile: tile, isPaired: isPaired, in: pool, for: set)
        }
        weightBytes += packed.bytes
        let input = slot(of: layer.input)
        let (activation, residual, output) = fuseAddition(index, convolution, input: .slot(input))
        let window = window(layer, kernel: 3, stride: 1, convolution.padding)
        let tiles = batch * tile.count(window)
        let panels = packed.panelCount
        // Many more weights than tiles: each thread had better read only its own. Of a grouped convolution each reads only its
        // own channels, too.
        let isWide =
            grouped == nil
            ? panels % threads == 0 && convolution.outputChannels >= Tuning.wideWinograd * tiles
            : panels >= Tuning.wideWinograd * threads
        let shares =
            isWide
            ? shares(panels).map { WorkShare(rows: 0..<tiles, columns: $0) }
            : WorkShare.split(rows: tiles, columns: panels, threads: threads)
        let channels = grouped?.runStride(lanes: set.lanes) ?? window.inputStride
        let stride = Tuning.stride(channels, lanes: set.lanes)
        let floats = grouped == nil ? Tuning.winogradFloats : Tuning.groupedWinogradFloats
        let fitting = max(set.tileRows, floats / (tile.matrices * stride))
        let most = shares.reduce(0) { max($0, $1.rows.count) }
        let blocks = (most + fitting - 1) / fitting
        let layout = WinogradScratch(
            tile, tiles: (most + blocks - 1) / blocks, inputStride: stride, lanes: set.lanes)
        append(
            index,
            WinogradStep(
                kernel: set.winograd, input: input, window: window, channels: convolution.inputChannels,
                tile: tile, panels: grouped, weights: packed, residual: residual, output: output,
                activation: activation,
                scratch: newSlot(threads * layout.count), layout: layout, shares: shares))
    }
}
