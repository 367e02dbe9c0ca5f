// What to train next so that the answer narrows most for its cost: a pure function of the candidates and of what was trained.

import Foundation
import Networks

/// Proposes runs of training, one after the other.
///
/// The answer is where on the budget the law is lowest. Laws drawn from what is possible each have a lowest network; how much the
/// differences between these and the one that looks best vary is what is not known yet. A proposal is the run that lowers this
/// variance most for its multiply–accumulates (an optimal design for contrasts; Chaloner & Verdinelli 1995). Cost counts in macs
/// times images, so that every machine proposes alike.
package struct AdaptiveSampler: Sendable {
    /// A run of training to do.
    package struct Proposal: Hashable, Sendable {
        /// The place of its network among the candidates.
        package let candidate: Int
        /// The place of its training length among the lengths.
        package let length: Int
        /// Its seed, counted from 1.
        package let seed: Int

        /// A run.
        package init(candidate: Int, length: Int, seed: Int) {
            self.candidate = candidate
            self.length = length
            self.seed = seed
        }
    }

    /// A run that somebody does or did.
    package struct Known: Hashable, Sendable {
        /// How a run stands.
        package enum State: Hashable, Sendable {
            /// It is over.
            case finished(TrainedRun)
            /// It failed; its network is not proposed again.
            case failed
            /// Somebody is at it.
            case underWay
        }

        /// Which run.
        package var proposal: Proposal
        /// How it stands.
        package var state: State

        /// A run that stands so.
        package init(_ proposal: Proposal, _ state: State) {
            self.proposal = proposal
            self.state = state
        }

        /// What it found, once it is over.
        package var run: TrainedRun? {
            if case .finished(let run) = state { run } else { nil }
        }
    }

    /// The networks that can be trained; those that are eligible are what the answer is sought among.
    package let candidates: [BudgetNetwork]
    /// Images that a run of each length sees, rising; the last is what the answer is for.
    package let lengths: [Double]
    /// Images that each run is judged on.
    package let validationImages: Double

    private let spread: [Int]

    /// Runs of well-spread networks before the law decides.
    package static let firstRuns = 8
    private static let drawCount = 256

    /// A sampler; there is at least one candidate and one length.
    package init(candidates: [BudgetNetwork], lengths: [Double], validationImages: Double) {
        self.candidates = candidates
        self.lengths = lengths
        self.validationImages = validationImages
        let answers = candidates.indices.filter { candidates[$0].isEligible }
        spread = SpreadSelection.order(
            points: answers.map { candidates[$0].scale.logarithms }, most: Self.firstRuns
        ).map { answers[$0] }
    }

    /// The next run, or nil where there is none left: every candidate failed or is under way.
    ///
    /// The first ones are well-spread networks at the full length, and the one in the middle once more, which tells seeds from
    /// networks. About 20 ms for 300 candidates.
    ///
    /// Throws where a run is none of these candidates'.
    package func next(after known: [Known]) throws(SearchError) -> Proposal? {
        if let foreign = known.first(where: { !isOwn($0) }) {
            throw .foreignRun(foreign.run?.label ?? "candidate \(foreign.proposal.candidate)")
        }
        let failed = Set(known.filter { $0.state == .failed }.map(\.proposal.candidate))
        let open = candidates.indices.filter { !failed.contains($0) }
        let full = lengths.count - 1
        func proposal(_ candidate: Int, _ length: Int) -> Proposal {
            let seeds = known.filter { $0.proposal.candidate == candidate && $0.proposal.length == length }
                .map(\.proposal.seed)
            return Proposal(candidate: candidate, length: length, seed: (seeds.max() ?? 0) + 1)
        }
        if let candidate = first(known.filter { $0.state != .failed }, failed: failed) {
            return proposal(candidate, full)
        }
        let underWay = Set(
            known.filter { $0.state == .underWay }.map { [$0.proposal.candidate, $0.proposal.length] })
        guard !open.isEmpty, let law = try? ScalingLaw(known.compactMap(\.run), images: lengths[full]) else {
            return open.first.map { proposal($0, full) }
        }
        return best(by: law, seed: UInt64(known.count), open: open) { underWay.contains([$0, $1]) }
            .map { proposal($0.candidate, $0.length) }
    }

    /// What a run costs: the baseline's macs times images. Forward and backward cost three times a forward pass.
    func cost(ofCandidate candidate: Int, length: Int) -> Double {
        candidates[candidate].macsRatio * (3 * lengths[length] + validationImages)
    }

    private func isOwn(_ known: Known) -> Bool {
        let (candidate, length) = (known.proposal.candidate, known.proposal.length)
        guard candidates.indices.contains(candidate), lengths.indices.contains(length) else { return false }
        return known.run.map { $0.network == candidates[candidate].hash } ?? true
    }

    /// The network of the next of the first runs, or nil once they are done.
    private func first(_ begun: [Known], failed: Set<Int>) -> Int? {
        let open = spread.filter { !failed.contains($0) }
        let begun = begun.filter { $0.proposal.length == lengths.count - 1 }.map(\.proposal.candidate)
        guard begun.count < Self.firstRuns else { return nil }
        let distinct = Set(begun)
        if distinct.count >= 4, begun.count == distinct.count { return open.first }
        return open.first { !distinct.contains($0) }
    }

    private func best(
        by law: ScalingLaw, seed: UInt64, open: [Int], isTaken: (Int, Int) -> Bool
    ) -> (candidate: Int, length: Int)? {
        let posterior = law.likeliest
        let (goal, rivals) = contrasts(law, seed: seed, open: open)
        func whitened(_ candidate: Int) -> [Double] {
            posterior.precision.whitened(
                LawTerms.values(at: candidates[candidate].scale.logarithms, length: 0))
        }
        let goalTerms = whitened(goal)
        let differences = rivals.map { rival in
            (share: rival.share, terms: zip(whitened(rival.candidate), goalTerms).map { $0 - $1 })
        }
        let full = lengths[lengths.count - 1]
        var winner: (candidate: Int, length: Int)?
        var highest = -1.0
        for candidate in open {
            for length in lengths.indices where !isTaken(candidate, length) {
                let network = candidates[candidate]
                let t = log(lengths[length] / full)
                let (terms, variance) = posterior.prediction(
                    at: network.scale.logarithms, length: t, network: law.place(of: network.hash))
                let gain = differences.reduce(0) { sum, difference in
                    let covariance = dot(difference.terms, terms)
                    return sum + difference.share * covariance * covariance
                }
                // Rounded, so that every machine's libm proposes the same.
                let worth =
                    (gain / (variance + posterior.noise.variance(length: t))
                    / cost(ofCandidate: candidate, length: length)).significant
                if worth > highest {
                    highest = worth
                    winner = (candidate, length)
                }
            }
        }
        return winner
    }

    /// The network that looks best, and how often each other one is the best of a drawn law.
    private func contrasts(
        _ law: ScalingLaw, seed: UInt64, open: [Int]
    ) -> (goal: Int, rivals: [(candidate: Int, share: Double)]) {
        let eligible = open.filter { candidates[$0].isEligible }
        let answers = eligible.isEmpty ? open : eligible
        var counts: [Int: Int] = [:]
        var sums = [Double](repeating: 0, count: answers.count)
        let points = answers.map { candidates[$0].scale.logarithms }
        for draw in law.draws(Self.drawCount, seed: seed) {
            let surface = draw.surface
            var lowest = (value: Double.infinity, candidate: answers[0])
            for (index, point) in points.enumerated() {
                let value = surface.value(at: point)
                sums[index] += value
                if value < lowest.value { lowest = (value, answers[index]) }
            }
            counts[lowest.candidate, default: 0] += 1
        }
        let goal = answers[answers.indices.min { (sums[$0], $0) < (sums[$1], $1) } ?? 0]
        let rivals = counts.filter { $0.key != goal }.sorted { $0.key < $1.key }
            .map { (candidate: $0.key, share: Double($0.value) / Double(Self.drawCount)) }
        return (goal, rivals)
    }
}

extension Double {
    /// The number to nine significant digits.
    fileprivate var significant: Double {
        guard self != 0, isFinite else { return self }
        let unit = pow(10, log10(abs(self)).rounded(.down) - 8)
        return (self / unit).rounded(.toNearestOrEven) * unit
    }
}
