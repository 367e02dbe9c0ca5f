// The batches of an epoch: order, flips, shifts, and that nothing but seed, epoch and position decides them.

import Datasets
import Testing

@Suite struct BatchStreamTests {
    /// Images whose values tell image, row, column and channel: distinct integers from 1.
    private func images(_ count: Int, side: Int, channels: Int = 1) throws -> ScaledImages {
        let size = side * side * channels
        precondition(count * size < 255)
        return try ScaledImages(
            LabelledImages(
                height: side, width: side, channels: channels,
                pixels: (0..<count * size).map { UInt8($0 + 1) },
                labels: (0..<count).map { UInt16($0 * 10) }),
            resolution: side,
            normalisation: Normalisation(
                mean: [Float](repeating: 0, count: channels),
                deviation: [Float](repeating: 1 / 255, count: channels)))
    }

    private func batch(_ index: Int, _ stream: BatchStream, _ images: ScaledImages) -> ([Int], [Int32]) {
        let size = images.resolution * images.resolution * images.channels
        // What fill must overwrite.
        var pixels = [Float](repeating: -7, count: stream.batch * size)
        var labels = [Int32](repeating: -7, count: stream.batch)
        stream.fill(index, of: images, into: &pixels, labels: &labels)
        return (pixels.map { Int($0.rounded()) }, labels)
    }

    @Test func anEpochHoldsEveryImageOnceAndDropsTheRest() throws {
        let images = try images(10, side: 2)
        let stream = BatchStream(count: 10, batch: 4, seed: 3, epoch: 0, flip: false, shift: 0)
        #expect(stream.batches == 2)
        #expect(stream.order.sorted() == Array(0..<10))
        #expect(stream.order != Array(0..<10))
        for index in 0..<2 {
            let (pixels, labels) = batch(index, stream, images)
            for slot in 0..<4 {
                let image = stream.order[index * 4 + slot]
                #expect(labels[slot] == Int32(image * 10))
                #expect(Array(pixels[slot * 4..<slot * 4 + 4]) == (1...4).map { image * 4 + $0 })
            }
        }
    }

    @Test func fewerImagesThanABatchAreNoBatch() {
        #expect(BatchStream(count: 3, batch: 4, seed: 0, epoch: 0, flip: true, shift: 1).batches == 0)
        #expect(BatchStream(count: 0, batch: 4, seed: 0, epoch: 0, flip: true, shift: 1).order.isEmpty)
    }

    @Test func seedAndEpochDecideAndNothingElse() throws {
        let images = try images(12, side: 3)
        func epoch(seed: UInt64, epoch: Int) -> BatchStream {
            BatchStream(count: 12, batch: 3, seed: seed, epoch: epoch, flip: true, shift: 1)
        }
        let (first, again) = (epoch(seed: 5, epoch: 2), epoch(seed: 5, epoch: 2))
        // In any order of asking.
        let forwards = (0..<4).map { batch($0, first, images).0 }
        let backwards = (0..<4).reversed().map { batch($0, again, images).0 }
        #expect(forwards == backwards.reversed())
        #expect(epoch(seed: 5, epoch: 3).order != first.order)
        #expect(epoch(seed: 6, epoch: 2).order != first.order)
        let moves = { (stream: BatchStream) in (0..<12).map { stream.augmentation(at: $0).right } }
        #expect(moves(epoch(seed: 5, epoch: 3)) != moves(first))
    }

    @Test func augmentationDoesNotChangeTheOrder() {
        let plain = BatchStream(count: 50, batch: 5, seed: 1, epoch: 1, flip: false, shift: 0)
        let moved = BatchStream(count: 50, batch: 5, seed: 1, epoch: 1, flip: true, shift: 4)
        #expect(plain.order == moved.order)
        #expect((0..<50).allSatisfy { plain.augmentation(at: $0) == (false, 0, 0) })
    }

    @Test func flipsAreHalfAndShiftsUniform() {
        let stream = BatchStream(count: 1, batch: 1, seed: 9, epoch: 0, flip: true, shift: 2)
        var flips = 0
        var moves = [Int](repeating: 0, count: 25)
        for position in 0..<100_000 {
            let (flipped, right, down) = stream.augmentation(at: position)
            flips += flipped ? 1 : 0
            moves[(right + 2) * 5 + down + 2] += 1
        }
        // Five standard deviations: 158 and 62 each.
        #expect(abs(flips - 50_000) < 800)
        #expect(moves.allSatisfy { abs($0 - 4_000) < 320 })
    }

    /// Every flip and shift of a 3×3 image of two channels against plain indexing.
    @Test func pixelsMoveAsTheAugmentationSays() throws {
        let images = try images(6, side: 3, channels: 2)
        var seen: Set<String> = []
        for epoch in 0..<500 {
            let stream = BatchStream(count: 6, batch: 6, seed: 0, epoch: epoch, flip: true, shift: 4)
            let (pixels, _) = batch(0, stream, images)
            for position in 0..<6 {
                let (flipped, right, down) = stream.augmentation(at: position)
                seen.insert("\(flipped) \(right) \(down)")
                let expected = (0..<18).map { index in
                    let (y, x, channel) = (index / 6 - down, index / 2 % 3 - right, index % 2)
                    guard (0..<3).contains(x), (0..<3).contains(y) else { return 0 }
                    return stream.order[position] * 18 + (y * 3 + (flipped ? 2 - x : x)) * 2 + channel + 1
                }
                #expect(Array(pixels[position * 18..<position * 18 + 18]) == expected)
            }
        }
        #expect(seen.count == 2 * 9 * 9)
    }
}
