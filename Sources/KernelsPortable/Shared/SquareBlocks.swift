// Square blocks of a matrix, transposed in registers.
//
// Like the register tile, a block is a type, so that every vector has a register. Interleaving the upper
// half of the rows with the lower half, element by element, rotates the bits of an element's position; when
// it was done as often as a lane's number has bits, rows and columns have changed places.

/// Some vectors, one below the other.
protocol VectorBlock {
    /// How many vectors there are.
    static var rows: Int { get }
    /// Loads vectors `stride` floats apart, zeros from the row number `limit` on.
    init(_ source: UnsafePointer<Float>, stride: Int, limit: Int)
    /// Stores vectors `stride` floats apart, up to the row number `limit`.
    func store(to destination: UnsafeMutablePointer<Float>, stride: Int, limit: Int)
    /// The vectors of both blocks in turn, interleaved.
    func interleaved(with other: Self) -> Stack<Self>
}

/// A block of one vector.
struct OneVector: VectorBlock {
    var vector: BlockVector

    @inline(__always) static var rows: Int { 1 }

    @inline(__always) init(_ vector: BlockVector) {
        self.vector = vector
    }

    @inline(__always) init(_ source: UnsafePointer<Float>, stride: Int, limit: Int) {
        vector =
            limit > 0
            ? UnsafeRawPointer(source).loadUnaligned(as: BlockVector.self) : BlockVector(repeating: 0)
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>, stride: Int, limit: Int) {
        guard limit > 0 else { return }
        UnsafeMutableRawPointer(destination).storeBytes(of: vector, as: BlockVector.self)
    }

    @inline(__always) func interleaved(with other: OneVector) -> Stack<OneVector> {
        var first = BlockVector()
        var second = BlockVector()
        first.evenHalf = vector.lowHalf
        first.oddHalf = other.vector.lowHalf
        second.evenHalf = vector.highHalf
        second.oddHalf = other.vector.highHalf
        return Stack(OneVector(first), OneVector(second))
    }
}

/// Two blocks of the same size, one above the other.
struct Stack<Half: VectorBlock>: VectorBlock {
    var upper: Half
    var lower: Half

    @inline(__always) static var rows: Int { 2 * Half.rows }

    @inline(__always) init(_ upper: Half, _ lower: Half) {
        self.upper = upper
        self.lower = lower
    }

    @inline(__always) init(_ source: UnsafePointer<Float>, stride: Int, limit: Int) {
        upper = Half(source, stride: stride, limit: limit)
        lower = Half(source + Half.rows * stride, stride: stride, limit: limit - Half.rows)
    }

    @inline(__always) func store(to destination: UnsafeMutablePointer<Float>, stride: Int, limit: Int) {
        upper.store(to: destination, stride: stride, limit: limit)
        lower.store(to: destination + Half.rows * stride, stride: stride, limit: limit - Half.rows)
    }

    @inline(__always) func interleaved(with other: Stack<Half>) -> Stack<Stack<Half>> {
        Stack<Stack<Half>>(upper.interleaved(with: other.upper), lower.interleaved(with: other.lower))
    }

    /// The upper half of the rows interleaved with the lower half.
    @inline(__always) var shuffled: Stack<Half> { upper.interleaved(with: lower) }
}

typealias FourVectors = Stack<Stack<OneVector>>
typealias EightVectors = Stack<FourVectors>
