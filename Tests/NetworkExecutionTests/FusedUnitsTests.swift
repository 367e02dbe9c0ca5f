// Which layers are one unit, and who reads what.

import NetworkExecution
import Networks
import Testing

@Suite struct FusedUnitsTests {
    /// Additions belong to the convolution before them.
    private static func additions(_ unit: ArraySlice<Layer>, _ next: Layer) -> Bool {
        guard unit.count == 1, case .convolution = unit[unit.startIndex].operation, case .add = next.operation
        else { return false }
        return true
    }

    @Test func aUnitIsLayersOfWhichEachAloneReadsTheOneBefore() throws {
        let layers = try writtenLayers { layers in
            let x = layers.convolution(to: 8, kernel: 3, .silu)  // 0
            layers.convolution(to: 8, .identity)  // 1
            layers.append(.add(.identity), layers.last, adding: x)  // 2
            layers.append(.averagePool(Pooling(kernel: 2, stride: 2)))  // 3
            layers.classifier(5)  // 4, 5
        }
        #expect(FusedUnits(layers, Self.additions).units == [0..<1, 1..<3, 3..<4, 4..<5, 5..<6])
        #expect(FusedUnits(layers) { _, _ in false }.units == (0..<6).map { $0..<$0 + 1 })
        // The first output is read twice; all others by the next layer alone.
        #expect(FusedUnits(layers) { _, _ in true }.units == [0..<1, 1..<6])
        let pairs = FusedUnits(layers) { unit, _ in unit.count < 2 }
        #expect(pairs.units == [0..<1, 1..<3, 3..<5, 5..<6])
        #expect((0..<6).map { pairs.unit(of: $0) } == [0..<1, 1..<3, 1..<3, 3..<5, 3..<5, 5..<6])
    }

    @Test func aJoinOfThreeBelongsToTheBranchThatItReadsFirst() throws {
        var (x, a, b) = (-1, -1, -1)
        let layers = try writtenLayers { layers in
            let first = layers.convolution(to: 8, kernel: 3, .silu)
            let second = layers.convolution(to: 8, .identity, on: first)
            let third = layers.convolution(to: 8, .identity, on: first)
            layers.append(.add(.silu), third, adding: first, second)
            (x, a, b) = (first.layer, second.layer, third.layer)
        }
        let units = FusedUnits(layers, Self.additions)
        #expect(units.units == [0..<1, 1..<2, 2..<4])
        #expect([x, a, b].map { units.follower(of: $0) } == [nil, nil, 3])
        #expect([x, a, b].map { units.isReadOnce(layers[$0].output) } == [false, true, true])
        #expect([x, a, b].allSatisfy { units.isLastReader(3, of: layers[$0].output) })
        // Kernels that add one shortcut leave it alone.
        let narrow = FusedUnits(layers) { Self.additions($0, $1) && $1.shortcuts.count == 1 }
        #expect(narrow.units == (0..<4).map { $0..<$0 + 1 })
    }

    @Test func aJoinThatReadsTheBranchSecondOrTwiceStandsAlone() throws {
        let second = try writtenLayers { layers in
            let x = layers.convolution(to: 8, .silu)
            let y = layers.convolution(to: 8, .identity)
            layers.append(.add(.identity), x, adding: y)
        }
        #expect(FusedUnits(second, Self.additions).units == [0..<1, 1..<2, 2..<3])
        let twice = try writtenLayers { layers in
            let x = layers.convolution(to: 8, .identity)
            layers.append(.add(.identity), x, adding: x)
        }
        let units = FusedUnits(twice, Self.additions)
        #expect(units.units == [0..<1, 1..<2])
        #expect(!units.isReadOnce(twice[0].output) && units.follower(of: 0) == nil)
    }

    @Test func manyTensorsMayWaitForOneReader() throws {
        let layers = try writtenLayers { layers in
            let waiting = (0..<30).map { _ in layers.convolution(to: 8, .identity) }
            layers.append(.add(.identity), waiting[29], adding: waiting[0], waiting[1], waiting[28])
            for value in waiting[2..<28] { layers.append(.add(.relu), layers.last, adding: value) }
        }
        let units = FusedUnits(layers, Self.additions)
        #expect(units.units.count == layers.count - 1 && units.unit(of: 30) == 29..<31)
        for value in 2..<28 {
            #expect(units.isLastReader(31 + value - 2, of: layers[value].output))
            #expect(!units.isLastReader(value + 1, of: layers[value].output))
        }
        // Nothing reads the last output, and the image is its caller's.
        #expect(!units.isLastReader(56, of: layers[56].output))
        #expect(!units.isLastReader(0, of: layers[0].input) && !units.isReadOnce(layers[0].input))
    }

    @Test func whatIsReadBeforeItIsMadeIsNamed() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let layers = try writtenLayers { layers in
                layers.convolution(to: 8, .silu)
                layers.convolution(to: 8, .silu)
            }
            _ = FusedUnits(layers.reversed()) { _, _ in false }
        }
        let error = try #require(result).standardErrorContent
        #expect(
            String(decoding: error, as: UTF8.self).contains(
                "stages.0.1.convolution reads what is not yet made"))
    }
}
