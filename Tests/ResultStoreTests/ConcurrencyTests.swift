// Several at once: writers of shards, readers beside a writer, other programs.

import CompoundSearch
import Foundation
import ResultStore
import Testing

@Test func writersOfDifferentShardsLoseNothing() throws {
    // given: eight shards that all begin with a file that does not exist yet
    let folder = try TemporaryFolder()
    let file = folder.file()
    let all = try trials(100)

    // when
    try inThreads(8) { index in
        let store = try TrialStore(path: file, access: .readWrite)
        try store.registerGrid()
        let shard = try #require(Shard(index + 1, of: 8))
        for trial in all where shard.contains(trial.candidate.ordinal) {
            try store.record(trial, measured(1), conditions: conditions(), description: "")
        }
    }

    // then
    let store = try TrialStore(path: file, access: .readOnly)
    #expect(try store.rowCount == 100)
    let finished = try store.evaluated(study: all[0].study, conditions: conditions())
    #expect(finished == Set(all.map(\.networkHash)))
}

@Test func writersOfTheSameTrialsRecordEachOnce() throws {
    // given
    let folder = try TemporaryFolder()
    let file = folder.file()
    let all = try trials(100)
    let counter = DispatchQueue(label: "counter")
    nonisolated(unsafe) var new = 0

    // when
    try inThreads(4) { _ in
        let store = try TrialStore(path: file, access: .readWrite)
        try store.registerGrid()
        for trial in all {
            let isNew = try store.record(trial, measured(1), conditions: conditions(), description: "")
            if isNew { counter.sync { new += 1 } }
        }
    }

    // then
    #expect(counter.sync { new } == 100)
    #expect(try TrialStore(path: file, access: .readOnly).rowCount == 100)
}

@Test func readerSeesWholeTrialsWhileAWriterGoesOn() throws {
    // given
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    let all = try trials(100)
    let deadline = Date(timeIntervalSinceNow: 60)

    // when
    try inThreads(2) { index in
        if index == 0 {
            let writer = try TrialStore(path: file, access: .readWrite)
            for trial in all {
                try writer.record(trial, measured(1), conditions: conditions(), description: "")
            }
        } else {
            let reader = try TrialStore(path: file, access: .readOnly)
            var seen = 0
            while seen < all.count, Date() < deadline {
                // then
                let rows = try reader.query(Query(columns: ["state"])).rows
                #expect(rows.count >= seen)
                #expect(rows.allSatisfy { $0 == [.text("complete")] })
                seen = rows.count
            }
        }
    }
    #expect(try TrialStore(path: file, access: .readOnly).rowCount == all.count)
}

private let shell = "/usr/bin/sqlite3"

@Test(.enabled(if: FileManager.default.isExecutableFile(atPath: shell), "needs sqlite3"))
func personReadsTheViewWithTheShellWhileTheStoreIsOpen() throws {
    // given
    let folder = try TemporaryFolder()
    let file = try folder.store(2)
    let store = try TrialStore(path: file, access: .readWrite)
    try store.record(try trials(3)[2], measured(1.5), conditions: conditions(), description: "")

    // when
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: shell)
    process.arguments = ["-readonly", file, "SELECT id, network, latency_ms FROM trials WHERE id > 1"]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()

    // then
    #expect(text == "2|efficientnet-b0|10.0\n3|efficientnet-b0|15.0\n")
    #expect(process.terminationStatus == 0)
}
