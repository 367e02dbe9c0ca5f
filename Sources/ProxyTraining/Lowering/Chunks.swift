// A batch in chunks that stay in the second cache while several steps are taken on them.

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

    /// Floats of a chunk's largest tensor, of which three or four are in the cache together.
    private static let floats = 24 * 1024
    /// Pieces at the most: few enough to add up, and a multiple of most numbers of threads.
    private static let mostPieces = 16

    /// Cuts a number of units of so many floats; at least sixteen chunks where there are as many units.
    init(_ unit: Unit, count units: Int, floats: Int, threads: Int) {
        let wanted = (units * floats + Self.floats - 1) / Self.floats
        let count = min(units, (wanted + Self.mostPieces - 1) / Self.mostPieces * Self.mostPieces)
        let pieces = unit == .images ? min(Self.mostPieces, count) : count
        self.unit = unit
        ranges = (0..<count).map { (0..<units).share($0, of: count) }
        self.pieces = (0..<pieces).map { (0..<count).share($0, of: pieces) }
        shares = (0..<threads).map { (0..<pieces).share($0, of: threads) }
    }

    /// How many chunks there are.
    var count: Int { ranges.count }

    /// Units of the largest chunk.
    var largest: Int { ranges.map(\.count).max() ?? 0 }

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
