// Several searches at once on one store: they divide the work, and together find what one finds.

import CompoundSearch
import Dispatch
import Foundation
import ResultStore
import Studies
import Testing

@Suite struct SharedWork {
    @Test(.timeLimit(.minutes(10)))
    func fourSearchesOnOneStoreTrainEachRungOnce() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "shared-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appendingPathComponent("s.sqlite").path
        let alone = try TrialStore.empty()
        try SmallStudy().run(in: alone)
        let jobs = Seen<String>()
        let endings = Seen<StudyEnding>()
        var small = SmallStudy()
        small.tell(jobs)
        let shared = small
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            if let store = try? TrialStore(path: path, access: .readWrite),
                let ending = try? shared.run(in: store)
            {
                endings.append(ending)
            }
        }
        #expect(endings.all == Array(repeating: .finished(FailureCount([], candidates: 6)), count: 4))
        #expect(jobs.all.count == 11)
        #expect(Set(jobs.all).count == 11)
        #expect(try TrialStore(path: path, access: .readOnly).log() == alone.log())
    }

    @Test func whatIsJoinedIsSeenUntilTheLastLeaves() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "joined-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let claims = FileClaims(folder: folder.path)
        #expect(!claims.isHeld("study"))
        #expect(!FileManager.default.fileExists(atPath: folder.path))
        let (first, second) = (try claims.join("study"), try claims.join("study"))
        #expect(claims.isHeld("study") && !claims.isHeld("another"))
        first.release()
        #expect(claims.isHeld("study"))
        second.release()
        #expect(!claims.isHeld("study"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func aClaimIsHeldOnceAndComesBack() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "claims-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let claims = FileClaims(folder: folder.path)
        guard case .granted(let first) = try claims.claim("job") else { return #expect(Bool(false)) }
        guard case .taken(let holder) = try claims.claim("job") else { return #expect(Bool(false)) }
        #expect(holder == "process \(getpid()) of this machine")
        guard case .granted(let other) = try claims.claim("another") else { return #expect(Bool(false)) }
        other.release()
        first.release()
        guard case .granted(let again) = try claims.claim("job") else { return #expect(Bool(false)) }
        again.release()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}

@Suite struct FilesOfAStore {
    @Test func onlyItsOwnFolderIsReadAndDeleted() throws {
        // given: a store with weights, and files outside that a foreign store may name
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "files-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = TrainingFiles(store: folder.appendingPathComponent("x.sqlite").path, training: "t")
        func write(_ path: String) throws {
            let url = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("weights".utf8).write(to: url)
        }
        for path in ["x.sqlite.weights/t/n/w", "x.weights/s/t/n/w", "x.db.weights/t/n/w", "outside"] {
            try write(path)
        }
        let link = folder.appendingPathComponent("x.sqlite.weights/link").path
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: folder.appendingPathComponent("outside").path)
        try FileManager.default.createSymbolicLink(
            atPath: folder.appendingPathComponent("x.sqlite.weights/up").path, withDestinationPath: "..")

        // then
        #expect(files.existing("x.sqlite.weights/t/n/w") != nil)
        #expect(files.existing("x.weights/s/t/n/w") != nil)
        for path in [
            "x.db.weights/t/n/w", "outside", "../files/outside", "x.sqlite.weights/../outside",
            "x.sqlite.weights/link", "x.sqlite.weights/up/outside", "x.sqlite.weights",
            "x.sqlite.weights/t", folder.appendingPathComponent("outside").path, "", "/",
            "x.sqlite.weights//t/n/w",
            "./x.sqlite.weights/t/n/w", "x.sqlite.weights/t/n/gone",
        ] {
            #expect(files.existing(path) == nil, "\(path)")
        }
    }

    @Test func storesOfOneFolderKeepTheirWeightsApart() {
        let rung = TrainingRung(
            phase: .pretraining, index: 0, seed: 1, startEpochs: 0, epochs: 1, isFinal: true)
        let paths = ["x.sqlite", "x.db", "x", "x.sqlite3"].map {
            TrainingFiles(store: "/tmp/f/\($0)", training: "t").weights("n", rung)
        }
        #expect(Set(paths).count == 4)
    }

    @Test func whatAKillLeftHalfWrittenIsSwept() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "parts-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = TrainingFiles(store: folder.appendingPathComponent("x.sqlite").path, training: "t")
        try files.prepareFolder("n")
        let own = folder.appendingPathComponent("x.sqlite.weights/t/n")
        for name in ["a.safetensors", "a.safetensors.part", "b.checkpoint.part"] {
            try Data().write(to: own.appendingPathComponent(name))
        }
        try files.prepareFolder("n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: own.path) == ["a.safetensors"])
    }
}
