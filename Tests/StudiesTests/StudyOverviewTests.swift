// The studies of a store: where each stands, and what is left.

import CompoundSearch
import Foundation
import Measurements
import ResultStore
import Studies
import Testing

@Suite struct StudyOverviews {
    @Test func aStudyIsInterruptedUntilNothingIsLeft() throws {
        // given: six networks in two phases, eleven rungs in all
        let jobs = Seen<Int>()
        var small = SmallStudy()
        small.train = { job in
            jobs.append(0)
            return SmallStudy.accuracy(of: job)
        }
        let store = try TrialStore.empty()
        _ = try small.study(in: store)
        var overview = try #require(try StudyOverview.all(in: store).first)
        #expect(overview.state == .interrupted && overview.remainder?.networks == 6 && overview.best == nil)

        // when: it stops after four rungs
        try small.run(in: store) { jobs.all.count >= 4 }
        overview = try #require(try StudyOverview.all(in: store).first)
        #expect(overview.state == .interrupted)
        #expect(overview.remainder?.networks == 0 && overview.remainder?.runs == 7)
        #expect(overview.tally.runs == 4 && overview.tally.complete == 6)

        // then: it is finished where the search is
        try small.run(in: store)
        overview = try #require(try StudyOverview.all(in: store).first)
        #expect(overview.state == .finished && overview.remainder?.isNothing == true)
        #expect(overview.tally.runs == 11 && overview.baseline == "tiny")
        #expect(overview.tally.machines == ["Z80"] && overview.tally.versions == ["1.0.0"])
        #expect(overview.tally.trainers == ["none"])
    }

    @Test func anAdaptiveStudyEndsByItsRule() throws {
        var small = SmallStudy()
        small.alpha = "[1, 2, 3]"
        small.beta = "[1, 1.5, 2, 2.5, 3]"
        small.accuracy = "epochs: 4"
        small.keys = "strategy: adaptive\nuntil: {trials: 12}"
        let store = try TrialStore.empty()
        let jobs = Seen<Int>()
        small.train = { job in
            jobs.append(0)
            return SmallStudy.accuracy(of: job)
        }
        try small.run(in: store) { jobs.all.count >= 5 }
        let open = try #require(try StudyOverview.all(in: store).first)
        #expect(open.state == .interrupted && open.remainder?.runs == 7 && open.remainder?.networks == 0)
        try small.run(in: store)
        let ended = try #require(try StudyOverview.all(in: store).first)
        #expect(ended.state == .finished && ended.tally.runs == 12)
    }

    @Test(arguments: [nil, "epochs: 1"], ["grid", "random"])
    func aStudyOfAsManyTrialsAsWereAskedForIsFinished(_ accuracy: String?, _ strategy: String) throws {
        var small = SmallStudy()
        small.accuracy = accuracy
        small.keys = "strategy: \(strategy)"
        let store = try TrialStore.empty()
        // three of six networks
        small.most = 3
        try small.run(in: store)
        let asked = try #require(try StudyOverview.all(in: store).first)
        #expect(asked.state == .finished && asked.tally.networks == 3)

        // a search of them all has more to do until it was done
        small.most = nil
        _ = try small.study(in: store)
        let all = try #require(try StudyOverview.all(in: store).first)
        #expect(all.state == .interrupted && all.remainder?.networks == 3)
        try small.run(in: store)
        #expect(try StudyOverview.all(in: store)[0].state == .finished)
    }

    @Test func studiesOfOneNameAreToldApart() throws {
        let store = try TrialStore.empty()
        var small = SmallStudy()
        small.accuracy = nil
        try small.run(in: store)
        small.alpha = "[1, 2, 3]"
        try small.run(in: store)
        let overviews = try StudyOverview.all(in: store)
        #expect(overviews.map(\.record.name) == ["small", "small"])
        #expect(Set(overviews.map(\.record.id)).count == 2)
        #expect(overviews.map(\.tally.networks) == [6, 9] && overviews.allSatisfy { $0.state == .finished })
    }

    @Test func aStudyIsRunningWhileAProcessWorksOnIt() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "running-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try TrialStore(path: folder.path + "/s.sqlite", access: .readWrite)
        let states = Seen<StudyOverview.State>()
        var small = SmallStudy()
        small.train = { job in
            states.append(try StudyOverview.all(in: store)[0].state)
            return SmallStudy.accuracy(of: job)
        }
        try small.run(in: store)
        #expect(Set(states.all) == [.running])
        #expect(try StudyOverview.all(in: store)[0].state == .finished)
    }

    @Test func whatTheClockRejectsIsNotLeft() throws {
        var small = SmallStudy()
        small.accuracy = nil
        small.latencyBound = 5
        small.evaluate = { trial in
            let milliseconds = trial.candidate.coefficients.alpha == 1 ? 1.0 : 9.0
            return Evaluation(
                outcome: .complete,
                latency: Latency(
                    median: milliseconds, minimum: milliseconds, halfWidth: 0.1, samples: 9, anchor: 1,
                    ratio: milliseconds, ratioHalfWidth: 0.1))
        }
        let store = try TrialStore.empty()
        try small.run(in: store)
        let overview = try #require(try StudyOverview.all(in: store).first)
        #expect(overview.state == .finished)
        #expect(overview.tally.complete == 3 && overview.tally.rejected == 3 && overview.best == 1)
        #expect(!overview.isRecommended)
    }
}
