// Intervals mean what they say: of many timings on a machine whose truth is known, 95 of 100 hold it, although each ends
// as soon as its interval is narrow.

import CandidateBenchmark
import Foundation
import Testing

private let noises = [
    Noise(name: "quiet", jitter: 0.002, tail: (0.05, 0.01)),
    Noise(name: "jitter", jitter: 0.01),
    Noise(name: "upper tail", jitter: 0.004, tail: (0.3, 0.03)),
    Noise(name: "short network", jitter: 0.004, tail: (0.3, 0.03), seconds: 0.0023),
    Noise(name: "drift", jitter: 0.006, tail: (0.1, 0.02), drift: 0.05),
    Noise(name: "wandering speed", jitter: 0.006, tail: (0.1, 0.02), wander: (0.02, 0.9)),
    Noise(name: "slow stretches", jitter: 0.006, tail: (0.1, 0.02), slow: (0.1, 0.5, 0.35, 0.3)),
    Noise(name: "busy", jitter: 0.06, tail: (0.3, 0.1), wander: (0.15, 0.6)),
]

private let timings = 600

@Test(arguments: noises) func intervalsHoldTheTruth(_ noise: Noise) {
    let seed: UInt64 = 20_261_126
    // The truth: the same timing without an end, of twenty thousand rounds.
    let long = SimulatedMachine(noise.withoutDrift, seed: seed)
    var endless = InterleavedTimer(secondsCap: 1000, now: { long.time })
    endless.precision = 0
    let truth = endless.time(subject: long.network, anchor: long.anchor).latency

    var held = (median: 0, ratio: 0)
    var rounds: [Double] = []
    for timing in 1...timings {
        let machine = SimulatedMachine(noise, seed: seed &+ UInt64(timing) << 32)
        let timer = InterleavedTimer(secondsCap: 10, now: { machine.time })
        let result = timer.time(subject: machine.network, anchor: machine.anchor)
        let latency = result.latency
        // Milliseconds speak of the machine as it was meanwhile; ratios hold beyond.
        let median = noise.changesSlowly ? machine.medianMeanwhile() : truth.median
        if abs(latency.median - median) <= latency.halfWidth { held.median += 1 }
        if abs(latency.ratio - truth.ratio) <= latency.ratioHalfWidth { held.ratio += 1 }
        rounds.append(Double(result.rounds))
    }
    let coverage = (
        median: Double(held.median) / Double(timings), ratio: Double(held.ratio) / Double(timings)
    )
    print(
        "\(noise.name): \(percent(coverage.median)) of intervals hold the median, \(percent(coverage.ratio)) "
            + "the ratio; \(Int(Statistics.median(rounds))) rounds, seed \(seed)")
    #expect(coverage.median >= 0.92 && coverage.ratio >= 0.92, "\(noise.name), seed \(seed)")
}

private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

extension Noise {
    fileprivate var changesSlowly: Bool { drift > 0 || wander.deviation > 0 }

    fileprivate var withoutDrift: Noise {
        var noise = self
        noise.drift = 0
        return noise
    }
}
