// What lowering makes of its thresholds.

import NetworkExecution
import Testing

@Suite struct TuningTests {
    @Test func rowsThatAreMultiplesOfAPageHaveAVectorMore() {
        #expect(Tuning.stride(1023, lanes: 16) == 1023)
        #expect(Tuning.stride(1024, lanes: 16) == 1040)
        #expect(Tuning.stride(4096, lanes: 8) == 4104)
        #expect([512, 1024, 1536, 2048].map(Tuning.isAliased) == [false, true, false, true])
    }

    @Test func gatheredRowsAreWholeTilesThatFitTheCacheAndAtLeastFour() {
        // 32,768 floats: 113 rows of 288, which are 8 tiles of 14; 7 rows of 4,608 are less than four tiles.
        #expect(Tuning.gatheredRows(depth: 288, tileRows: 14) == 112)
        #expect(Tuning.gatheredRows(depth: 4608, tileRows: 14) == 56)
        #expect(Tuning.gradientRows(288) == 113)
        #expect(Tuning.gradientRows(4608) == 64)
        #expect(Tuning.gradientRows(288, of: Tuning.sharedGatheredFloats) == 910)
    }

    @Test func columnsAreSharedWhereWeightsAreMoreThanPixels() {
        // The last convolution of an image of 7×7 pixels, and one of a batch of 32.
        #expect(Tuning.splitsColumns(depth: 320, columns: 1280, rows: 49))
        #expect(!Tuning.splitsColumns(depth: 320, columns: 1280, rows: 32 * 49))
    }
}
