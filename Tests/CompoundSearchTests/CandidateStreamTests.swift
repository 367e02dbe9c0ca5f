// The funnel from points to candidates, on the numbers that are known exactly.

import CompoundSearch
import Networks
import Testing

/// The grid around EfficientNet-B0 that the README searches.
let paperGrid = SearchSpace(
    name: "b0", baseline: .efficientNet("efficientnet-b0", width: 1, depth: 1, resolution: 224),
    alpha: .range(low: 1, high: 2, step: 0.05), beta: .range(low: 1, high: 1.5, step: 0.05),
    gamma: .range(low: 1, high: 1.5, step: 0.05), budget: Budget(macs: .multiple(2), tolerance: 0.05))

@Test func paperGridHas2541Points847NetworksAnd20WithinBudget() throws {
    var stream = try CandidateStream(Sampler(paperGrid, strategy: .grid, seed: 0))
    var candidates: [Candidate] = []
    while let candidate = stream.next() { candidates.append(candidate) }

    #expect(stream.funnel.points == 2541)
    #expect(stream.funnel.networks == 847)
    #expect(stream.funnel.withinBudget == 20)
    #expect(candidates.count == 20)
    #expect(Set(candidates.map(\.network.contentHash)).count == 20)
    for candidate in candidates { #expect(stream.bounds.admit(candidate.network.cost)) }
}

@Test func twoMillionPointsAreCountedAtHalfAMillionASecond() throws {
    var space = paperGrid
    space.alpha = .range(low: 1, high: 3, step: 0.01)
    space.beta = .range(low: 1, high: 2, step: 0.01)
    space.gamma = .range(low: 1, high: 2, step: 0.01)
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    let clock = ContinuousClock()
    let time = clock.measure { while stream.next() != nil {} }
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    print(
        "counted \(stream.funnel.points) points, \(stream.funnel.networks) networks at",
        Int(Double(stream.funnel.points) / seconds), "points/s")
    #expect(stream.funnel.points == 201 * 101 * 101)
}

@Test func aTrialIsTheFirstPointThatGivesItsNetwork() throws {
    let sampler = try Sampler(paperGrid, strategy: .grid, seed: 0)
    var stream = try CandidateStream(sampler)
    var first: [String: Int] = [:]
    for index in 0..<2541 {
        let network = try Network(paperGrid.baseline.scaled(by: sampler.point(at: index)))
        if first[network.contentHash] == nil { first[network.contentHash] = index }
    }

    while let candidate = stream.next() {
        #expect(first[candidate.network.contentHash] == candidate.point)
    }
    #expect(first.count == 847)
}

@Test func rangesHoldEveryPointThatGivesTheNetwork() throws {
    let sampler = try Sampler(paperGrid, strategy: .grid, seed: 0)
    var stream = try CandidateStream(sampler)
    var candidates: [Candidate] = []
    while let candidate = stream.next() { candidates.append(candidate) }
    for candidate in candidates {
        let same = try (0..<2541).map { sampler.point(at: $0) }.filter {
            try Network(paperGrid.baseline.scaled(by: $0)).dimensions == candidate.network.dimensions
        }
        let ranges = stream.ranges(of: candidate)
        #expect(ranges.alpha.lowerBound == same.map(\.alpha).min())
        #expect(ranges.alpha.upperBound == same.map(\.alpha).max())
        #expect(ranges.beta.upperBound == same.map(\.beta).max())
        #expect(ranges.gamma.upperBound == same.map(\.gamma).max())
    }
}

@Test func everyBoundOfTheBudgetIsHeld() throws {
    var space = paperGrid
    var all = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    let costs = IteratorSequence(all).map(\.network.cost)
    while all.next() != nil {}
    space.budget.parameters = 9_500_000
    space.budget.activations = 11_900_000
    space.budget.peakActivationBytes = 10_000_000
    var bounded = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    let kept = IteratorSequence(bounded).map(\.network.cost)
    while bounded.next() != nil {}

    let expected = costs.filter {
        $0.parameters.value <= 9_500_000 && $0.activations.value <= 11_900_000
            && $0.peakActivationBytes.value <= 10_000_000
    }
    #expect(kept == expected)
    #expect(!kept.isEmpty && kept.count < costs.count)
    #expect(bounded.funnel.networks == 847)
}

@Test func aBudgetNobodyMeetsNamesTheNearest() throws {
    var space = paperGrid
    space.budget = Budget(macs: .multiple(50), tolerance: 0.01)
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))

    #expect(stream.next() == nil)
    #expect(stream.funnel.withinBudget == 0)
    #expect(stream.nearest.count == 3)
    // The largest network of the space comes nearest to a budget far above it.
    let largest = try Network(
        paperGrid.baseline.scaled(by: Coefficients(alpha: 2, beta: 1.5, gamma: 1.5)))
    #expect(stream.nearest[0].network.dimensions == largest.dimensions)
}

/// Networks far outside come first; the candidates after them have the ordinals and the ranges of candidates alone.
@Test func networksOutsideTheBudgetTakeNoPlaceAmongCandidates() throws {
    var space = paperGrid
    space.budget = Budget(macs: .multiple(3), tolerance: 0.02)
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    var candidates: [Candidate] = []
    while let candidate = stream.next() { candidates.append(candidate) }

    #expect(candidates.map(\.ordinal) == Array(0..<candidates.count) && candidates.count > 1)
    #expect(stream.nearest.count == 3 && stream.nearest.allSatisfy { $0.distance > 0 })
    for candidate in candidates {
        let ranges = stream.ranges(of: candidate)
        #expect(ranges.alpha.contains(candidate.coefficients.alpha))
        #expect(ranges.beta.contains(candidate.coefficients.beta))
        #expect(ranges.gamma.contains(candidate.coefficients.gamma))
    }
}

@Test func absoluteBudgetsCountMacs() throws {
    var space = paperGrid
    space.budget = Budget(macs: .macs(2 * 385_814_752), tolerance: 0.05)
    let stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    #expect(IteratorSequence(stream).map(\.point).count == 20)
}

@Test func pointsThatCannotBeBuiltAreCountedNotFatal() throws {
    var space = paperGrid
    space.gamma = .list([1, 100])
    space.alpha = .list([1, 1e9])
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    while stream.next() != nil {}

    #expect(stream.funnel.points == 44)
    #expect(stream.funnel.unbuildable == 33)
    #expect(stream.firstFailure?.description.contains("out of range") == true)
}

@Test func studiesAreToldApartByWhatDecidesTheirTrials() {
    let identity = paperGrid.studyIdentifier(strategy: .grid, seed: 0)
    #expect(identity.count == 16)
    #expect(paperGrid.studyIdentifier(strategy: .grid, seed: 5) == identity)
    #expect(
        paperGrid.studyIdentifier(strategy: .random, seed: 0)
            != paperGrid.studyIdentifier(strategy: .random, seed: 1))

    var threads = paperGrid
    threads.measure.threads = 2
    threads.objective = Objective(column: "macs", maximize: false)
    #expect(threads.studyIdentifier(strategy: .grid, seed: 0) == identity)

    var budget = paperGrid
    budget.budget.tolerance = 0.04
    #expect(budget.studyIdentifier(strategy: .grid, seed: 0) != identity)
    var rules = paperGrid
    rules.baseline.rules.widthDivisor = 4
    #expect(rules.studyIdentifier(strategy: .grid, seed: 0) != identity)
}

@Test func factorsThatNoDescriptionCanHaveAreNotBuilt() throws {
    var space = paperGrid
    (space.alpha, space.beta, space.gamma) = (.list([1]), .list([0.001, 1]), .list([1]))
    space.phi = .list([1, 3])
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    while stream.next() != nil {}
    #expect(stream.funnel.unbuildable == 1)
    #expect(stream.firstFailure?.description.hasPrefix("scaling.width: ") == true)
}

@Test func aWalkThatIsToldToStopStopsWithin65536Points() throws {
    var space = paperGrid
    (space.alpha, space.beta) = (.range(low: 1, high: 2, step: 0.0001), .range(low: 1, high: 2, step: 0.01))
    space.budget = Budget(macs: .multiple(1000), tolerance: 0.01)
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    var asked: [Int] = []
    let found = stream.next { points in
        asked.append(points)
        return points < 131_072
    }
    #expect(found == nil)
    #expect(asked == [0, 65_536, 131_072])
    #expect(stream.funnel.points == 131_072)
}
