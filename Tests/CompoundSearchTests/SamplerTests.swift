// Points are pure functions of (space, seed, index).

import CompoundSearch
import Networks
import Testing

@Test func gridValuesAreTheDecimalsAsWritten() throws {
    let sampler = try Sampler(paperGrid, strategy: .grid, seed: 0)

    #expect(sampler.count == 21 * 11 * 11)
    #expect(sampler.point(at: 0) == Coefficients(alpha: 1, beta: 1, gamma: 1))
    #expect(sampler.point(at: 1) == Coefficients(alpha: 1, beta: 1, gamma: 1.05))
    #expect(sampler.point(at: 11) == Coefficients(alpha: 1, beta: 1.05, gamma: 1))
    #expect(sampler.point(at: 121) == Coefficients(alpha: 1.05, beta: 1, gamma: 1))
    #expect(sampler.point(at: 2540) == Coefficients(alpha: 2, beta: 1.5, gamma: 1.5))
    // Accumulating 0.05 seven times gives 1.3500000000000003, which rounds repeats differently.
    #expect(sampler.point(at: 7 * 121).alpha == 1.35)
}

@Test func phiIsTheSlowestAxis() throws {
    var space = paperGrid
    space.phi = .list([1, 2])
    let sampler = try Sampler(space, strategy: .grid, seed: 0)

    #expect(sampler.count == 2 * 2541)
    #expect(sampler.point(at: 2540).phi == 1)
    #expect(sampler.point(at: 2541) == Coefficients(alpha: 1, beta: 1, gamma: 1, phi: 2))
}

@Test func randomPointsDependOnSeedAndIndexOnly() throws {
    let first = try Sampler(paperGrid, strategy: .random, seed: 7)
    let again = try Sampler(paperGrid, strategy: .random, seed: 7)
    let other = try Sampler(paperGrid, strategy: .random, seed: 8)

    let backwards = (0..<1000).reversed().map { again.point(at: $0) }.reversed()
    let forwards = (0..<1000).map { first.point(at: $0) }
    #expect(forwards == Array(backwards))
    #expect(Set(forwards).count == 1000)
    #expect(Set(forwards).isDisjoint(with: (0..<1000).map { other.point(at: $0) }))
}

@Test func randomPointsFillTheirRangesEvenly() throws {
    let sampler = try Sampler(paperGrid, strategy: .random, seed: 1)
    let points = (0..<20_000).map { sampler.point(at: $0) }

    #expect(points.allSatisfy { (1..<2).contains($0.alpha) })
    #expect(points.allSatisfy { (1..<1.5).contains($0.beta) && (1..<1.5).contains($0.gamma) })
    // The mean of 20,000 uniform numbers has a deviation of 0.002 of the range.
    #expect(abs(points.map(\.alpha).reduce(0, +) / 20_000 - 1.5) < 0.01)
    #expect(abs(points.map(\.beta).reduce(0, +) / 20_000 - 1.25) < 0.005)
    #expect(abs(points.map { ($0.alpha - 1.5) * ($0.gamma - 1.25) }.reduce(0, +) / 20_000) < 0.002)
}

@Test func randomPointsOfAListAreItsValues() throws {
    var space = paperGrid
    space.alpha = .list([1, 1.3, 2])
    let sampler = try Sampler(space, strategy: .random, seed: 3)
    let counts = Dictionary(grouping: (0..<3000).map { sampler.point(at: $0).alpha }, by: { $0 })
        .mapValues(\.count)

    #expect(Set(counts.keys) == [1, 1.3, 2])
    #expect(counts.values.allSatisfy { $0 > 900 && $0 < 1100 })
}

@Test func gridOverARangeWithoutStepIsRefused() {
    var space = paperGrid
    space.beta = .range(low: 1, high: 2, step: nil)

    #expect(throws: SearchError.rangeWithoutStep("beta")) {
        try Sampler(space, strategy: .grid, seed: 0)
    }
}

@Test func gridTooLargeToCountIsRefused() {
    var space = paperGrid
    for path in [\SearchSpace.alpha, \.beta, \.gamma, \.phi] {
        space[keyPath: path] = .range(low: 1, high: 2, step: 1e-7)
    }

    #expect(throws: SearchError.tooManyPoints(nil)) { try Sampler(space, strategy: .grid, seed: 0) }
    #expect(throws: SearchError.tooManyPoints(10_000_001 * 10_000_001)) {
        space.gamma = .list([1])
        space.phi = .list([1])
        _ = try Sampler(space, strategy: .grid, seed: 0)
    }
}
