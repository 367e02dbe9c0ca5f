// From points to candidates: realise, recognise networks seen before, hold against the budget.
// Counting must be fast, since millions of points may lead to a handful of trials: roundings are
// remembered by factor, networks are compared by small integers, and costs are counted without building.

import Networks

/// A distinct network within the budget, found at the first point that gives it.
package struct Candidate: Hashable, Sendable {
    /// Index of the first point that gives this network.
    package let point: Int
    /// The coefficients of that point.
    package let coefficients: Coefficients
    /// Position among the networks within the budget, counted from 0.
    package let ordinal: Int
    /// The cost level it belongs to, counted from 0.
    package let level: Int
    /// The network.
    package let network: Network
}

/// A distinct network outside the budget: it is no candidate, so it has neither ordinal nor level nor ranges.
package struct Miss: Hashable, Sendable {
    /// How far outside, as ``Bounds`` measures it.
    package let distance: Double
    /// The coefficients of the first point that gives it.
    package let coefficients: Coefficients
    /// The network.
    package let network: Network
}

/// How many points, distinct networks and networks within the budget there were.
package struct Funnel: Hashable, Sendable {
    /// Points drawn.
    package var points = 0
    /// Distinct networks among them.
    package var networks = 0
    /// Distinct networks within the budget.
    package var withinBudget = 0
    /// Points of which no network could be built.
    package var unbuildable = 0
    /// Networks outside the budget, by the first bound that they miss.
    package var removed: [Bounds.Exclusion: Int] = [:]

    /// Nothing drawn yet.
    package init() {}
}

/// Walks the points of a sampler and yields each network within the budget once.
package struct CandidateStream: Sequence, IteratorProtocol {
    /// What passed so far.
    package private(set) var funnel = Funnel()
    /// The networks that came nearest to a budget nobody met, nearest first.
    package private(set) var nearest: [Miss] = []
    /// Why the first unbuildable point could not be built.
    package private(set) var firstFailure: NetworkError?
    /// The absolute budget.
    package let bounds: Bounds
    /// The baseline, realised at its own factors.
    package let baseline: Network

    private let sampler: Sampler
    private let limit: Int
    private var depths = RoundingMemo<[Int]>()
    private var widths = RoundingMemo<Widths>()
    private var resolutions = RoundingMemo<Int>()
    private var seen: [Key: Int] = [:]
    private var ranges: [CoefficientRanges] = []
    private var rangeOfCandidate: [Int] = []

    private struct Key: Hashable {
        let depth, width, resolution: Int32
    }

    /// A stream of at most `limit` points; throws where the baseline itself cannot be built.
    package init(_ sampler: Sampler, limit: Int = .max) throws(NetworkError) {
        self.sampler = sampler
        self.limit = Swift.min(limit, sampler.count ?? .max)
        baseline = try Network(sampler.space.baseline)
        bounds = sampler.space.budget.resolved(for: baseline.cost)
    }

    /// The next network within the budget, or nil when the points are exhausted.
    package mutating func next() -> Candidate? { next { _ in true } }

    /// The next network within the budget; nil when the points are exhausted, or once `goesOn` says no.
    ///
    /// It is asked at every 65,536th point, with the number of points drawn so far.
    package mutating func next(while goesOn: (Int) -> Bool) -> Candidate? {
        while funnel.points < limit {
            if funnel.points & 0xffff == 0, !goesOn(funnel.points) { return nil }
            let index = funnel.points
            let coefficients = sampler.point(at: index)
            funnel.points += 1
            do throws(NetworkError) {
                if let candidate = try admit(coefficients, at: index) { return candidate }
            } catch {
                funnel.unbuildable += 1
                if firstFailure == nil { firstFailure = error }
            }
        }
        return nil
    }

    /// The smallest and largest coefficients seen so far that give a candidate's network.
    package func ranges(of candidate: Candidate) -> CoefficientRanges {
        ranges[rangeOfCandidate[candidate.ordinal]]
    }

    private mutating func admit(
        _ coefficients: Coefficients, at index: Int
    ) throws(NetworkError) -> Candidate? {
        let scaling = sampler.space.baseline.scaling.multiplied(by: coefficients)
        try scaling.validate()
        let depth = try depthNumber(scaling)
        let width = try widthNumber(scaling)
        let resolution = try resolutionNumber(scaling.resolution)
        let key = Key(depth: depth, width: width, resolution: resolution)
        if let known = seen[key] {
            if known >= 0 { ranges[known].include(coefficients) }
            return nil
        }
        // Networks that fail or miss the budget are remembered too, without a range.
        seen[key] = -1
        let dimensions = Dimensions(
            repeats: depths.values[Int(depth)], widths: widths.values[Int(width)],
            resolution: resolutions.values[Int(resolution)])
        let cost = try Network.cost(of: sampler.space.baseline, dimensions: dimensions)
        funnel.networks += 1
        let distance = bounds.distance(of: cost)
        let level = distance == 0 ? bounds.level(of: cost) : nil
        if level == nil { funnel.removed[bounds.exclusion(of: cost) ?? .aboveMacs, default: 0] += 1 }
        // Hardly any network comes this far, so that nothing is built for the others.
        guard level != nil || isNear(distance) else { return nil }
        var scaled = sampler.space.baseline
        scaled.scaling = scaling
        let network = try Network(scaled, dimensions: dimensions)
        guard let level else {
            nearest.append(Miss(distance: distance, coefficients: coefficients, network: network))
            nearest.sort { $0.distance < $1.distance }
            nearest = Array(nearest.prefix(3))
            return nil
        }
        let candidate = Candidate(
            point: index, coefficients: coefficients, ordinal: funnel.withinBudget, level: level,
            network: network)
        seen[key] = ranges.count
        rangeOfCandidate.append(ranges.count)
        ranges.append(CoefficientRanges(coefficients))
        funnel.withinBudget += 1
        return candidate
    }

    // The numbers of what factors round to. The baseline is asked where it stands: to copy it for each point takes longer
    // than the rest of a point.

    private mutating func depthNumber(_ scaling: Scaling) throws(NetworkError) -> Int32 {
        let (factor, stages) = (scaling.depth, scaling.stages?.depths ?? [])
        if let number = depths.number(of: factor, stages) { return number }
        return depths.number(
            try sampler.space.baseline.repeats(depth: factor, stages: stages), of: factor, stages)
    }

    private mutating func widthNumber(_ scaling: Scaling) throws(NetworkError) -> Int32 {
        let (factor, stages) = (scaling.width, scaling.stages?.widths ?? [])
        if let number = widths.number(of: factor, stages) { return number }
        return widths.number(
            try sampler.space.baseline.widths(width: factor, stages: stages), of: factor, stages)
    }

    private mutating func resolutionNumber(_ factor: Double) throws(NetworkError) -> Int32 {
        if let number = resolutions.number(of: factor, []) { return number }
        return resolutions.number(try sampler.space.baseline.rules.resolution(factor), of: factor, [])
    }

    /// Whether a network this far outside a budget that nobody met so far is among the three nearest.
    private func isNear(_ distance: Double) -> Bool {
        funnel.withinBudget == 0 && (nearest.count < 3 || distance < nearest[2].distance)
    }
}

/// Remembers what a factor, with those of single stages, rounds to, and gives equal results one number.
private struct RoundingMemo<Rounded: Hashable> {
    private(set) var values: [Rounded] = []
    private var numbers: [Rounded: Int32] = [:]
    private var numberOfFactor: [Double: Int32] = [:]
    private var numberOfStages: [[Double]: Int32] = [:]
    /// A grid asks for the same factor of its slow axes many times in a row.
    private var last: (factor: Double, number: Int32) = (.nan, 0)

    /// The number of what a factor, and a further one for each stage, round to, if that is remembered.
    mutating func number(of factor: Double, _ stages: [Double]) -> Int32? {
        if !stages.isEmpty { return numberOfStages[stages.map { $0 * factor }] }
        if factor == last.factor { return last.number }
        guard let number = numberOfFactor[factor] else { return nil }
        last = (factor, number)
        return number
    }

    /// The number of a value, which is what they round to.
    mutating func number(_ value: Rounded, of factor: Double, _ stages: [Double]) -> Int32 {
        let number = number(of: value)
        if stages.isEmpty {
            if numberOfFactor.count < Self.most { numberOfFactor[factor] = number }
        } else if numberOfStages.count < Self.most {
            numberOfStages[stages.map { $0 * factor }] = number
        }
        return number
    }

    private mutating func number(of value: Rounded) -> Int32 {
        if let known = numbers[value] { return known }
        let number = Int32(values.count)
        numbers[value] = number
        values.append(value)
        return number
    }

    /// Random factors never come twice; past this many, remembering them costs more than it saves.
    private static var most: Int { 100_000 }
}

/// The smallest and largest coefficients that give one network.
package struct CoefficientRanges: Hashable, Sendable {
    /// Range of α.
    package private(set) var alpha: ClosedRange<Double>
    /// Range of β.
    package private(set) var beta: ClosedRange<Double>
    /// Range of γ.
    package private(set) var gamma: ClosedRange<Double>

    /// Ranges found earlier.
    package init(alpha: ClosedRange<Double>, beta: ClosedRange<Double>, gamma: ClosedRange<Double>) {
        self.alpha = alpha
        self.beta = beta
        self.gamma = gamma
    }

    /// The ranges of a single point.
    package init(_ point: Coefficients) {
        alpha = point.alpha...point.alpha
        beta = point.beta...point.beta
        gamma = point.gamma...point.gamma
    }

    /// Widens the ranges to a further point.
    mutating func include(_ point: Coefficients) {
        alpha = min(alpha.lowerBound, point.alpha)...max(alpha.upperBound, point.alpha)
        beta = min(beta.lowerBound, point.beta)...max(beta.upperBound, point.beta)
        gamma = min(gamma.lowerBound, point.gamma)...max(gamma.upperBound, point.gamma)
    }
}
