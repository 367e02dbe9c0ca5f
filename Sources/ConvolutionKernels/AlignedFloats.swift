// Memory that kernels work on.

import Foundation

/// A fixed number of floats, zero at first, aligned to a cache line.
package final class AlignedFloats: @unchecked Sendable {
    /// The first float; whoever shares the memory between threads keeps their writes apart.
    package let start: UnsafeMutablePointer<Float>
    /// How many floats there are.
    package let count: Int

    /// Allocates `count` floats and sets them to zero.
    package init(count: Int) {
        let bytes = max(1, count) * MemoryLayout<Float>.stride
        let isLarge = bytes >= Self.hugePage
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
        #if os(Linux)
            // Before the first write, which is what maps the pages.
            if isLarge { madvise(memory, bytes, MADV_HUGEPAGE) }
        #endif
        start = memory.initializeMemory(as: Float.self, repeating: 0, count: max(1, count))
        self.count = count
    }

    /// Bytes of a huge page. Blocks of this size and more ask for such pages, which saves B0 1 % of its time
    /// and its classifier, 5 MB of weights, 10 %.
    private static let hugePage = 2 << 20

    /// Allocates a copy.
    package convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { start[index] = value }
    }

    deinit {
        UnsafeMutableRawPointer(start).deallocate()
    }

    /// Bytes allocated.
    package var bytes: Int { count * MemoryLayout<Float>.stride }

    /// A copy of all floats.
    package var array: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
}
