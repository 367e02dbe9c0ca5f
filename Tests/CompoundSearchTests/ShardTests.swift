// Shards divide a search.

import CompoundSearch
import Testing

@Test(arguments: 1...7)
func shardsDivideTheTrialsWithoutOverlap(_ count: Int) throws {
    let shards = (1...count).compactMap { Shard($0, of: count) }
    #expect(shards.count == count)
    for ordinal in 0..<100 {
        #expect(shards.filter { $0.contains(ordinal) }.count == 1)
    }
}

@Test func shardsOutOfRangeDoNotExist() {
    #expect(Shard(0, of: 4) == nil)
    #expect(Shard(5, of: 4) == nil)
    #expect(Shard(1, of: 0) == nil)
}
