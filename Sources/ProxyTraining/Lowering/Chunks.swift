// A batch in chunks that stay in the second cache while several steps are taken on them.

import NetworkExecution

/// Images, or rows of pixels where an image is too large, in chunks whose number depends on the tensors alone: sums are added
/// chunk by chunk, so that no result depends on the number of threads.
struct Chunks {
    /// What a chunk is made of.
    enum Unit { case images, rows }

    /// What a chunk is made of.
    let unit: Unit
    /// The units of each chunk.
    let ranges: [Range<Int>]
    /// The chunks of each piece. Sums of many floats, such as gradients of weights, are kept a piece, not a chunk.
    let pieces: [Range<Int>]
    /// The pieces that fall to each thread.
    private let shares: [Range<Int>]

    /// Cuts a number of units of so many floats; at least sixteen chunks where there are as many units.
    init(_ unit: Unit, count units: Int, floats: Int, threads: Int) {
        let wanted = (units * floats + Tuning.chunkFloats - 1) / Tuning.chunkFloats
        let count = min(units, (wanted + Tuning.mostPieces - 1) / Tuning.mostPieces * Tuning.mostPieces)
        let pieces = unit == .images ? min(Tuning.mostPieces, count) : count
        self.unit = unit
        ranges = (0..<count).map { (0..<units).share($0, of: count) }
        self.pieces = (0..<pieces).map { (0..<count).share($0, of: pieces) }
        shares = (0..<threads).map { (0..<pieces).share($0, of: threads) }
    }

    /// How many chunks there are.
    var count: Int { ranges.count }

    /// Units of the largest chunk.
    var largest: Int { ranges.reduce(0) { max($0, $1.count) } }

    /// Calls `body` with each chunk of a thread, its units, its piece, and whether it is the first of that.
    func forEach(
        _ thread: Int, _ body: (_ chunk: Int, _ units: Range<Int>, _ piece: Int, _ isFirst: Bool) -> Void
    ) {
        for piece in shares[thread] {
            for chunk in pieces[piece] {
                body(chunk, ranges[chunk], piece, chunk == pieces[piece].lowerBound)
            }
        }
    }
}
