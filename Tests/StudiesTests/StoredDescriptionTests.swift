// A trial's network comes back from its stored text, or it is said that the text is another's.

import Foundation
import Networks
import ResultStore
import Studies
import Testing

@Suite struct StoredDescriptionTests {
    private let folder = FileManager.default.temporaryDirectory.appending(
        path: "description-\(UUID().uuidString)")

    /// The file of a study that was run and closed.
    private func store() throws -> URL {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "store.sqlite")
        try SmallStudy().run(in: TrialStore(path: file.path, access: .readWrite))
        // The last connection to close brings everything into the file; one that comes too late leaves that to the next.
        let deadline = ContinuousClock.now + .seconds(20)
        while FileManager.default.fileExists(atPath: file.path + "-wal"), ContinuousClock.now < deadline {
            _ = try TrialStore(path: file.path, access: .readWrite)
            usleep(20_000)
        }
        return file
    }

    @Test func everyTrialDescribesTheNetworkThatWasRecorded() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try TrialStore(path: store().path, access: .readOnly)
        for id in 1...6 {
            let trial = try store.trial(id: id)
            #expect(try Network(trial.architecture).contentHash == trial.networkHash)
        }
    }

    /// SQLite's own check says nothing about a text that changes within its page.
    @Test func aChangedByteOfATextIsNoticed() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try store()
        var bytes = try Data(contentsOf: file)
        var (changes, start) = (0, bytes.startIndex)
        while let found = bytes.range(of: Data("resolution: 8".utf8), in: start..<bytes.endIndex) {
            bytes[found.upperBound - 1] = UInt8(ascii: "9")
            (changes, start) = (changes + 1, found.upperBound)
        }
        #expect(changes >= 6)
        try bytes.write(to: file)
        let store = try TrialStore(path: file.path, access: .readOnly)
        let trial = try store.trial(id: 3)
        let error = #expect(throws: StudyError.self) { try trial.architecture }
        guard case .changedDescription(3, trial.networkHash, let described) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(described != trial.networkHash)
        #expect("\(error!)".contains("trial:3 was recorded as network \(trial.networkHash), and its"))
        #expect(throws: (any Error).self) { try trial.export(nil) }
    }
}
