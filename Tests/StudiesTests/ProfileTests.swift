// A study ends by timing the layers of its network, once; and its fits of growing logs end with the answer.

import CompoundSearch
import Foundation
import Measurements
import Networks
import ResultStore
import Studies
import Testing

/// Evaluates by a closure, and gives every layer the same time.
private struct ProfilingEvaluator: CandidateEvaluator {
    let profiled = Seen<String>()
    let base = ClosureEvaluator(evaluation: { _ in Evaluation(outcome: .complete) }, toolVersion: "1.0.0")

    var conditions: Conditions { base.conditions }

    func evaluate(_ trial: Trial) throws -> Evaluation {
        let ratio = Double(trial.candidate.network.cost.macs.value)
        return Evaluation(outcome: .complete, latency: Latency(predicted: ratio, anchor: 1))
    }

    func profile(of network: Network) throws -> NetworkProfile? {
        profiled.append(network.contentHash)
        return NetworkProfile(
            layers: network.layers.map {
                LayerTime(layer: "\($0.name)", milliseconds: 2, minimum: 1, macs: $0.cost.macs.value)
            }, ceilings: [Ceiling(workingSetBytes: 64, gflops: 10, gigabytesPerSecond: 5)])
    }
}

@Suite struct ProfiledStudies {
    private func study(_ evaluator: ProfilingEvaluator, in store: TrialStore, heard: Seen<Int>) throws
        -> Study
    {
        var small = SmallStudy()
        small.accuracy = nil
        let evaluated = try small.study(in: store)
        return try Study(
            evaluated.draw, text: small.text, store: store, evaluator: evaluator, trainer: nil,
            options: small.options,
            observer: ClosureObserver { event in
                if case .timingLayers(let trial) = event { heard.append(trial) }
            })
    }

    @Test func theLayersOfTheBestNetworkAreTimedOnce() throws {
        let (store, evaluator, heard) = (try TrialStore.empty(), ProfilingEvaluator(), Seen<Int>())
        let study = try study(evaluator, in: store, heard: heard)
        _ = try study.run()
        let best = try store.best(by: .latency).trial
        #expect(evaluator.profiled.all == [best.networkHash])
        #expect(heard.all == [best.id])
        let layers = try store.layerTimes(networkHash: best.networkHash, conditions: evaluator.conditions)
        #expect(layers.count == (try Network(best.architecture)).layers.count)
        #expect(try store.ceilings(conditions: evaluator.conditions).map(\.gflops) == [10])
        // and: the same search again times nothing
        _ = try self.study(evaluator, in: store, heard: heard).run()
        #expect(evaluator.profiled.all.count == 1)
    }

    @Test func whoIsAskedToStopTimesNoLayers() throws {
        let (store, evaluator) = (try TrialStore.empty(), ProfilingEvaluator())
        _ = try study(evaluator, in: store, heard: Seen()).run(shouldStop: { true })
        #expect(evaluator.profiled.all.isEmpty)
    }

    @Test func fitsOfGrowingLogsEndWithTheAnswer() throws {
        var small = SmallStudy()
        small.alpha = "[1, 2, 3]"
        small.beta = "[1, 1.5, 2, 2.5, 3]"
        small.accuracy = "epochs: 2\n  candidates: 15"
        small.train = { job in
            let macs = Double(job.trial.candidate.network.cost.macs.value)
            return RungResult(accuracy: 1 - 0.5 * pow(macs, -0.05) * (1 + 0.01 * sin(macs)), seconds: 1)
        }
        let store = try TrialStore.empty()
        try small.run(in: store)
        let study = try AccuracyStudy("small", in: store)
        #expect(study.recorded.sorted() == Array(study.runs.indices))
        let answer = try study.document(study.usualOptions).fit
        let history = study.history(of: answer, most: 5)
        #expect(history.last == answer)
        #expect((2...5).contains(history.count))
        let counts = history.map(\.runs)
        #expect(counts == counts.sorted() && Set(counts).count == counts.count)
        #expect(history.allSatisfy { $0.images == answer.images })
    }
}
