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
