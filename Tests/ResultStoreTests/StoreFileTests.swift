// What may be a store's file, how it is read when something is wrong with it, and for how long.

import CompoundSearch
import Foundation
import GRDB
import ResultStore
import Testing

@Test(arguments: [
    "", " ", "\t", "\n", ":memory:", ":MEMORY:", "file:store.sqlite", "file:x?mode=memory&cache=shared",
    "FILE:/tmp/x", "x?mode=memory", "store.sqlite ", " store.sqlite", "a\nb.sqlite", "a\0b.sqlite",
    "results/",
])
func aNameByWhichNothingIsKeptIsRefused(name: String) throws {
    #expect(TrialStore.refusal(ofName: name) == .keepsNothing(name: name))
    guard name != TrialStore.inMemory else { return }
    for access in [TrialStore.Access.readWrite, .readOnly] {
        #expect(throws: StoreError.keepsNothing(name: name)) { try TrialStore(path: name, access: access) }
    }
}

@Test(arguments: ["store.sqlite", "../a b/store", "/tmp/x.db", "profile:1.sqlite", "köln.sqlite", "-"])
func otherNamesMayBeStores(name: String) {
    #expect(TrialStore.refusal(ofName: name) == nil)
}

@Test(.timeLimit(.minutes(10)), arguments: ["pipe", "socket", "device", "folder", "link to a device"])
func onlyRegularFilesAreStores(kind: String) throws {
    // given
    let folder = try TemporaryFolder()
    var file = folder.file()
    switch kind {
    case "pipe": #expect(mkfifo(file, 0o600) == 0)
    case "socket": try makeSocket(at: file)
    case "device": file = "/dev/null"
    case "folder": file = folder.path
    default: #expect(symlink("/dev/zero", file) == 0)
    }

    // then
    for access in [TrialStore.Access.readWrite, .readOnly] {
        #expect(throws: StoreError.notARegularFile(file: file)) {
            try TrialStore(path: file, access: access)
        }
    }
}

@Test(.timeLimit(.minutes(10))) func aPipeInPlaceOfTheLogIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    #expect(mkfifo(file + "-wal", 0o600) == 0)
    #expect(throws: StoreError.notARegularFile(file: file + "-wal")) {
        try TrialStore(path: file, access: .readOnly)
    }
}

/// A socket of the file system, with nobody behind it.
private func makeSocket(at path: String) throws {
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    try #require(result == 0)
}

@Test func aCopyWithoutItsLogIsNamedAsSuch() throws {
    // given: a store that is being written, of which only the file itself is copied
    let folder = try TemporaryFolder()
    let store = try TrialStore(path: folder.file(), access: .readWrite)
    try store.registerGrid()
    try store.record(try trials(1)[0], measured(1), conditions: conditions(), description: "")
    let copy = folder.file("copy.sqlite")
    try FileManager.default.copyItem(atPath: folder.file(), toPath: copy)

    // then: also when it is asked again
    for _ in 1...2 {
        #expect(throws: StoreError.logMissing(file: copy)) { try TrialStore(path: copy, access: .readOnly) }
    }

    // and with its log it is whole
    let both = folder.file("both.sqlite")
    for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: folder.file() + suffix, toPath: both + suffix)
    }
    #expect(try TrialStore(path: both, access: .readOnly).rowCount == 1)
}

@Test func aCopyOfAResumedStoreWithoutItsLogIsNoted() throws {
    // given: a store of one trial in which a second one is being written
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    var store: TrialStore? = try TrialStore(path: file, access: .readWrite)
    try store?.record(try trials(2)[1], measured(2), conditions: conditions(), description: "")
    let copy = folder.file("copy.sqlite")
    try FileManager.default.copyItem(atPath: file, toPath: copy)

    // then: also when it is asked again
    for _ in 1...2 {
        let reader = try TrialStore(path: copy, access: .readOnly)
        #expect(try reader.rowCount == 1)
        #expect(
            reader.notes == [
                "\(copy) was copied or moved without \(copy)-wal while a search wrote to it, and may lack the "
                    + "newest rows; copy both files, or copy when the search is over."
            ])
        try? FileManager.default.removeItem(atPath: copy + "-wal")
    }

    // and the store itself is whole for whoever reads it now, with its log elsewhere, and when it is closed
    #expect(try TrialStore(path: file, access: .readOnly).notes == [])
    let both = folder.file("both.sqlite")
    for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: file + suffix, toPath: both + suffix)
    }
    #expect(try TrialStore(path: both, access: .readOnly).notes == [])
    store = nil
    let closed = try TrialStore(path: file, access: .readOnly)
    #expect(try closed.rowCount == 2 && closed.notes == [])
}

@Test(.timeLimit(.minutes(10))) func aFilterThatNeverEndsIsStopped() throws {
    // given
    let folder = try TemporaryFolder()
    let file = try folder.store(2)
    let limits = TrialStore.Limits(readSeconds: 0.25)
    let endless = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n) > 0"

    // then: reader and writer end, and go on afterwards
    for access in [TrialStore.Access.readOnly, .readWrite] {
        let store = try TrialStore(path: file, access: access, limits: limits)
        #expect(throws: StoreError.tooSlow(file: file, seconds: 0.25)) {
            try store.query(Query(filter: endless))
        }
        #expect(try store.rowCount == 2)
    }
}

@Test func aPermanentErrorIsReportedAtOnce() throws {
    // given: a store whose tables are there though its migrations say otherwise
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    try execute("DELETE FROM grdb_migrations WHERE identifier = 'content'", on: file)

    // then
    var error: StoreError?
    let time = ContinuousClock().measure {
        error = #expect(throws: StoreError.self) { try TrialStore(path: file, access: .readWrite) }
    }
    guard case .damaged(file, _) = error else {
        Issue.record("\(String(describing: error))")
        return
    }
    #expect(time < .seconds(2))
}

@Test(arguments: [true, false])
func aStoreThatIsGoneTakesNoMoreTrialsAndSaysSo(isReplaced: Bool) throws {
    // given
    let folder = try TemporaryFolder()
    let file = folder.file("results/store.sqlite")
    let store = try TrialStore(path: file, access: .readWrite)
    try store.registerGrid()

    // when: the folder vanishes, and perhaps another store takes its place
    try FileManager.default.removeItem(atPath: folder.path + "/results")
    let other = isReplaced ? try TrialStore(path: file, access: .readWrite) : nil
    try other?.registerGrid()

    // then
    let error = #expect(throws: StoreError.vanished(file: file)) {
        try store.record(try trials(1)[0], measured(1), conditions: conditions(), description: "")
    }
    #expect(error?.isSurroundings == true)
    #expect(try other?.rowCount ?? 0 == 0)
}

@Test func onlySurroundingsAreTheSurroundings() {
    let file = "x.sqlite"
    for error in [
        StoreError.locked(file: file), .readOnly(file: file), .cannotOpen(file: file), .diskFull(file: file),
        .vanished(file: file),
    ] {
        #expect(error.isSurroundings)
    }
    for error in [
        StoreError.damaged(file: file, ""), .newerVersion(file: file), .noSuchTrial(file: file, id: 1),
        .missing(file: file), .tooSlow(file: file, seconds: 1),
    ] {
        #expect(!error.isSurroundings)
    }
}

@Test func readersOfADamagedStoreRankAsBeforeOrRefuse() throws {
    // given: a store whose figures are known
    let folder = try TemporaryFolder()
    let whole = folder.file("whole.sqlite")
    do {
        let store = try TrialStore(path: whole, access: .readWrite)
        try store.registerGrid()
        for (index, trial) in try trials(12).enumerated() {
            try store.record(
                trial, measured(1 + Double(index * 7 % 12) / 8), conditions: conditions(), description: "net",
                now: Date(timeIntervalSince1970: 1_700_000_000))
            let rung = TrainingRung(
                phase: .pretraining, index: 0, seed: 1, startEpochs: 0, epochs: 2, isFinal: true)
            try store.record(
                FinishedRung(
                    networkHash: trial.networkHash, rung: rung,
                    outcome: .complete(RungResult(accuracy: Double(index * 5 % 12) / 16, seconds: 1))),
                study: trial.study, training: TrainingKey(hash: "k", trainer: "t", recipe: "r"),
                machine: conditions().machine, toolVersion: "1.0.0",
                now: Date(timeIntervalSince1970: 1_700_000_000))
        }
    }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
    func answers(_ file: String) throws -> [ResultTable] {
        let store = try TrialStore(path: file, access: .readOnly)
        let columns = ["id", "network_hash", "macs", "parameters", "latency_ms", "latency_ratio", "accuracy"]
        return try [
            store.query(Query(columns: columns, sort: ["-accuracy"])),
            store.query(Query(columns: columns, pareto: ["-accuracy", "latency_ratio"])),
        ]
    }
    let expected = try answers(whole)

    // when: one to eight neighbouring bytes change, at places that the seed tells
    let seed: UInt64 = 20_260_401
    var random = SplitMix(state: seed)
    var refused = 0
    let file = folder.file("damaged.sqlite")
    for attempt in 0..<160 {
        var damaged = bytes
        let start = Int(random.next() % UInt64(bytes.count))
        for place in start..<min(bytes.count, start + 1 + attempt % 8) {
            damaged[place] ^= UInt8(truncatingIfNeeded: random.next() | 1)
        }
        try damaged.write(to: URL(fileURLWithPath: file))

        // then
        do {
            let found = try answers(file)
            #expect(found == expected, "seed \(seed), attempt \(attempt), byte \(start)")
        } catch {
            refused += 1
        }
    }
    print("of 160 damaged stores, \(refused) were refused and the others ranked as before (seed \(seed))")
    #expect(refused > 20)
}

/// Vigna's SplitMix64: random numbers that are the same everywhere.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
