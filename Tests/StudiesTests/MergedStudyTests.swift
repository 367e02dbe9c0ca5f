// Stores of one study that are merged or read as one: weights go along, and what is left is told of both together.

import CompoundSearch
import Foundation
import Measurements
import ResultStore
import Studies
import Testing

/// A folder that goes with the test, and stores in it.
private final class Shelf {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("merged-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A path in a folder of its own.
    func path(_ name: String) throws -> String {
        let file = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        return file.path
    }

    /// Records one finished run of the study's first trial, with a file of weights of that text.
    func train(
        _ path: String, seed: Int, accuracy: Double, weights text: String?, at seconds: Double
    ) throws {
        let store = try TrialStore(path: path, access: .readWrite)
        let study = try SmallStudy().study(in: store)
        let trial = study.draw.trials[0]
        let now = Date(timeIntervalSince1970: 1_700_000_000 + seconds)
        let key = TrainingKey(hash: "key", trainer: "t", recipe: "r")
        try store.record(
            known: [DescribedTrial(trial, description: "")],
            conditions: Conditions(
                machine: Machine(processor: "Z80", cores: 1, memoryBytes: 65_536, system: "CP/M"),
                instructionSet: "portable", threads: 1, batch: 1, build: "release", toolVersion: "1.0.0",
                anchor: "a", origin: .none), now: now)
        let rung = TrainingRung(
            phase: .pretraining, index: 0, seed: seed, startEpochs: 0, epochs: 1, isFinal: true)
        let files = TrainingFiles(store: path, training: key.hash)
        let file = files.weights(trial.networkHash, rung)
        if let text {
            try files.prepareFolder(trial.networkHash)
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        }
        try store.record(
            FinishedRung(
                networkHash: trial.networkHash, rung: rung,
                outcome: .complete(
                    RungResult(accuracy: accuracy, seconds: 1, weightsFile: files.relative(file)))),
            study: trial.study, training: key,
            machine: Machine(processor: "Z80", cores: 1, memoryBytes: 65_536, system: "CP/M"),
            toolVersion: "1.0.0", now: now)
    }
}

extension TrialStore {
    /// The texts of the weights of its first trial's runs, by seed; nil where a file is not found.
    fileprivate func weightsTexts() throws -> [Int: String?] {
        Dictionary(
            uniqueKeysWithValues: try trial(id: 1).rungs.map { rung in
                let file = rung.finished.result?.weightsFile.flatMap(weightsFile)
                return (
                    rung.finished.rung.seed, try file.map { try String(contentsOfFile: $0, encoding: .utf8) }
                )
            })
    }
}

@Suite struct MergedStudies {
    @Test func weightsAreCopiedBesideTheTarget() throws {
        // given: two stores in two folders, one of whose files was lost
        let shelf = Shelf()
        let (first, second) = (try shelf.path("one/a.sqlite"), try shelf.path("two/b.sqlite"))
        try shelf.train(first, seed: 1, accuracy: 0.5, weights: "of one", at: 10)
        try shelf.train(second, seed: 2, accuracy: 0.75, weights: "of two", at: 20)
        try shelf.train(second, seed: 3, accuracy: 0.25, weights: nil, at: 30)
        let sources = try TrialStore.sources(named: [first, second])
        let target = try TrialStore(path: shelf.path("all/c.sqlite"), access: .readWrite)

        // when
        let copies = try target.merge(sources).copyWeights(from: sources, to: target)

        // then
        #expect(copies.copied == 2 && copies.bytes == 12 && copies.known == 0)
        #expect(copies.missing.count == 1 && copies.missing[0].contains("all/c.sqlite.weights/key/"))
        #expect(try target.weightsTexts() == [1: "of one", 2: "of two", 3: nil])
        let again = try target.merge(sources).copyWeights(from: sources, to: target)
        #expect(again.copied == 0 && again.known == 2 && again.moved.isEmpty)

        // and: read as one without a file, each is found beside its own store
        let one = try TrialStore.reading(sources)
        #expect(try one.weightsTexts() == [1: "of one", 2: "of two", 3: nil])
        #expect(one.sources.map(\.file) == [first, second])
    }

    @Test func weightsOfARunThatCountsNoMoreAreKeptAside() throws {
        // given: the target trained a run later, and otherwise, than a source
        let shelf = Shelf()
        let (own, other) = (try shelf.path("c.sqlite"), try shelf.path("a.sqlite"))
        try shelf.train(own, seed: 1, accuracy: 0.5, weights: "later", at: 20)
        try shelf.train(other, seed: 1, accuracy: 0.75, weights: "earlier", at: 10)
        let sources = try TrialStore.sources(named: [other])
        let target = try TrialStore(path: own, access: .readWrite)

        // when
        let summary = try target.merge(sources)
        let copies = try summary.copyWeights(from: sources, to: target)

        // then
        #expect(summary.apart == 1 && copies.copied == 1 && copies.moved.count == 1)
        #expect(try target.weightsTexts() == [1: "earlier"])
        #expect(try String(contentsOfFile: copies.moved[0], encoding: .utf8) == "later")
        let conflicts = try target.query(
            Query(.conflicts, columns: ["kind", "seed", "accuracy", "counts_accuracy"]))
        #expect(conflicts.rows == [[.text("rung"), .integer(1), .real(0.5), .real(0.75)]])
    }

    @Test func twoHalvesOfAStudyAreOneFinishedStudy() throws {
        let shelf = Shelf()
        let paths = try (1...2).map { part in
            let path = try shelf.path("shard\(part).sqlite")
            let store = try TrialStore(path: path, access: .readWrite)
            var study = SmallStudy(accuracy: nil)
            study.options.shard = try #require(Shard(part, of: 2))
            try study.run(in: store)
            return path
        }
        let alone = try TrialStore.empty()
        try SmallStudy(accuracy: nil).run(in: alone)
        let halves = try StudyOverview.all(in: TrialStore.reading(TrialStore.sources(named: [paths[0]])))
        let both = try StudyOverview.all(
            in: TrialStore.reading(TrialStore.sources(named: paths + [paths[0]])))
        #expect(halves.map(\.state) == [.interrupted] && both.map(\.state) == [.finished])
        #expect(both.map(\.tally.complete) == (try StudyOverview.all(in: alone)).map(\.tally.complete))
    }

    @Test func anEmptyStoreAmongSeveralIsLeftOut() throws {
        let shelf = Shelf()
        let (full, empty) = (try shelf.path("a.sqlite"), try shelf.path("b.sqlite"))
        try shelf.train(full, seed: 1, accuracy: 0.5, weights: nil, at: 0)
        FileManager.default.createFile(atPath: empty, contents: nil)
        #expect(try TrialStore.sources(named: [empty, full]).map(\.file) == [full])
        #expect(throws: StoreError.outdated(file: empty)) {
            try TrialStore.sources(named: [empty, empty + "/../b.sqlite"])
        }
        #expect(throws: StoreError.missing(file: empty + "x")) {
            try TrialStore.sources(named: [full, empty + "x"])
        }
    }
}
