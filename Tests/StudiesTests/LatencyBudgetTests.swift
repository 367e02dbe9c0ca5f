// A budget that is a latency: which networks of a draw it keeps, what is trained of them, and what a fit says.

import CompoundSearch
import Descriptions
import Foundation
import Measurements
import Networks
import ResultStore
import Studies
import Testing

@Suite struct LatencyBudgetTests {
    /// All networks of a small space whose budget is a latency, in the order of their points.
    private func draw(_ keys: String = "", accuracy: String = "") throws -> (CandidateDraw, text: String) {
        let text = """
            name: clocked
            baseline: \(SmallStudy.baseline(widthDivisor: 1))
            alpha: [1, 2, 3]
            beta: [1, 1.25, 1.5, 1.75, 2]
            gamma: [1, 1.25, 1.5]
            budget: {latency: 2x, tolerance: 25%}
            \(keys)
            \(accuracy)
            """
        let space = try SearchSpace(yaml: text, file: "clocked.yaml")
        let sampler = try Sampler(space, strategy: space.strategy, seed: space.seed)
        return (try CandidateDraw(sampler, most: nil), text)
    }

    /// A clock by which a network takes twice the time for each doubling of depth and resolution, and no longer for width.
    private func settled(_ draw: CandidateDraw) -> SettledLatency {
        let ratios = draw.trials.map { trial in
            let scale = trial.candidate.network.dimensions.scale(relativeTo: draw.baseline.dimensions)
            return (trial.networkHash, 0.5 * scale.depth * scale.resolution)
        }
        return SettledLatency(
            band: LatencyBand(.multiple(2), tolerance: 0.25, baseline: 0.5, anchorMilliseconds: 8),
            ratios: Dictionary(ratios) { first, _ in first })
    }

    @Test func theDrawKeepsWhatTakesTheTime() throws {
        let (draw, _) = try draw()
        #expect(draw.trials.count == 45 && draw.funnel.withinBudget == 45)
        let narrowed = draw.narrowed(to: settled(draw))
        // depth · resolution is 1, 1.25, 1.5; 2, 2.5, 3; 3, 3.75, 4.5, each of five widths; 1.5 to 2.5 will do.
        #expect(narrowed.trials.count == 15 && narrowed.funnel.withinBudget == 15)
        #expect(narrowed.funnel.removed[.belowLatency] == 10)
        #expect(narrowed.funnel.removed[.aboveLatency] == 20)
        for trial in narrowed.trials {
            let scale = trial.candidate.network.dimensions.scale(relativeTo: draw.baseline.dimensions)
            #expect((1.5...2.5).contains(scale.depth * scale.resolution))
        }
        // and: they keep their points' order
        #expect(narrowed.trials.map(\.candidate.point) == narrowed.trials.map(\.candidate.point).sorted())
    }

    @Test func ofThoseThatAreTrainedAFewLieFarApart() throws {
        let (draw, _) = try draw(
            "strategy: spread", accuracy: "accuracy: {command: [none], epochs: 1, candidates: 4}")
        #expect(draw.trials.count == 45)
        let narrowed = draw.narrowed(to: settled(draw))
        #expect(narrowed.trials.count == 4 && narrowed.funnel.withinBudget == 15)
        #expect(Set(narrowed.trials.map(\.candidate.network.dimensions.resolution)).count > 1)
    }

    @Test(arguments: [0, 5]) func aStudyIsRegisteredAndFittedByTheClock(rejected: Int) throws {
        // given: an adaptive study, whose clock finds the first few networks slower than their blocks
        let (draw, text) = try draw(
            "strategy: adaptive\nuntil: {trials: 14}",
            accuracy: "accuracy: {command: [none], epochs: 1}")
        let latency = settled(draw)
        let narrowed = draw.narrowed(to: latency)
        let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
        let plan = try #require(narrowed.space.accuracy)
        let trainer = StudyTrainer(
            ClosureTrainer { job in
                let scale = job.trial.candidate.network.dimensions.scale(
                    relativeTo: narrowed.baseline.dimensions)
                let noise = 0.002 * Double(job.rung.seed % 3 - 1)
                return RungResult(
                    accuracy: 1 - 0.2 * pow(scale.width, -0.5) * pow(scale.depth, -0.1) * (1 + noise),
                    seconds: 1)
            },
            key: TrainingKey(
                trainer: plan.trainer, data: "d", recipe: plan.recipe.settled(forImages: nil),
                instructionSet: nil, toolVersion: "1.0.0"))
        let slow = Seen<String>()
        let evaluator = ClosureEvaluator(
            evaluation: { trial in
                let ratio = latency.ratios[trial.networkHash] ?? .nan
                if slow.all.count < rejected { slow.append(trial.networkHash) }
                let factor = slow.all.contains(trial.networkHash) ? 1.7 : 1
                return Evaluation(
                    outcome: .complete, latency: Latency(predicted: factor * ratio, anchor: 8))
            }, toolVersion: "1.0.0")

        // when
        let (ruledOut, finished) = (Seen<String>(), Seen<String>())
        let study = try Study(
            narrowed, text: text, store: store, evaluator: evaluator, trainer: trainer,
            options: StudyOptions(toolVersion: "1.0.0"),
            observer: ClosureObserver { event in
                switch event {
                case .ruledOut(let job, let reason, _):
                    ruledOut.append(job.trial.networkHash)
                    #expect(reason.hasPrefix("measured, it takes "))
                case .finished(let job, _, _): finished.append(job.trial.networkHash)
                default: break
                }
            })
        let ending = try study.run()

        // then: what the budget rules out is no failure, and ends nothing
        #expect(ending == .finished(FailureCount([], candidates: 15)))
        #expect(ruledOut.all.count == rejected && Set(ruledOut.all) == Set(slow.all))
        #expect(finished.all.count == 14 - rejected && Set(finished.all).isDisjoint(with: slow.all))
        #expect(try store.latencyBand(study: narrowed.study) == latency.band)
        #expect(try store.funnels(study: narrowed.study).last?.aboveLatency == 20)
        #expect(try store.query(Query(filter: "state = 'rejected'")).rows.count == rejected)

        // and: a fit counts the time
        let fit = try AccuracyStudy(nil, in: store)
        #expect(fit.usualOptions.quantity == .latency && fit.usualOptions.budget == 2)
        #expect(fit.runs.count == 14 - rejected)
        for run in fit.runs { #expect((0.75...1.25).contains(run.costRatio / 2)) }
    }
}
