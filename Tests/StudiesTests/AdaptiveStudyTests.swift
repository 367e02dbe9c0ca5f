// Searches that choose their runs themselves, in memory: what they train, when they end, and that a log is all they know.

import CompoundSearch
import Foundation
import Measurements
import Networks
import ResultStore
import Studies
import Testing

@Suite struct AdaptiveStudies {
    /// Fifteen networks, of which the error falls with depth and width, and differs a little from seed to seed.
    private func small(_ until: String, jobs: Seen<TrainingJob> = Seen()) -> SmallStudy {
        var small = SmallStudy()
        small.name = "adaptive"
        small.alpha = "[1, 2, 3]"
        small.beta = "[1, 1.5, 2, 2.5, 3]"
        small.accuracy = "epochs: 4\n  lengths: [2, 4]"
        small.keys = "strategy: adaptive\nuntil: \(until)"
        small.train = { job in
            jobs.append(job)
            let macs = Double(job.trial.candidate.network.cost.macs.value)
            let noise = sin(macs + 7 * Double(job.rung.seed))
            let error = 0.5 * pow(macs, -0.05) * pow(Double(job.rung.epochs), -0.2) * (1 + 0.01 * noise)
            return RungResult(accuracy: 1 - error, seconds: 10)
        }
        return small
    }

    @Test func itEndsAfterSoManyRuns() throws {
        let jobs = Seen<TrainingJob>()
        let store = try TrialStore.empty()
        let ending = try small("{trials: 14}", jobs: jobs).run(in: store)
        guard case .finished = ending else { return #expect(Bool(false), "\(ending)") }
        #expect(jobs.all.count == 14)
        #expect(jobs.all.prefix(8).allSatisfy { $0.rung.epochs == 4 })
        #expect(jobs.all.allSatisfy { $0.rung.startEpochs == 0 && $0.resumeFrom == nil })
        // and: the same call finds nothing to do, with more runs it goes on where it was
        try small("{trials: 14}", jobs: jobs).run(in: store)
        #expect(jobs.all.count == 14)
        try small("{trials: 17}", jobs: jobs).run(in: store)
        #expect(jobs.all.count == 17)
    }

    @Test func itEndsWhenItsTimeIsSpent() throws {
        // given: runs of ten seconds, so that an eleventh would end after more than 105
        let jobs = Seen<TrainingJob>()
        try small("{time: 105s}", jobs: jobs).run(in: try .empty())
        let seconds = 10 * jobs.all.count
        #expect(seconds <= 105)
        #expect(jobs.all.count >= 8)
    }

    @Test func itEndsOnceTheRegretIsSmallEnough() throws {
        let jobs = Seen<TrainingJob>()
        let fits = Seen<ScalingFit>()
        var small = small("{regret: 10%, trials: 60}", jobs: jobs)
        small.observer = ClosureObserver { event in
            if case .learnt(let fit) = event { fits.append(fit) }
        }
        try small.run(in: try .empty())
        #expect(jobs.all.count < 60)
        let last = try #require(fits.all.last?.recommended)
        #expect(last.regret <= 0.1)
        for fit in fits.all.dropLast() where fit.runs >= AdaptiveSampler.firstRuns {
            #expect(fit.recommended?.regret ?? 1 > 0.1)
        }
    }

    @Test func itSaysWhichConditionEndedIt() throws {
        func ended(_ until: String) throws -> StopRule.Ending? {
            let heard = Seen<StopRule.Ending>()
            var small = small(until)
            small.observer = ClosureObserver { event in
                if case .stopped(let ending) = event { heard.append(ending) }
            }
            let study = try small.study(in: try .empty())
            _ = try study.run()
            #expect(heard.all == [study.stopped].compactMap(\.self))
            return study.stopped
        }
        #expect(try ended("{trials: 9}") == .runs(9))
        guard case .seconds(let spent) = try ended("{time: 105s}") else { return #expect(Bool(false)) }
        #expect(95...105 ~= spent)
        guard case .regret(let regret) = try ended("{regret: 10%, trials: 60}") else {
            return #expect(Bool(false))
        }
        #expect(regret <= 0.1)
        // and: one that was interrupted was ended by none of them
        let study = try small("{trials: 9}").study(in: try .empty())
        #expect(try study.run { true } == .interrupted && study.stopped == nil)
    }

    @Test func stoppedAfterAnyRunItGoesOnToTheSameLog() throws {
        let straight = try TrialStore.empty()
        try small("{trials: 12}").run(in: straight)
        for limit in [0, 1, 5, 8, 9, 11] {
            let jobs = Seen<TrainingJob>()
            let store = try TrialStore.empty()
            let ending = try small("{trials: 12}", jobs: jobs).run(in: store) { jobs.all.count >= limit }
            #expect(ending == .interrupted)
            #expect(jobs.all.count == limit)
            try small("{trials: 12}", jobs: jobs).run(in: store)
            #expect(try store.log() == straight.log())
        }
    }

    @Test func networksThatFailAreRecordedAndNotProposedAgain() throws {
        let jobs = Seen<TrainingJob>()
        var small = small("{trials: 16}", jobs: jobs)
        let train = small.train
        small.train = { job in
            let result = try train(job)
            if job.trial.candidate.coefficients.alpha == 2 {
                throw TrainingMishap(description: "\(job.trial.candidate.coefficients.beta) of it broke")
            }
            return result
        }
        try small.run(in: try .empty())
        let failed = jobs.all.filter { $0.trial.candidate.coefficients.alpha == 2 }.map(\.trial.networkHash)
        #expect(failed.count > 0)
        #expect(Set(failed).count == failed.count)
        #expect(jobs.all.count == 16)
    }

    @Test func eachNetworkIsEvaluatedBeforeItIsTrainedAndOnlyThen() throws {
        let jobs = Seen<TrainingJob>()
        let evaluated = Seen<String>()
        var small = small("{trials: 10}", jobs: jobs)
        small.evaluate = { trial in
            evaluated.append(trial.networkHash)
            return Evaluation(outcome: .complete)
        }
        try small.run(in: try .empty())
        var seen: Set<String> = []
        #expect(evaluated.all == jobs.all.map(\.trial.networkHash).filter { seen.insert($0).inserted })
    }

    @Test func searchFitAndBestGiveOneAnswer() throws {
        let store = try TrialStore.empty()
        let study = try small("{trials: 20}").study(in: store)
        _ = try study.run()
        let accuracies = try AccuracyStudy(study.draw.study, in: store)
        let document = try accuracies.document(accuracies.usualOptions)
        let answered = try #require(try AnsweredTrial(nil, in: store))
        #expect(answered.document == document)
        #expect(answered.record.networkHash == document.fit.recommended?.network.hash)
        #expect(answered.sentence.contains("take trial:\(answered.record.id)"))
        #expect(answered.sentence.contains("4 epochs"))
        #expect(accuracies.runs.count == 20)
        #expect(accuracies.others.count == study.draw.trials.count)
    }

    @Test func theFitAsksForTheRegretAtWhichTheSearchEnds() throws {
        let store = try TrialStore.empty()
        let study = try small("{regret: 10%, trials: 60}").study(in: store)
        _ = try study.run()
        let accuracies = try AccuracyStudy(study.draw.study, in: store)
        #expect(accuracies.usualOptions.regret == 0.1)
        #expect(
            accuracies.usualOptions == ScalingFit.Options(study.draw.space, baseline: study.draw.baseline))
        // and: what ended the search is what the fit says
        let document = try accuracies.document(accuracies.usualOptions)
        #expect(try #require(document.fit.recommended).regret <= 0.1)
    }

    @Test func whatWasTrainedWithoutAnAnswerSaysWhy() throws {
        let store = try TrialStore.empty()
        let study = try small("{trials: 3}").study(in: store)
        _ = try study.run()
        let error = #expect(throws: FitSourceError.self) { try AnsweredTrial(nil, in: store) }
        #expect(error?.description.contains("fewer than 4 leave nothing to compare") == true)
        // and: a study without accuracies has no answer to lack
        var untrained = SmallStudy()
        untrained.name = "untrained"
        untrained.accuracy = nil
        try untrained.run(in: store)
        #expect(try AnsweredTrial("untrained", in: store) == nil)
    }

    @Test func anotherSeedIsAnotherStudyWithOtherRandomness() throws {
        let store = try TrialStore.empty()
        let (first, second) = (Seen<TrainingJob>(), Seen<TrainingJob>())
        let one = small("{trials: 8}", jobs: first)
        var two = small("{trials: 8}", jobs: second)
        two.keys += "\nseed: 1"
        let studies = try [one, two].map { small in
            let study = try small.study(in: store)
            _ = try study.run()
            return study
        }
        #expect(studies[0].draw.study != studies[1].draw.study)
        #expect(studies[0].training?.hash != studies[1].training?.hash)
        #expect(first.all.count == 8 && second.all.count == 8)
        let recipe = try #require(studies[1].draw.space.accuracy?.recipe)
        #expect(recipe.seed(ofRun: 1) == 65_537)
        #expect(recipe.stretches(from: 0, to: 4, rung: 0, seed: 1)[0].seed == 65_537 << 16)
    }
}

private struct TrainingMishap: Error, CustomStringConvertible { let description: String }
