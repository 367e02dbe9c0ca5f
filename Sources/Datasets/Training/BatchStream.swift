// The order and the augmentation of one epoch. Both are functions of seed, epoch and position alone: results
// depend neither on threads nor on which batch is asked for first, and a run resumes at any epoch.

/// The batches of one epoch.
///
///     let stream = BatchStream(count: images.count, batch: 128, seed: 1, epoch: 0, flip: true, shift: 1)
///     for index in 0..<stream.batches { stream.fill(index, of: images, into: pixels, labels: labels) }
package struct BatchStream: Sendable {
    /// Images per batch.
    package let batch: Int
    /// Whole batches in the epoch; images left over wait for another epoch's order.
    package let batches: Int
    /// The image at each position of the epoch: every image once.
    package let order: [Int]

    private let augmentation: RandomCounter
    private let flip: Bool
    private let shift: Int

    /// A shuffled epoch of `count` images. With `flip` every second image on average is mirrored; each is
    /// moved by up to ±`shift` pixels both ways. Cost: a shuffle of `count` integers.
    package init(count: Int, batch: Int, seed: UInt64, epoch: Int, flip: Bool, shift: Int) {
        precondition(count >= 0 && batch > 0 && shift >= 0, "a batch holds images, a shift is a distance")
        self.batch = batch
        batches = count / batch
        let epoch = UInt64(bitPattern: Int64(epoch))
        order = RandomCounter(seed, epoch, 0).permutation(count)
        augmentation = RandomCounter(seed, epoch, 1)
        self.flip = flip
        self.shift = shift
    }

    /// Whether the image at a position is mirrored, and by how many pixels it moves right and down.
    package func augmentation(at position: Int) -> (flipped: Bool, right: Int, down: Int) {
        let bits = augmentation.bits(position)
        let moves = UInt64(2 * shift + 1)
        let right = Int(((bits >> 1 & 0x7fff_ffff) * moves) >> 31) - shift
        let down = Int(((bits >> 32 & 0x7fff_ffff) * moves) >> 31) - shift
        return (flip && bits & 1 == 1, right, down)
    }

    /// Writes batch `index`: batch × resolution × resolution × channels floats and batch labels. What a shift
    /// uncovers is 0, the mean after normalisation.
    package func fill(
        _ index: Int, of images: ScaledImages, into pixels: UnsafeMutablePointer<Float>,
        labels: UnsafeMutablePointer<Int32>
    ) {
        precondition((0..<batches).contains(index), "there are \(batches) batches")
        precondition(images.count == order.count, "the stream was made for \(order.count) images")
        let size = images.resolution * images.resolution * images.channels
        images.values.withUnsafeBufferPointer { values in
            for slot in 0..<batch {
                let position = index * batch + slot
                let image = order[position]
                labels[slot] = Int32(images.labels[image])
                copy(
                    values.baseAddress! + image * size, to: pixels + slot * size, side: images.resolution,
                    channels: images.channels, augmentation(at: position))
            }
        }
    }

    private func copy(
        _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, side: Int, channels: Int,
        _ augmentation: (flipped: Bool, right: Int, down: Int)
    ) {
        let rowSize = side * channels
        let right = max(-side, min(side, augmentation.right))
        // Columns of the target that the moved image covers.
        let covered = max(0, right)..<min(side, side + right)
        for y in 0..<side {
            let row = target + y * rowSize
            let sourceY = y - augmentation.down
            guard (0..<side).contains(sourceY), !covered.isEmpty else {
                row.update(repeating: 0, count: rowSize)
                continue
            }
            let sourceRow = source + sourceY * rowSize
            row.update(repeating: 0, count: covered.lowerBound * channels)
            (row + covered.upperBound * channels).update(
                repeating: 0, count: (side - covered.upperBound) * channels)
            if augmentation.flipped {
                for x in covered {
                    (row + x * channels).update(
                        from: sourceRow + (side - 1 - (x - right)) * channels, count: channels)
                }
            } else {
                (row + covered.lowerBound * channels).update(
                    from: sourceRow + (covered.lowerBound - right) * channels,
                    count: covered.count * channels)
            }
        }
    }
}
