// A part of a search, for several machines that each do one.

/// A part of a search: every `of`-th candidate, beginning with the `index`-th.
package struct Shard: Hashable, Sendable {
    /// Counted from 1.
    package let index: Int
    /// How many shards there are.
    package let of: Int

    /// How many shards a search can have.
    package static let countRange = 1...1_000_000

    /// Shard `index` of `of`; nil unless 1 ≤ index ≤ of, and there are not too many.
    package init?(_ index: Int, of: Int) {
        guard Shard.countRange ~= of, 1...of ~= index else { return nil }
        self.index = index
        self.of = of
    }

    /// All of a search.
    package static let whole = Shard(1, of: 1)!

    /// Whether the candidate of that ordinal belongs to this shard.
    package func contains(_ ordinal: Int) -> Bool { ordinal % of == index - 1 }
}
