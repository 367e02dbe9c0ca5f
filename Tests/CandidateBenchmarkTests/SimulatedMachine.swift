// A machine whose noise is made: for tests of what a timing says of the truth, which no real machine tells.
//
// Models follow what runs of EfficientNet-B0 and ResNet-18 did on virtual machines: jitter with a heavier upper tail, a
// speed that wanders or drifts for a hundred runs and touches network and anchor alike, and stretches of a few runs that
// are slower by a third or more because others are busy.

import CandidateBenchmark
import Foundation
import Testing

/// How a machine disturbs what runs on it; shares of the time of an undisturbed run.
struct Noise: Sendable, CustomTestStringConvertible {
    let name: String
    /// Standard deviation of the jitter of each run.
    var jitter = 0.0
    /// The share of runs that take longer, and the mean of by how much.
    var tail = (share: 0.0, mean: 0.0)
    /// Standard deviation of the drift in a hundred rounds, drawn for each timing.
    var drift = 0.0
    /// Standard deviation of the speed that wanders, and how much of it stays from one turn to the next.
    var wander = (deviation: 0.0, stays: 0.0)
    /// The share of turns that are slow, how likely a turn stays so, and what it costs the network and the anchor.
    var slow = (share: 0.0, stays: 0.0, network: 0.0, anchor: 0.0)
    /// Seconds of an undisturbed run of the network.
    var seconds = 0.012

    var testDescription: String { name }
}

/// A clock, a network and an anchor on a machine with noise; a function of the seed.
final class SimulatedMachine {
    private let noise: Noise
    private var random: SeededNumbers
    private let drift: Double
    private var wandering = 0.0
    private var isSlow = false
    private var lastWasNetwork: Bool?
    private(set) var turns = 0
    /// What drift and wandering added to each run of the network.
    private(set) var states: [Double] = []
    /// The time, in seconds.
    private(set) var time = 0.0

    init(_ noise: Noise, seed: UInt64) {
        self.noise = noise
        random = SeededNumbers(seed)
        drift = noise.drift * random.normal()
        wandering = noise.wander.deviation * random.normal()
        isSlow = random.fraction() < noise.slow.share
    }

    func network() { run(isNetwork: true, seconds: noise.seconds) }

    func anchor() { run(isNetwork: false, seconds: 0.010) }

    /// The median in milliseconds that timing would find, had every state lasted for many runs.
    func medianMeanwhile() -> Double {
        Statistics.median(
            states.flatMap { state in
                (0..<32).map { _ in noise.seconds * 1e3 * exp(state + disturbance(isNetwork: true)) }
            })
    }

    private func run(isNetwork: Bool, seconds: Double) {
        if lastWasNetwork != isNetwork { changeTurn() }
        lastWasNetwork = isNetwork
        let state = drift * Double(turns) / 200 + wandering
        if isNetwork { states.append(state) }
        var share = state + disturbance(isNetwork: isNetwork)
        if isSlow { share += isNetwork ? noise.slow.network : noise.slow.anchor }
        time += seconds * exp(share)
    }

    private func changeTurn() {
        turns += 1
        let stays = noise.wander.stays
        wandering =
            stays * wandering + (1 - stays * stays).squareRoot() * noise.wander.deviation * random.normal()
        if random.fraction() >= noise.slow.stays { isSlow = random.fraction() < noise.slow.share }
    }

    private func disturbance(isNetwork: Bool) -> Double {
        noise.jitter * random.normal()
            + (random.fraction() < noise.tail.share ? noise.tail.mean * random.exponential() : 0)
    }
}

/// Random numbers of a seed (SplitMix64).
struct SeededNumbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func fraction() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
    }

    mutating func exponential() -> Double { -log(1 - fraction()) }

    mutating func normal() -> Double { (2 * exponential()).squareRoot() * cos(2 * .pi * fraction()) }
}
