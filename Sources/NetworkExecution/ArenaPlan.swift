// Where every tensor of a network stands in one block of memory.

/// A tensor that lives from one step to another.
struct Slot {
    /// Floats it needs.
    var count: Int
    /// The step that writes it first.
    var first = Int.max
    /// The last step that touches it.
    var last = 0
}

/// Places for slots, such that no two which live at the same time overlap.
package struct ArenaPlan {
    /// The first float of each slot.
    package let offsets: [Int]
    /// Floats of the whole arena.
    package let count: Int

    /// Places the largest first, each as low as it fits; offsets are multiples of a cache line.
    ///
    /// `margin` floats before the first slot and after the last belong to the arena, and to no slot.
    init(_ slots: [Slot], margin: Int) {
        let line = 16
        var offsets = [Int](repeating: 0, count: slots.count)
        var placed: [Int] = []
        var end = 0
        for slot in slots.indices.sorted(by: { slots[$0].count > slots[$1].count }) {
            let neighbours = placed.filter {
                slots[$0].first <= slots[slot].last && slots[slot].first <= slots[$0].last
            }.sorted { offsets[$0] < offsets[$1] }
            var offset = 0
            for neighbour in neighbours {
                if offset + slots[slot].count <= offsets[neighbour] { break }
                offset = max(offset, (offsets[neighbour] + slots[neighbour].count + line - 1) / line * line)
            }
            offsets[slot] = offset
            end = max(end, offset + slots[slot].count)
            placed.append(slot)
        }
        let margin = (margin + line - 1) / line * line
        self.offsets = offsets.map { $0 + margin }
        count = end + 2 * margin
    }
}
