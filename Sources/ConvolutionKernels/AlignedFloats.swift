// Memory that kernels work on.

import Foundation

/// A fixed number of floats, zero at first, aligned to a cache line.
package final class AlignedFloats: @unchecked Sendable {
    /// The first float; whoever shares the memory between threads keeps their writes apart.
    package let start: UnsafeMutablePointer<Float>
    /// How many floats there are.
    package let count: Int

    private let slab: Slab

    /// Allocates `count` floats and sets them to zero; throws where the system has not that much memory.
    package convenience init(count: Int) throws(AllocationError) {
        let (bytes, overflow) = max(1, count).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        self.init(try Slab(bytes: overflow ? .max : bytes), offset: 0, count: count)
    }

    /// Takes a part of a slab and sets it to zero.
    fileprivate init(_ slab: Slab, offset: Int, count: Int) {
        self.slab = slab
        self.count = count
        start = (slab.start + offset).initializeMemory(as: Float.self, repeating: 0, count: max(1, count))
    }

    /// Allocates a copy; throws where the system has not that much memory.
    package convenience init(_ values: [Float]) throws(AllocationError) {
        try self.init(count: values.count)
        for (index, value) in values.enumerated() { start[index] = value }
    }

    /// Bytes allocated.
    package var bytes: Int { count * MemoryLayout<Float>.stride }

    /// A copy of all floats.
    package var array: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
}

/// Memory that the system does not have, or does not give.
package struct AllocationError: Error, Hashable, CustomStringConvertible {
    /// Bytes that were asked for.
    package let bytes: Int

    /// The sentence to show.
    package var description: String {
        "\(max(1, bytes >> 20)) MiB of memory cannot be had; raise the memory limit, or choose a smaller network "
            + "or batch."
    }
}

/// Memory for the arrays of one owner, side by side.
///
/// A network's weights are a hundred arrays. On pages of their own, where these lie in the machine's memory decides which of them
/// drive each other out of the second cache, and two processes ran the same network at speeds 1 or 2 % apart. Huge pages
/// lie together, and most arrays are smaller than one.
package final class FloatPool {
    private var slab: Slab?
    private var used = 0

    /// An empty pool.
    package init() {}

    /// `count` floats, zero at first; throws where the system has not that much memory.
    package func floats(count: Int) throws(AllocationError) -> AlignedFloats {
        guard count < Int.max / 8 else { throw AllocationError(bytes: .max) }
        let bytes = (max(1, count) * MemoryLayout<Float>.stride + 63) / 64 * 64
        if let slab, used + bytes <= slab.bytes {
            defer { used += bytes }
            return AlignedFloats(slab, offset: used, count: count)
        }
        let slab = try Slab(bytes: max(bytes, Self.slabBytes))
        self.slab = slab
        used = bytes
        return AlignedFloats(slab, offset: 0, count: count)
    }

    /// Bytes asked for at a time; what is never used takes no memory.
    private static let slabBytes = 16 << 20
}

/// A block of memory, whose pages are mapped when they are first written.
///
/// Large blocks are mapped by themselves: among the arrays that come and go while weights are folded, a heap would be left with
/// holes of their size.
private final class Slab: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let bytes: Int
    /// Where a mapping begins, a huge page at most before `start`; nil where the block is the heap's.
    private let mapping: UnsafeMutableRawPointer?

    init(bytes asked: Int) throws(AllocationError) {
        guard asked >= Self.hugePage else {
            var memory: UnsafeMutableRawPointer?
            guard posix_memalign(&memory, 64, asked) == 0, let memory else {
                throw AllocationError(bytes: asked)
            }
            bytes = asked
            start = memory
            mapping = nil
            return
        }
        guard asked < Int.max / 2 else { throw AllocationError(bytes: asked) }
        let bytes = (asked + Self.hugePage - 1) / Self.hugePage * Self.hugePage
        let mapping = mmap(
            nil, bytes + Self.hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard let mapping, mapping != MAP_FAILED else { throw AllocationError(bytes: asked) }
        self.bytes = bytes
        self.mapping = mapping
        start = mapping.alignedUp(toMultipleOf: Self.hugePage)
        #if os(Linux)
            // Before the first write, which is what maps the pages.
            madvise(start, bytes, MADV_HUGEPAGE)
        #endif
    }

    deinit {
        if let mapping {
            munmap(mapping, bytes + Self.hugePage)
        } else {
            free(start)
        }
    }

    /// Bytes of a huge page. Blocks of this size and more ask for such pages, which saves B0 1 % of its time
    /// and its classifier, 5 MB of weights, 10 %.
    private static let hugePage = 2 << 20
}
