// Workers that share a study through a folder, each with a store of its own: together they find what one finds.

import CompoundSearch
import Dispatch
import Foundation
import ResultStore
import Studies
import Testing

@Suite struct SharedStudies {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "study-\(UUID().uuidString)"
    ).path

    private func joined() throws -> TrialStore {
        try TrialStore.reading(TrialStore.sources(named: [folder]))
    }

    private func alone(_ small: SmallStudy) throws -> TrialStore {
        let store = try TrialStore.empty()
        try small.run(in: store)
        return store
    }

    private func trials(_ store: TrialStore) throws -> [String] {
        try store.query(Query(columns: ["network_hash", "alpha", "beta", "point", "state", "accuracy"]))
            .rows.map { "\($0)" }.sorted()
    }

    @Test(.timeLimit(.minutes(20)), arguments: ["grid", "random", "spread"])
    func fourWorkersFindWhatOneFinds(_ strategy: String) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var small = SmallStudy()
        small.keys = "strategy: \(strategy)"
        let single = try alone(small)
        let jobs = Seen<String>()
        let endings = Seen<StudyEnding>()
        small.tell(jobs)
        let shared = small
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            do { endings.append(try shared.join(folder, lease: 2)) } catch { Issue.record(error) }
        }
        #expect(endings.all == Array(repeating: .finished(FailureCount([], candidates: 6)), count: 4))
        #expect(jobs.all.count == 11 && Set(jobs.all).count == 11)
        #expect(try joined().log() == single.log())
        #expect(try trials(joined()) == trials(single))
        #expect(SharedFolder(folder).workers.map(\.state) == Array(repeating: .finished, count: 4))
        #expect(SharedFolder(folder).workers.reduce(0) { $0 + $1.runs } == 11)
        // Stores of their own are gone with the workers.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.filter { $0.contains(".live") } == [] && names.contains("study.json"))
    }

    @Test func aWorkerThatComesLaterGoesOnWithWhatIsThere() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var small = SmallStudy()
        let single = try alone(small)
        let jobs = Seen<Int>()
        small.train = { job in
            jobs.append(0)
            return SmallStudy.accuracy(of: job)
        }
        #expect(try small.join(folder) { jobs.all.count >= 4 } == .interrupted)
        #expect(try small.join(folder) == .finished(FailureCount([], candidates: 6)))
        #expect(jobs.all.count == 11)
        #expect(try joined().log() == single.log())
        #expect(Set(SharedFolder(folder).workers.map(\.state)) == [.stopped, .finished])
    }

    @Test(.timeLimit(.minutes(20))) func whatADeadWorkerHeldIsDoneByAnother() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let small = SmallStudy()
        let single = try alone(small)
        // given: a worker that has the measuring and every job of the first rung, and gives no sign of life
        let dead = LeasedClaims(folder: folder + "/claims", holder: "dead", lease: 1000)
        _ = try dead.claim("measuring")
        for claim in try FileManager.default.contentsOfDirectory(atPath: folder + "/claims") {
            #expect(claim.count == 2)
        }
        let waited = Seen<String>()
        var living = small
        living.observer = ClosureObserver { event in
            if case .waits(let holder) = event { waited.append(holder) }
        }
        #expect(try living.join(folder, lease: 0.3) == .finished(FailureCount([], candidates: 6)))
        #expect(waited.all == ["dead"])
        #expect(try joined().log() == single.log())
    }

    @Test(.timeLimit(.minutes(20))) func aWorkerThatWasTakenForDeadAddsNothing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let folder = folder
        let small = SmallStudy()
        let single = try alone(small)
        // given: a worker that is stopped in the middle of its first job, whose claims somebody takes away, and that goes on when
        // another has done it all
        let stopped = Seen<Int>()
        var first = small
        first.train = { job in
            if stopped.all.isEmpty {
                stopped.append(0)
                let claims = folder + "/claims"
                for shelf in try FileManager.default.contentsOfDirectory(atPath: claims) {
                    for name in try FileManager.default.contentsOfDirectory(atPath: "\(claims)/\(shelf)")
                    where name.contains("-epochs-") {
                        try FileManager.default.removeItem(atPath: "\(claims)/\(shelf)/\(name)")
                    }
                }
                try small.join(folder)
                // What it would find is wrong, so that it shows where it were kept.
                return RungResult(accuracy: 0.999, seconds: 1)
            }
            return SmallStudy.accuracy(of: job)
        }
        #expect(try first.join(folder) == .finished(FailureCount([], candidates: 6)))
        #expect(stopped.all.count == 1)
        #expect(try joined().log() == single.log())
        #expect(try joined().query(Query(.rungs, filter: "accuracy = 0.999")).rows.isEmpty)
    }

    @Test func othersAreRefusedAtTheDoor() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let small = SmallStudy()
        _ = try small.worker(in: folder)
        func refusal(_ change: (inout SmallStudy) -> Void, instructionSet: String? = "portable") -> String {
            var other = small
            change(&other)
            do {
                _ = try other.worker(in: folder, instructionSet: instructionSet)
                return "admitted"
            } catch {
                return "\(error)"
            }
        }
        #expect(refusal { _ in } == "admitted")
        #expect(
            refusal { $0.options.toolVersion = "1.1.0" }.contains("are of compound 1.0.0, and this is 1.1.0"))
        #expect(refusal { $0.data = "other" }.contains("other images (digest digest, here other)"))
        #expect(
            refusal { $0.alpha = "[1, 2, 3]" }.contains("work on the study 'small', whose space is another"))
        #expect(
            refusal({ _ in }, instructionSet: "avx2").contains("compute with portable, this one with avx2"))
        #expect(refusal({ _ in }, instructionSet: nil).contains("any, as --mixed says"))
    }

    @Test func whatAnAdaptiveWorkerKnewWhenItChoseIsKept() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var small = SmallStudy()
        small.alpha = "[1, 2, 3]"
        small.beta = "[1, 1.5, 2, 2.5, 3]"
        small.accuracy = "epochs: 4"
        small.keys = "strategy: adaptive\nuntil: {trials: 8}"
        let single = try alone(small)
        guard case .finished(let failures) = try small.join(folder) else { return #expect(Bool(false)) }
        #expect(failures.failed == 0)
        #expect(try joined().log() == single.log())
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/proposals")
        let known = try names.map { name in
            try String(contentsOfFile: "\(folder)/proposals/\(name)", encoding: .utf8)
                .split(separator: "\n").count - 1
        }
        // One after the other, each knew all before it.
        #expect(known.sorted() == Array(0..<8))
    }
}
