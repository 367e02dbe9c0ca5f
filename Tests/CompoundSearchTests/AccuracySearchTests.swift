// Two phases with successive halving, trained by closures of a test.

import CompoundSearch
import Networks
import Recipes
import Testing

/// Candidates of three cost levels around B0, `count` of each.
private func candidates(_ count: Int) throws -> [Trial] {
    try spread(threeLevels(), most: count).map {
        Trial(study: "study", candidate: $0, ranges: CoefficientRanges($0.coefficients))
    }
}

private func plan(
    pretrain: Int = 2, fineTune: Int? = 8, top: Int = 2, seeds: Int = 1, pretrainingSeeds: Int = 1
) -> AccuracyPlan {
    var plan = AccuracyPlan(
        trainer: .command(["train"]),
        recipe: TrainingRecipe(
            pretraining: .init(epochs: pretrain), fineTuning: fineTune.map { .init(epochs: $0) }))
    plan.finalists = top
    plan.seeds = seeds
    plan.pretrainingSeeds = pretrainingSeeds
    return plan
}

/// A trainer that knows the answer: the accuracy of trial i is i hundredths, plus a little for its epochs.
private struct Bench {
    let search: AccuracySearch
    let trials: [Trial]
    var jobs: [TrainingJob] = []
    var log: [FinishedRung] = []
    var keepsWeights = true
    var failing: Set<Int> = []

    init(_ trials: [Trial], _ plan: AccuracyPlan) {
        self.trials = trials
        search = AccuracySearch(trials, plan: plan)
    }

    func index(_ trial: Trial) -> Int { trials.firstIndex { $0.networkHash == trial.networkHash }! }

    /// Trains to the end, or until so many jobs are done.
    mutating func run(atMost limit: Int = .max) {
        var done: [TrainingJob] = []
        var recorded: [FinishedRung] = []
        while done.count < limit, let job = search.open(after: log + recorded).first {
            done.append(job)
            let index = index(job.trial)
            let result = RungResult(
                accuracy: Double(index) / 100 + Double(job.rung.epochs) / 1000, seconds: 1,
                weightsFile: keepsWeights ? "\(index)-\(job.rung.seed)-\(job.rung.epochs)" : nil)
            recorded.append(
                FinishedRung(
                    networkHash: job.trial.networkHash, rung: job.rung,
                    outcome: failing.contains(index) ? .failed("no memory", seconds: 1) : .complete(result)))
        }
        jobs += done
        log += recorded
    }

    /// Trials by rung, of one seed.
    func trained(rung: Int, seed: Int = 1) -> [Int] {
        jobs.filter { $0.rung.index == rung && $0.rung.seed == seed }.map { index($0.trial) }
    }
}

@Test(
    arguments: [
        // candidates of the largest level, finalists, epochs of fine-tuning, epochs after each rung
        (8, 2, 8, [2, 6, 10]), (8, 1, 8, [2, 4, 6, 10]), (8, 8, 8, [2, 10]), (3, 5, 4, [2, 6]),
        (100, 1, 3, [2, 3, 4, 5]), (9, 2, 12, [2, 5, 8, 14]), (64, 1, 7, [2, 3, 4, 5, 6, 7, 9]),
    ] as [(Int, Int, Int, [Int])])
func rungsDoubleTheirEpochs(_ most: Int, _ top: Int, _ epochs: Int, _ expected: [Int]) {
    #expect(plan(fineTune: epochs, top: top).rungEpochs(most: most) == expected)
}

@Test func rungsAlwaysRiseAndEndWithAllEpochs() {
    for most in 1...40 {
        for top in 1...5 {
            for epochs in 1...20 {
                for halving in 2...4 {
                    var plan = plan(fineTune: epochs, top: top)
                    plan.halving = halving
                    let rungs = plan.rungEpochs(most: most)
                    #expect(zip(rungs, rungs.dropFirst()).allSatisfy { $0 < $1 })
                    #expect(rungs.last == 2 + epochs)
                    let last = rungs.count - 1
                    let counts = (0...last).map { plan.survivors(of: most, rung: $0, last: last) }
                    #expect(counts.first == most && counts.last == min(most, top))
                    #expect(counts == counts.sorted(by: >))
                }
            }
        }
    }
}

@Test func everyLevelSendsOnItsOwnBest() throws {
    // given: eight candidates of each level, interleaved: trial i is of level i % 3
    let trials = try candidates(8)
    #expect(trials.map(\.candidate.level) == (0..<24).map { $0 % 3 })
    var bench = Bench(trials, plan())

    // when
    bench.run()

    // then: of levels 0, 1, 2 the last ones are the best
    #expect(bench.search.rungEpochs == [2, 6, 10])
    #expect(bench.trained(rung: 0) == Array(0..<24))
    #expect(bench.trained(rung: 1) == Array(12..<24))
    #expect(bench.trained(rung: 2) == Array(18..<24))
    #expect(bench.jobs.count == 42)
    #expect(bench.jobs.filter(\.rung.isFinal).map(\.rung.index) == Array(repeating: 2, count: 6))
    #expect(bench.search.finalists(after: bench.log).map(bench.index) == Array(18..<24))
}

@Test func rungsContinueFromTheWeightsBefore() throws {
    let trials = try candidates(4)
    var bench = Bench(trials, plan())
    bench.run()
    let last = try #require(bench.jobs.last)
    #expect(last.resumeFrom == "11-1-2")
    #expect(last.rung.startEpochs == 2 && last.rung.epochs == 10 && last.rung.phase == .fineTuning)
    #expect(bench.jobs[0].resumeFrom == nil && bench.jobs[0].rung.phase == .pretraining)

    var forgetful = Bench(trials, plan())
    forgetful.keepsWeights = false
    forgetful.run()
    #expect(forgetful.jobs.allSatisfy { $0.resumeFrom == nil && $0.rung.startEpochs == 0 })
    #expect(forgetful.jobs.map(\.rung.epochs) == bench.jobs.map(\.rung.epochs))
}

@Test func ofEqualsTheFirstGoOn() throws {
    let trials = try candidates(4)
    let search = AccuracySearch(trials, plan: plan())
    let log = trials.map { trial in
        FinishedRung(
            networkHash: trial.networkHash,
            rung: TrainingRung(
                phase: .pretraining, index: 0, seed: 1, startEpochs: 0, epochs: 2, isFinal: false),
            outcome: .complete(RungResult(accuracy: 0.5, seconds: 1)))
    }
    let first = trials.prefix(6).map(\.networkHash)
    #expect(search.finalists(after: log).map(\.networkHash) == first)
    #expect(search.finalists(after: log.reversed()).map(\.networkHash) == first)
}

@Test func finalistsAloneGetTheOtherSeeds() throws {
    var bench = Bench(try candidates(4), plan(seeds: 3))
    bench.run()
    for seed in 2...3 {
        #expect(bench.trained(rung: 0, seed: seed) == Array(6..<12))
        #expect(bench.trained(rung: 1, seed: seed) == Array(6..<12))
    }
    #expect(bench.jobs.count == 12 + 6 + 2 * 6 * 2)
    let other = try #require(bench.jobs.last)
    #expect(other.rung.seed == 3 && other.rung.isFinal && other.resumeFrom == "11-3-2")
}

@Test func preTrainingMayHaveSeedsOfItsOwn() throws {
    var bench = Bench(try candidates(4), plan(seeds: 3, pretrainingSeeds: 2))
    bench.run()
    #expect(bench.trained(rung: 0, seed: 2) == Array(0..<12))
    #expect(bench.trained(rung: 0, seed: 3) == Array(6..<12))
    #expect(bench.trained(rung: 1, seed: 2) == Array(6..<12))
}

@Test func withoutFineTuningAllAreFinalists() throws {
    var bench = Bench(try candidates(2), plan(fineTune: nil, seeds: 2))
    bench.run()
    #expect(bench.jobs.count == 12)
    #expect(bench.jobs.allSatisfy { $0.rung.isFinal && $0.rung.epochs == 2 && $0.rung.index == 0 })
}

@Test func failedTrialsAreNotPromotedAndNotRepeated() throws {
    // given: the best of each level cannot be trained
    var bench = Bench(try candidates(4), plan())
    bench.failing = [9, 10, 11]

    // when
    bench.run()

    // then
    #expect(bench.trained(rung: 0) == Array(0..<12))
    #expect(bench.trained(rung: 1) == Array(3..<9))
    let jobs = bench.jobs.count
    bench.run()
    #expect(bench.jobs.count == jobs)
}

@Test func aFinalistThatFailsKeepsItsPlaceEmpty() throws {
    var bench = Bench(try candidates(4), plan(seeds: 2))
    bench.run(atMost: 12)
    bench.failing = [11]
    bench.run()
    #expect(bench.trained(rung: 1) == Array(6..<12))
    // It may still succeed from another seed; that it fails there too ends it.
    #expect(bench.trained(rung: 0, seed: 2) == Array(6..<12))
    #expect(bench.trained(rung: 1, seed: 2) == Array(6..<11))
}

@Test func stoppingAnywhereAndGoingOnTrainsTheSame() throws {
    let trials = try candidates(5)
    var straight = Bench(trials, plan(top: 1, seeds: 2))
    straight.failing = [13]
    straight.run()
    for stop in 1..<straight.jobs.count {
        var halting = Bench(trials, plan(top: 1, seeds: 2))
        halting.failing = [13]
        halting.run(atMost: stop)
        #expect(halting.jobs.count == stop)
        // The order in which a store gives the log back does not matter.
        halting.log.reverse()
        halting.run()
        let isSame = halting.jobs == straight.jobs
        #expect(isSame, "stopped after \(stop) jobs")
    }
}

@Test func remainingWorkEndsAtNothingAndCountsEveryJob() throws {
    let trials = try candidates(5)
    for plan in [
        plan(top: 1, seeds: 3), plan(top: 2, seeds: 3, pretrainingSeeds: 2), plan(fineTune: nil, seeds: 2),
    ] {
        var bench = Bench(trials, plan)
        let total = bench.search.remaining(after: []).jobs
        var counts = [total]
        while !bench.search.open(after: bench.log).isEmpty {
            bench.run(atMost: 1)
            counts.append(bench.search.remaining(after: bench.log).jobs)
        }
        #expect(counts == (0...total).reversed())
        #expect(bench.search.remaining(after: bench.log).work == 0)
    }
}

@Test func moreSeedsOrFinalistsContinueWhatWasDone() throws {
    let trials = try candidates(4)
    var first = Bench(trials, plan(top: 1))
    first.run()
    var more = Bench(trials, plan(top: 2, seeds: 2))
    more.log = first.log
    more.run()
    #expect(more.trained(rung: 0, seed: 1).isEmpty)
    #expect(more.trained(rung: 0, seed: 2) == Array(6..<12))
}
