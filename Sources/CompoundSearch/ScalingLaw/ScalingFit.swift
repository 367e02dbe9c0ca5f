// The answer to the one question: how is this budget best spent on depth, width and resolution, and how sure is that.

import Basics
import Foundation
import Networks

/// What the runs of a study say about a budget: the best coefficients, the network to take, and how much better another may be.
///
/// log(error) is a quadratic in the logarithms of realised depth, width, resolution and training length (after Tan & Le 2019,
/// equation 3, which their search solved on a grid); everything is read off the laws that the runs leave possible (`ScalingLaw`).
package struct ScalingFit: Hashable, Sendable {
    /// What is asked of a fit.
    package struct Options: Hashable, Sendable {
        /// What a budget counts.
        package enum Quantity: String, CaseIterable, Hashable, Sendable {
            /// Multiply–accumulates.
            case macs
            /// The time of an inference on the machine that measured.
            case latency
        }

        /// What the budget counts.
        package var quantity = Quantity.macs
        /// The budget as a multiple of the baseline's.
        package var budget: Double
        /// How far a network's cost may lie from the budget, as a share of it.
        package var tolerance: Double
        /// Images seen in the training that the answer is for, or nil for the longest that was trained.
        package var images: Double?
        /// Laws that are drawn from what is possible.
        package var draws: Int
        /// Seed of the draws.
        package var seed: UInt64
        /// Images that accuracies were measured on; an error of zero counts as half an image.
        package var validationImages: Int?
        /// The share of its error by which another network may be better than the recommended one; a faster network is taken
        /// instead of the best while it stays below.
        package var regret: Double

        /// How many draws can be asked for.
        package static let drawRange = 100...1_000_000
        /// How many images accuracies can have been measured on.
        package static let imageRange = 1...1_000_000_000

        /// A budget, 5 % around it, the longest training, 2,000 draws of seed 0, a regret of 2 %.
        package init(
            budget: Double, tolerance: Double = 0.05, images: Double? = nil, draws: Int = 2000,
            seed: UInt64 = 0,
            validationImages: Int? = nil, regret: Double = 0.02
        ) {
            self.budget = budget
            self.tolerance = tolerance
            self.images = images
            self.draws = draws
            self.seed = seed
            self.validationImages = validationImages
            self.regret = regret
        }

        /// What a study of a space is asked where nobody says otherwise: its dearest cost level, with the regret at which it ends.
        ///
        /// Networks may lie as far beside the budget as the space allows, but at most a tenth, since networks of different cost are
        /// not to be ranked together. Of a latency budget, `band` says what it means on the machine.
        package init(_ space: SearchSpace, baseline: Network, band: LatencyBand? = nil) {
            let cost = baseline.cost
            let targets = space.budget.levels.map { $0.macs(of: cost) / Double(cost.macs.value) }
            // A hair more than allowed, so that rounding leaves no candidate out.
            self.init(
                budget: band?.multiple ?? targets.max() ?? 1,
                tolerance: min(0.1, band?.tolerance ?? space.budget.tolerance) + 1e-9)
            quantity = band == nil ? .macs : .latency
            regret = space.until.regret ?? regret
        }
    }

    /// Networks that it takes at least: fewer leave nothing to compare.
    package static let fewestNetworks = 4

    /// What was asked.
    package let options: Options
    /// Images seen in the training that the answer is for.
    package let images: Double
    /// The training lengths of the runs, in images seen, rising.
    package let lengths: [Double]
    /// Networks that were trained.
    package let networks: Int
    /// Runs of training.
    package let runs: Int
    /// The bands of cost they fall into.
    package let costLevels: [CostLevel]
    /// Runs without a single error, which count with the smallest error that could have been seen.
    package let flawless: Int
    /// log(error) over the logarithms of realised depth, width and resolution, at the length that the answer is for.
    package let surface: QuadraticSurface
    /// The surface's ten coefficients in the order of `QuadraticSurface.coefficients`.
    package let coefficients: [Estimate]
    /// The share of the variance of log(error) that the law explains.
    package let rSquared: Double
    /// How far results lie off the law, by seed and by network.
    package let noise: NoiseLevels
    /// What the axes cost.
    package let cost: CostLaw
    /// The best point of the budget.
    package let optimum: Optimum
    /// The macs there over the baseline's: the budget itself, or where that is a latency, what networks of such a size have.
    package let macsRatio: Double
    /// The least and the greatest share of log(cost) that each axis could have taken.
    package let shareRanges: [ClosedRange<Double>]
    /// What the same cost gives when one axis alone takes it.
    package let alternatives: [Alternative]
    /// The networks of the budget, the lowest predicted error first.
    package let candidates: [BudgetStanding.Rank]
    /// The network to take, or nil where none of the budget was trained.
    package let recommended: BudgetStanding.Rank?

    /// The candidates that cannot be told from the best.
    package var indistinguishable: [BudgetStanding.Rank] { candidates.filter(\.isIndistinguishable) }

    /// Whether the shares of all axes are as open as before: nothing was learnt about where to spend.
    package var tellsNothing: Bool {
        zip(optimum.shares, shareRanges).allSatisfy { share, range in
            range.upperBound - range.lowerBound < 1e-9
                || share.width > 0.9 * (range.upperBound - range.lowerBound)
        }
    }

    /// Fits the law of runs; `others` are networks of the budget that were not trained, with which the regret reckons.
    ///
    /// Throws where a run is none, or the budget lies beyond all networks. About 50 ms for 40 runs and 300 networks.
    package init(
        _ runs: [TrainedRun], others: [BudgetNetwork] = [], latencies: [String: Double] = [:],
        options: Options
    ) throws(ScalingFitError) {
        guard options.budget > 1, options.budget.isFinite else { throw .budgetTooSmall(options.budget) }
        var seen: Set<String> = []
        let trained = runs.filter { seen.insert($0.network).inserted }
        guard trained.count >= Self.fewestNetworks else {
            throw .tooFewNetworks(trained.count, needed: Self.fewestNetworks)
        }
        guard Set(runs.map(\.error)).count > 1 else { throw .equalErrors }
        let lengths = Set(runs.map(\.images)).sorted()
        let images = options.images ?? lengths[lengths.count - 1]
        let law = try ScalingLaw(runs, images: images, validationImages: options.validationImages)
        self.options = options
        self.images = images
        self.lengths = lengths
        self.runs = law.runs
        networks = law.networks.count
        flawless = law.flawless
        noise = law.noise
        rSquared = law.rSquared
        surface = law.surface
        costLevels = CostLevel.levels(of: trained.map(\.costRatio))

        // The law is not asked beyond the sizes that were trained.
        func isOfBudget(_ costRatio: Double) -> Bool {
            abs(costRatio / options.budget - 1) <= options.tolerance
        }
        let sizes = trained.map(\.scale.logarithms)
        let box = LogarithmBox(sizes)
        let untrained = others.filter { network in
            !seen.contains(network.hash) && isOfBudget(network.costRatio)
                && box.contains(network.scale.logarithms)
        }
        let points = sizes + untrained.map(\.scale.logarithms)
        let cost = try CostLaw(
            points: points, ratios: trained.map(\.costRatio) + untrained.map(\.costRatio))
        self.cost = cost
        let budget = BudgetSurface(box, cost: cost, budget: options.budget)
        guard let best = budget.minimum(of: law.surface), let shareRanges = budget.shareRanges else {
            let reachable = exp(budget.reachable.lowerBound)...exp(budget.reachable.upperBound)
            throw .budgetOutOfReach(options.budget, reachable: reachable)
        }
        self.shareRanges = shareRanges
        macsRatio =
            options.quantity == .macs
            ? options.budget
            : exp(
                (try CostLaw(
                    points: points, ratios: trained.map(\.macsRatio) + untrained.map(\.macsRatio)
                ).exponents * best).sum())
        let draws = law.draws(options.draws, seed: options.seed).map(\.surface)
        coefficients = surface.coefficients.enumerated().map { index, value in
            Estimate(value, draws: draws.map { $0.coefficients[index] })
        }
        optimum = Optimum(at: best, of: surface, on: budget, draws: draws)
        alternatives = ScalingAxis.allCases.map { [surface, optimum] axis in
            Alternative(only: axis, budget, surface, against: optimum, draws: draws)
        }
        // Recommended is what was trained as long as the answer is for, and so has weights; all where nothing was.
        let finished = Set(runs.filter { $0.reaches(images) }.map(\.network))
        let within = trained.filter { isOfBudget($0.costRatio) }.map { run in
            BudgetNetwork(
                run, latency: latencies[run.network],
                isEligible: finished.isEmpty || finished.contains(run.network))
        }
        let standing = BudgetStanding(
            law, networks: within + untrained, draws: min(1000, options.draws), seed: options.seed,
            regret: options.regret)
        candidates = standing.ranks
        recommended = standing.recommended
    }
}

extension BudgetSurface {
    /// A budget over what was sampled; no axis is scaled down.
    fileprivate init(_ sampled: LogarithmBox, cost: CostLaw, budget: Double) {
        let lower = pointwiseMax(sampled.low, .zero)
        self.init(
            exponents: cost.exponents, logBudget: log(budget), lower: lower,
            upper: pointwiseMax(lower, sampled.high))
    }
}
