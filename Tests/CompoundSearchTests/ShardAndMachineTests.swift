// Shards divide a search; machines are known by what changes a latency.

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

@Test func aMachineIsKnownByWhatChangesALatency() {
    let machine = Machine(
        processor: "Z80", cores: 2, memoryBytes: 1, system: "CP/M 2.2", caches: "48K, 2048K")
    var same = machine
    same.memoryBytes = 2
    same.system = "CP/M 3"
    same.cores = 4
    #expect(same.fingerprint == machine.fingerprint)
    var other = machine
    other.caches = "32K, 2048K"
    #expect(other.fingerprint != machine.fingerprint)
    other = machine
    other.processor = "Z8000"
    #expect(other.fingerprint != machine.fingerprint)
}
