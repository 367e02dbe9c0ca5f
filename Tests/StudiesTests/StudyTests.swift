// A study from its candidates to its log, in memory: what is done, in which order, what stops it and how it goes on.

import CompoundSearch
import Foundation
import Measurements
import ResultStore
import Studies
import Testing

private struct Broken: Error, CustomStringConvertible { let description: String }

@Suite struct StudyTests {
    @Test func aWholeStudyRunsInMemory() throws {
        // given
        let jobs = Seen<TrainingJob>()
        var small = SmallStudy()
        small.train = { job in
            jobs.append(job)
            return SmallStudy.accuracy(of: job)
        }
        let store = try TrialStore.empty()

        // when
        let study = try small.study(in: store)
        let ending = try study.run()

        // then: six candidates, three of which go on, two of which are trained to the end
        #expect(study.draw.trials.count == 6)
        #expect(jobs.all.map(\.rung.epochs) == Array(repeating: 1, count: 6) + [3, 3, 3] + [5, 5])
        guard case .finished(let failures) = ending else { return #expect(Bool(false), "\(ending)") }
        #expect(failures.failed == 0 && failures.candidates == 6)
        let best = try store.best(by: .accuracy)
        let largest = study.draw.trials.map(\.candidate.network.cost.macs.value).max()
        #expect(best.trial.cost.macs.value == largest)

        // and: the same call finds nothing to do
        _ = try small.run(in: store)
        #expect(jobs.all.count == 11)
    }

    @Test func stoppedAfterAnyJobItGoesOnToTheSameLog() throws {
        let straight = try TrialStore.empty()
        try SmallStudy().run(in: straight)
        for limit in 0...11 {
            let jobs = Seen<Int>()
            var small = SmallStudy()
            small.train = { job in
                jobs.append(0)
                return SmallStudy.accuracy(of: job)
            }
            let store = try TrialStore.empty()
            let ending = try small.run(in: store) { jobs.all.count >= limit }
            #expect(limit == 11 ? ending != .interrupted || true : ending == .interrupted)
            #expect(jobs.all.count == limit)
            try small.run(in: store)
            #expect(try store.log() == straight.log())
            #expect(jobs.all.count == 11)
        }
    }

    @Test func aKillBetweenAnyTwoRecordsLosesNothing() throws {
        // given: copies of the store's files as they were at each event
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "studies-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let live = folder.appendingPathComponent("live")
        try FileManager.default.createDirectory(at: live, withIntermediateDirectories: true)
        let copies = Seen<URL>()
        var small = SmallStudy()
        small.train = { job in
            if job.rung.epochs == 3, job.trial.candidate.ordinal % 2 == 0 {
                throw Broken(description: "no luck")
            }
            return SmallStudy.accuracy(of: job)
        }
        small.observer = ClosureObserver { _ in
            let copy = folder.appendingPathComponent("\(copies.all.count)")
            try? FileManager.default.copyItem(at: live, to: copy)
            copies.append(copy)
        }
        let store = try TrialStore(path: live.appendingPathComponent("s.sqlite").path, access: .readWrite)
        try small.run(in: store)
        let log = try store.log()
        small.observer = SilentObserver()

        // when, then
        #expect(copies.all.count > 20)
        for copy in copies.all {
            let resumed = try TrialStore(
                path: copy.appendingPathComponent("s.sqlite").path, access: .readWrite)
            try small.run(in: resumed)
            #expect(try resumed.log().map(withoutReason) == log.map(withoutReason))
        }
    }

    private func withoutReason(_ row: String) -> String { row.replacing(/text\("no luck"\)/, with: "") }

    @Test func aFaultOfTheSurroundingsEndsTheSearchAndIsNoResult() throws {
        let isFull = Seen<Bool>()
        var small = SmallStudy()
        small.train = { job in
            if job.rung.epochs == 3, isFull.all.isEmpty {
                throw NSError(domain: NSPOSIXErrorDomain, code: Int(ENOSPC))
            }
            return SmallStudy.accuracy(of: job)
        }
        let store = try TrialStore.empty()
        guard case .surroundings(let reason) = try small.run(in: store) else { return #expect(Bool(false)) }
        #expect(reason.hasPrefix("No space left on device"))
        #expect(try store.log().count == 6)

        // when there is room
        isFull.append(false)
        #expect(try small.run(in: store) == .finished(FailureCount([], candidates: 6)))
        #expect(try store.log().count == 11)
    }

    @Test func aFaultWhileMeasuringEndsTheSearchToo() throws {
        let count = Seen<Int>()
        var small = SmallStudy()
        small.accuracy = nil
        small.evaluate = { _ in
            count.append(0)
            if count.all.count == 3 { throw SurroundingsFault("the store's disk is full; free some space.") }
            return Evaluation(outcome: .complete)
        }
        let store = try TrialStore.empty()
        #expect(try small.run(in: store) == .surroundings("the store's disk is full; free some space."))
        #expect(try small.run(in: store) == .finished(FailureCount([], candidates: 6)))
        #expect(count.all.count == 7)
    }

    @Test func threeCandidatesThatFailAlikeEndTheSearch() throws {
        var small = SmallStudy()
        let isInstalled = Seen<Bool>()
        small.train = { job in
            if isInstalled.all.isEmpty {
                throw Broken(
                    description: "/tmp/\(job.trial.networkHash)/t.py, line \(job.rung.seed): no torch")
            }
            return SmallStudy.accuracy(of: job)
        }
        let store = try TrialStore.empty()
        guard case .surroundings(let reason) = try small.run(in: store) else { return #expect(Bool(false)) }
        #expect(reason.hasPrefix("the first 3 candidates failed for the same reason: /tmp/"))
        #expect(try store.log().isEmpty)

        isInstalled.append(true)
        #expect(try small.run(in: store) == .finished(FailureCount([], candidates: 6)))
        #expect(try store.log().count == 11)
    }

    @Test func equalFailuresCanBeAcceptedAndAreCounted() throws {
        var small = SmallStudy()
        small.options.acceptsFailures = true
        small.train = { _ in throw Broken(description: "no torch") }
        let store = try TrialStore.empty()
        guard case .finished(let failures) = try small.run(in: store) else { return #expect(Bool(false)) }
        #expect(failures.isTotal && failures.failed == 6)
        #expect(failures.reasons == [.init(sentence: "no torch", count: 6)])
        // Accepted failures are final until they are tried again.
        small.train = { SmallStudy.accuracy(of: $0) }
        guard case .finished(let same) = try small.run(in: store) else { return #expect(Bool(false)) }
        #expect(same.isTotal)
        small.options.retriesFailed = true
        #expect(try small.run(in: store) == .finished(FailureCount([], candidates: 6)))
    }

    @Test func someFailuresAreTheCandidates() throws {
        var small = SmallStudy()
        small.train = { job in
            if job.trial.candidate.ordinal < 2 { throw Broken(description: "diverged") }
            return SmallStudy.accuracy(of: job)
        }
        let store = try TrialStore.empty()
        guard case .finished(let failures) = try small.run(in: store) else { return #expect(Bool(false)) }
        #expect(failures.failed == 2 && failures.candidates == 6 && !failures.isTotal)
        #expect(try store.log().count == 11)
    }

    @Test func aFailedMeasurementIsTriedAgainOnRequest() throws {
        let isBroken = Seen<Bool>()
        var small = SmallStudy()
        small.accuracy = nil
        small.evaluate = { trial in
            if trial.candidate.ordinal == 1, isBroken.all.isEmpty { throw Broken(description: "too large") }
            return Evaluation(outcome: .complete)
        }
        let store = try TrialStore.empty()
        guard case .finished(let failures) = try small.run(in: store) else { return #expect(Bool(false)) }
        #expect(failures.failed == 1)
        isBroken.append(false)
        guard case .finished(let still) = try small.run(in: store) else { return #expect(Bool(false)) }
        #expect(still.failed == 1)
        small.options.retriesFailed = true
        #expect(try small.run(in: store) == .finished(FailureCount([], candidates: 6)))
    }

    @Test func anAccuracyThatIsNoneIsAFailureByName() throws {
        var small = SmallStudy()
        small.train = { job in
            var result = SmallStudy.accuracy(of: job)
            if job.trial.candidate.ordinal == 0 { result.accuracy = .nan }
            return result
        }
        let store = try TrialStore.empty()
        guard case .finished(let failures) = try small.run(in: store) else { return #expect(Bool(false)) }
        #expect(
            failures.reasons == [
                .init(sentence: "the accuracy is nan, which is no share from 0 to 1", count: 1)
            ])
    }

    /// 95 % of one class make an accuracy of 0.95 without learning anything.
    @Test func whatAllImagesAreTakenForIsSaidAlsoWhenAskedAgain() throws {
        let notes = Seen<String>()
        var small = SmallStudy()
        small.observer = ClosureObserver { if case .note(let note) = $0 { notes.append(note) } }
        small.train = { job in
            var result = SmallStudy.accuracy(of: job)
            guard job.trial.candidate.coefficients.alpha == 1 else { return result }
            result.accuracy = 0.95
            result.note = "every image is taken for ok"
            result.mostCommonShare = 0.95
            return result
        }
        let store = try TrialStore.empty()
        let note =
            "note: 3 of 6 trained candidates: every image is taken for ok; the most common class is 95 % of the "
            + "validation images, so compare balanced_accuracy."
        for runs in 1...2 {
            try small.run(in: store)
            #expect(notes.all == Array(repeating: note, count: runs))
        }
    }

    @Test func aShardOfTrainingIsRefused() throws {
        var small = SmallStudy()
        small.options.shard = Shard(1, of: 2)!
        #expect(throws: StudyError.shardOfTraining) { try small.run(in: .empty()) }
        small.accuracy = nil
        #expect(try small.run(in: .empty()) == .finished(FailureCount([], candidates: 3)))
    }
}
