// Tiles of 3×3 convolutions whose groups are narrower than a vector.
//
// As panels of a product, such groups would be mostly zeros: with 4 channels, three of four weights of a vector of 16.

extension DepthwiseTile {
    /// Computes a tile of 1 or 4 to 7 pixels, of a 3×3 kernel, of stride 1 or 2.
    @inline(__always) func sumGroups(pixels: Int, step: Int) {
        switch (pixels, step) {
        case (1, 1): oneGrouped()
        case (1, _): oneGroupedStrided()
        case (4, 1): fourGrouped()
        case (4, _): fourGroupedStrided()
        case (5, 1): fiveGrouped()
        case (5, _): fiveGroupedStrided()
        case (6, 1): sixGrouped()
        case (6, _): sixGroupedStrided()
        case (_, 1): sevenGrouped()
        default: sevenGroupedStrided()
        }
    }

    // Each tile is a function of its own, so that it has all the registers.
    @inline(never) func oneGrouped() { sum(Pixel.self, ThreeTaps.self, step: 1, ChannelsOfGroup.self) }
    @inline(never) func oneGroupedStrided() { sum(Pixel.self, ThreeTaps.self, step: 2, ChannelsOfGroup.self) }
    @inline(never) func fourGrouped() { sum(FourPixels.self, ThreeTaps.self, step: 1, ChannelsOfGroup.self) }
    @inline(never) func fourGroupedStrided() {
        sum(FourPixels.self, ThreeTaps.self, step: 2, ChannelsOfGroup.self)
    }
    @inline(never) func fiveGrouped() { sum(FivePixels.self, ThreeTaps.self, step: 1, ChannelsOfGroup.self) }
    @inline(never) func fiveGroupedStrided() {
        sum(FivePixels.self, ThreeTaps.self, step: 2, ChannelsOfGroup.self)
    }
    @inline(never) func sixGrouped() { sum(SixPixels.self, ThreeTaps.self, step: 1, ChannelsOfGroup.self) }
    @inline(never) func sixGroupedStrided() {
        sum(SixPixels.self, ThreeTaps.self, step: 2, ChannelsOfGroup.self)
    }
    @inline(never) func sevenGrouped() {
        sum(SevenPixels.self, ThreeTaps.self, step: 1, ChannelsOfGroup.self)
    }
    @inline(never) func sevenGroupedStrided() {
        sum(SevenPixels.self, ThreeTaps.self, step: 2, ChannelsOfGroup.self)
    }
}
