// Tiles of products in pairs. A Zen 4 loads what it adds for each vector, a Zen 5 once for both.

extension TileProduct {
    /// Computes the paired tiles, which have `rows` rows each, in 1...pairedTileRows.
    @inline(__always) func multiplyPaired(rows: Int) {
        if loadsTwice && isWide { return multiplyLoadedTwice(rows: rows) }
        switch rows {
        case 1: multiplyPairedOne()
        case 2: multiplyPairedTwo()
        case 3: multiplyPairedThree()
        case 4: multiplyPairedFour()
        case 5: multiplyPairedFive()
        case 6: multiplyPairedSix()
        case 7: multiplyPairedSeven()
        default: multiplyPairedEight()
        }
    }

    @inline(__always) private func multiplyLoadedTwice(rows: Int) {
        switch rows {
        case 1: multiplyOneLoadedTwice()
        case 2: multiplyTwoLoadedTwice()
        case 3: multiplyThreeLoadedTwice()
        case 4: multiplyFourLoadedTwice()
        case 5: multiplyFiveLoadedTwice()
        case 6: multiplySixLoadedTwice()
        case 7: multiplySevenLoadedTwice()
        default: multiplyEightLoadedTwice()
        }
    }

    // Each tile is a function of its own, so that it has all the registers.
    @inline(never) func multiplyPairedOne() { multiply(One<Wide>.self, One<Narrow>.self, isPaired: true) }
    @inline(never) func multiplyPairedTwo() { multiply(Two<Wide>.self, Two<Narrow>.self, isPaired: true) }
    @inline(never) func multiplyPairedThree() {
        multiply(Three<Wide>.self, Three<Narrow>.self, isPaired: true)
    }
    @inline(never) func multiplyPairedFour() { multiply(Four<Wide>.self, Four<Narrow>.self, isPaired: true) }
    @inline(never) func multiplyPairedFive() { multiply(Five<Wide>.self, Five<Narrow>.self, isPaired: true) }
    @inline(never) func multiplyPairedSix() { multiply(Six<Wide>.self, Six<Narrow>.self, isPaired: true) }
    @inline(never) func multiplyPairedSeven() {
        multiply(Seven<Wide>.self, Seven<Narrow>.self, isPaired: true)
    }
    @inline(never) func multiplyPairedEight() {
        multiply(Eight<Wide>.self, Eight<Narrow>.self, isPaired: true)
    }
    @inline(never) func multiplyOneLoadedTwice() {
        multiply(One<TwoVectors<LoadedTwice>>.self, isPaired: true)
    }
    @inline(never) func multiplyTwoLoadedTwice() {
        multiply(Two<TwoVectors<LoadedTwice>>.self, isPaired: true)
    }
    @inline(never) func multiplyThreeLoadedTwice() {
        multiply(Three<TwoVectors<LoadedTwice>>.self, isPaired: true)
    }
    @inline(never) func multiplyFourLoadedTwice() {
        multiply(Four<TwoVectors<LoadedTwice>>.self, isPaired: true)
    }
    @inline(never) func multiplyFiveLoadedTwice() {
        multiply(Five<TwoVectors<LoadedTwice>>.self, isPaired: true)
    }
    @inline(never) func multiplySixLoadedTwice() {
        multiply(Six<TwoVectors<LoadedTwice>>.self, isPaired: true)
    }
    @inline(never) func multiplySevenLoadedTwice() {
        multiply(Seven<TwoVectors<LoadedTwice>>.self, isPaired: true)
    }
    @inline(never) func multiplyEightLoadedTwice() {
        multiply(Eight<TwoVectors<LoadedTwice>>.self, isPaired: true)
    }
}
