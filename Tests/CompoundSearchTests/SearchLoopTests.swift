// The loop over trials, with evaluations that a test hands in.

import CompoundSearch
import Networks
import Testing

/// The trials of the grid around B0.
func trials(study: String = "study") throws -> [Trial] {
    var stream = try CandidateStream(Sampler(paperGrid, strategy: .grid, seed: 0))
    var candidates: [Candidate] = []
    while let candidate = stream.next() { candidates.append(candidate) }
    return candidates.map { Trial(study: study, candidate: $0, ranges: stream.ranges(of: $0)) }
}

private struct Broken: Error, CustomStringConvertible { let description = "the kernel caught fire" }

@Test func everyTrialIsEvaluatedAndRecordedOnceInOrder() throws {
    let trials = try trials()
    var evaluated: [Int] = []
    var recorded: [Int] = []

    try SearchLoop(trials).run(
        finished: [], shouldStop: { false },
        evaluate: { trial in
            evaluated.append(trial.candidate.ordinal)
            return Evaluation(outcome: .complete)
        }, record: { trial, _ in recorded.append(trial.candidate.ordinal) })

    #expect(evaluated == Array(0..<20))
    #expect(recorded == evaluated)
}

@Test func finishedTrialsAreNotRepeated() throws {
    let trials = try trials()
    var recorded: Set<String> = []

    try SearchLoop(trials).run(
        finished: Set(trials.prefix(13).map(\.networkHash)), shouldStop: { false },
        evaluate: { _ in Evaluation(outcome: .complete) },
        record: { trial, _ in recorded.insert(trial.networkHash) })

    #expect(recorded == Set(trials.dropFirst(13).map(\.networkHash)))
}

@Test func aFailingEvaluationIsRecordedAndTheSearchGoesOn() throws {
    let trials = try trials()
    var outcomes: [Outcome] = []

    try SearchLoop(trials).run(
        finished: [], shouldStop: { false },
        evaluate: { trial in
            if trial.candidate.ordinal == 4 { throw Broken() }
            return Evaluation(outcome: .complete)
        }, record: { _, evaluation in outcomes.append(evaluation.outcome) })

    #expect(outcomes.count == 20)
    #expect(outcomes[4] == .failed("the kernel caught fire"))
    #expect(outcomes.filter { $0 == .complete }.count == 19)
}

@Test func stoppingEndsAfterTheRunningTrial() throws {
    let trials = try trials()
    var stop = false
    var recorded = 0

    try SearchLoop(trials).run(
        finished: [], shouldStop: { stop },
        evaluate: { trial in
            stop = trial.candidate.ordinal == 6
            return Evaluation(outcome: .complete)
        }, record: { _, _ in recorded += 1 })

    #expect(recorded == 7)
}

@Test func anErrorOfTheStoreEndsTheSearch() throws {
    let trials = try trials()
    var evaluated = 0

    #expect(throws: Broken.self) {
        try SearchLoop(trials).run(
            finished: [], shouldStop: { false },
            evaluate: { _ in
                evaluated += 1
                return Evaluation(outcome: .complete)
            }, record: { _, _ in throw Broken() })
    }
    #expect(evaluated == 1)
}

@Test(arguments: 1...7)
func shardsDivideTheTrialsWithoutOverlap(_ count: Int) throws {
    let shards = (1...count).compactMap { Shard($0, of: count) }
    #expect(shards.count == count)
    for ordinal in 0..<100 {
        #expect(shards.filter { $0.contains(ordinal) }.count == 1)
    }
}

@Test func shardsOutOfRangeDoNotExist() {
    #expect(Shard(0, of: 4) == nil)
    #expect(Shard(5, of: 4) == nil)
    #expect(Shard(1, of: 0) == nil)
}
