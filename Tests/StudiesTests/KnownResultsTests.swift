// Results are known by what decides them, whichever study asked; what was set aside is not.

import CompoundSearch
import Measurements
import ResultStore
import Studies
import Testing

@Suite struct KnownResults {
    /// Runs a study and gives how many trials it evaluated, and how many rungs it trained.
    private func work(_ small: SmallStudy, in store: TrialStore) throws -> (evaluated: Int, trained: Int) {
        let evaluated = Seen<Int>()
        let trained = Seen<Int>()
        var counted = small
        counted.evaluate = { trial in
            evaluated.append(0)
            return try small.evaluate(trial)
        }
        counted.train = { job in
            trained.append(0)
            return try small.train(job)
        }
        guard case .finished = try counted.run(in: store) else { return (-1, -1) }
        return (evaluated.all.count, trained.all.count)
    }

    @Test func aGrownReorderedOrRenamedSpaceRepeatsNothing() throws {
        let store = try TrialStore.empty()
        var small = SmallStudy()
        #expect(try work(small, in: store) == (6, 11))
        small.name = "renamed"
        #expect(try work(small, in: store) == (0, 0))
        small.beta = "[2, 1.5, 1]"
        #expect(try work(small, in: store) == (0, 0))
        // Another recipe is another training; what was measured is known all the same.
        small.accuracy = "pretrain: {epochs: 2}"
        #expect(try work(small, in: store) == (0, 6))
        // Of a grown grid only what is new is evaluated and trained.
        small.beta = "[2, 2.5, 1.5, 1]"
        let (evaluated, trained) = try work(small, in: store)
        #expect(evaluated == trained && 1...2 ~= trained)
        small.name = "again"
        #expect(try work(small, in: store) == (0, 0))
        #expect(try store.accuracies(of: "again", filter: nil).count == 6 + trained)
    }

    @Test func changedDataAndAnotherVersionAreTrainedAnew() throws {
        let store = try TrialStore.empty()
        var small = SmallStudy()
        #expect(try work(small, in: store) == (6, 11))
        small.data = "other bytes"
        let notes = Seen<String>()
        small.observer = ClosureObserver { if case .note(let note) = $0 { notes.append(note) } }
        #expect(try work(small, in: store) == (0, 11))
        #expect(
            notes.all == [
                "note: none has other images than before, so what was trained on them is trained anew."
            ])
        #expect(try work(small, in: store) == (0, 0))
        #expect(notes.all.count == 1)
        small.data = "digest"
        small.options.toolVersion = "1.0.1"
        #expect(try work(small, in: store) == (6, 11))
        // Only on request is another version's result taken.
        small.options.toolVersion = "1.0.2"
        small.options.reusesVersions = true
        #expect(try work(small, in: store) == (6, 0))
    }

    @Test func aBogusTrialIsSetAsideAndTrainedAgainOnRequest() throws {
        // given: one trial is too good to be true
        let store = try TrialStore.empty()
        var small = SmallStudy()
        small.accuracy = "pretrain: {epochs: 1}"
        small.train = { job in
            job.trial.candidate.ordinal == 2
                ? RungResult(accuracy: 1, seconds: 1) : SmallStudy.accuracy(of: job)
        }
        #expect(try work(small, in: store) == (6, 6))
        let bogus = try store.best(by: .accuracy).trial

        // when
        try store.setAside(trial: bogus.id, reason: "labels leaked", toolVersion: "1.0.0")

        // then: it is out of the best and of what is fitted, and is not trained unasked
        #expect(try store.best(by: .accuracy).trial.id != bogus.id)
        #expect(try store.accuracies(of: nil, filter: nil).count == 5)
        #expect(try work(small, in: store) == (0, 0))
        #expect(try store.log().count == 6)

        // and: on request it is
        small.train = { SmallStudy.accuracy(of: $0) }
        small.options.retriesSetAside = true
        #expect(try work(small, in: store) == (1, 1))
        #expect(try store.accuracies(of: nil, filter: nil).count == 6)
        #expect(try store.best(by: .accuracy).trial.id != bogus.id)
        #expect(try store.log().count == 7)
    }

    @Test func aLatencyAboveTheBoundIsRejectedByTheStudyAlone() throws {
        let store = try TrialStore.empty()
        var small = SmallStudy()
        small.accuracy = nil
        small.evaluate = { trial in
            let latency = Double(trial.candidate.network.cost.macs.value) / 1e5
            return Evaluation(
                outcome: .complete,
                latency: Latency(
                    median: latency, minimum: latency, halfWidth: 0, samples: 9, anchor: 1, ratio: latency,
                    ratioHalfWidth: 0))
        }
        #expect(try work(small, in: store) == (6, 0))
        small.name = "bounded"
        small.latencyBound = 1
        #expect(try work(small, in: store) == (0, 0))
        let states = try store.query(Query(columns: ["study_name", "state"], sort: ["id"])).rows
        #expect(states.count { $0 == [.text("small"), .text("complete")] } == 6)
        #expect(states.count { $0[0] == .text("bounded") } == 6)
        #expect(states.contains([.text("bounded"), .text("rejected")]))
        #expect(states.contains([.text("bounded"), .text("complete")]))
    }
}
