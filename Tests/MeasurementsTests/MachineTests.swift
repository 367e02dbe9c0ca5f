// Machines are known by what changes a latency.

import Measurements
import Testing

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
