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

@Test func levelsTakeTurnsAndNoneIsChosenTwice() throws {
    let candidates = try threeLevels()
    let order = SpreadSelection.order(candidates, most: 6)
    #expect(order.map(\.level) == (0..<18).map { $0 % 3 })
    #expect(Set(order.map(\.ordinal)).count == 18)
    #expect(SpreadSelection.order(candidates, most: .max).count == candidates.count)
    #expect(SpreadSelection.order([], most: 3).isEmpty)
}

@Test func fewerAreTheBeginningOfMore() throws {
    let candidates = try threeLevels()
    let many = SpreadSelection.order(candidates, most: 12)
    for count in 1..<12 {
        let few = SpreadSelection.order(candidates, most: count)
        #expect(few.map(\.ordinal) == many.prefix(3 * count).map(\.ordinal))
    }
}

@Test func theFirstFewReachTheEndsOfEveryAxis() throws {
    let candidates = try threeLevels().filter { $0.level == 2 }
    let chosen = SpreadSelection.order(candidates, most: 6)
    for path in [\Candidate.coefficients.alpha, \.coefficients.beta, \.coefficients.gamma] {
        let range = candidates.map { $0[keyPath: path] }
        let reached = chosen.map { $0[keyPath: path] }
        let width = range.max()! - range.min()!
        #expect(reached.max()! - reached.min()! >= 0.8 * width)
    }
}
