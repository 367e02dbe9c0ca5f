// Which few of many candidates are trained.

import CompoundSearch
import Networks
import Testing

/// All networks around B0 of three cost levels.
func threeLevels() throws -> [Candidate] {
    var space = paperGrid
    space.alpha = .range(low: 1, high: 2.5, step: 0.05)
    space.beta = .range(low: 1, high: 1.6, step: 0.05)
    space.gamma = .range(low: 1, high: 1.6, step: 0.02)
    space.budget = Budget(levels: [.multiple(1.6), .multiple(2), .multiple(2.5)], tolerance: 0.05)
    return Array(try CandidateStream(Sampler(space, strategy: .grid, seed: 0)))
}

/// The beginning of a well-spread order of candidates around B0.
func spread(_ candidates: [Candidate], most: Int) throws -> [Candidate] {
    SpreadSelection.order(candidates, most: most, baseline: try Network(paperGrid.baseline))
}

@Test func levelsTakeTurnsAndNoneIsChosenTwice() throws {
    let candidates = try threeLevels()
    let order = try spread(candidates, most: 6)
    #expect(order.map(\.level) == (0..<18).map { $0 % 3 })
    #expect(Set(order.map(\.ordinal)).count == 18)
    #expect(try spread(candidates, most: .max).count == candidates.count)
    #expect(try spread([], most: 3).isEmpty)
}

@Test func fewerAreTheBeginningOfMore() throws {
    let candidates = try threeLevels()
    let many = try spread(candidates, most: 12)
    for count in 1..<12 {
        let few = try spread(candidates, most: count)
        #expect(few.map(\.ordinal) == many.prefix(3 * count).map(\.ordinal))
    }
}

@Test func theFirstFewReachTheEndsOfEveryAxis() throws {
    let candidates = try threeLevels().filter { $0.level == 2 }
    let chosen = try spread(candidates, most: 6)
    for path in [\Candidate.coefficients.alpha, \.coefficients.beta, \.coefficients.gamma] {
        let range = candidates.map { $0[keyPath: path] }
        let reached = chosen.map { $0[keyPath: path] }
        let width = range.max()! - range.min()!
        #expect(reached.max()! - reached.min()! >= 0.8 * width)
    }
}

@Test func distancesAreThoseOfTheScalingLaw() throws {
    // given
    let candidates = try threeLevels().filter { $0.level == 1 }
    let baseline = try Network(paperGrid.baseline)
    let scales = try candidates.map { try #require($0.network.scale(relativeTo: baseline)).logarithms }
    let low = scales.reduce(scales[0]) { pointwiseMin($0, $1) }
    let high = scales.reduce(scales[0]) { pointwiseMax($0, $1) }
    func distance(_ a: Int, _ b: Int) -> Double {
        let difference = (scales[a] - scales[b]) / (high - low)
        return (difference * difference).sum()
    }

    // when
    let chosen = try spread(candidates, most: 2)

    // then: no candidate is farther from the first than the second is
    let places = chosen.map { one in candidates.firstIndex { $0.ordinal == one.ordinal }! }
    let farthest = candidates.indices.map { distance($0, places[0]) }.max()!
    #expect(abs(distance(places[1], places[0]) - farthest) < 1e-6)
}
