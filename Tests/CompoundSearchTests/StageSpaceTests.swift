// Spaces with a coefficient for each stage: order, count, randomness, identity, networks.

import CompoundSearch
import Networks
import Testing

/// Two stages of B0 in width, one in depth.
private let staged: SearchSpace = {
    var space = paperGrid
    (space.alpha, space.beta, space.gamma) = (.list([1]), .list([1]), .list([1, 1.1]))
    let one = Axis.list([1])
    space.stageAlphas = [one, one, one, one, one, .list([1, 1.5]), one]
    space.stageBetas = [one, .list([1, 1.25, 1.5]), one, one, .range(low: 1, high: 2, step: 0.25), one, one]
    return space
}()

@Test func aGridWalksTheLastStageFastest() throws {
    let sampler = try Sampler(staged, strategy: .grid, seed: 0)
    #expect(sampler.count == 2 * 3 * 5 * 2)
    var wider = staged
    (wider.alpha, wider.beta) = (.list([1, 2]), .range(low: 1, high: 2, step: nil))
    #expect(try Sampler(wider, strategy: .grid, seed: 0).count == 60)
    func widths(_ index: Int) -> [Double]? { sampler.point(at: index).stages?.widths }
    #expect(widths(0) == [1, 1, 1, 1, 1, 1, 1] && sampler.point(at: 1).gamma == 1.1)
    #expect(widths(2) == [1, 1, 1, 1, 1.25, 1, 1])
    #expect(widths(8) == [1, 1, 1, 1, 2, 1, 1])
    #expect(widths(10) == [1, 1.25, 1, 1, 1, 1, 1])
    #expect(widths(59) == [1, 1.5, 1, 1, 2, 1, 1])
    #expect(sampler.point(at: 29).stages?.depths == [1, 1, 1, 1, 1, 1, 1])
    #expect(sampler.point(at: 30).stages?.depths == [1, 1, 1, 1, 1, 1.5, 1])
    #expect(Set((0..<60).map(sampler.point)).count == 60)
}

@Test func theNetworksCoefficientIsTheMeanOfItsStages() throws {
    let point = try Sampler(staged, strategy: .grid, seed: 0).point(at: 59)
    #expect(abs(point.alpha - 1.1066819197003215) < 1e-12)  // 1.5^(4/16)
    #expect(abs(point.beta - 1.197993692756556) < 1e-12)  // 1.5^(2/16) · 2^(3/16)
}

@Test func randomStagesDependOnSeedAndIndexOnly() throws {
    var space = staged
    let range = Axis.range(low: 1, high: 2, step: nil)
    space.stageBetas = [Axis](repeating: range, count: 7)
    let sampler = try Sampler(space, strategy: .random, seed: 7)
    let again = try Sampler(space, strategy: .random, seed: 7)
    let points = (0..<1000).map(sampler.point)
    #expect(points == (0..<1000).reversed().map(again.point).reversed())
    #expect(try points[5] != Sampler(space, strategy: .random, seed: 8).point(at: 5))
    let widths = points.compactMap(\.stages?.widths)
    #expect(widths.allSatisfy { $0.count == 7 && Set($0).count == 7 && $0.allSatisfy((1..<2).contains) })
    for stage in 0..<7 { #expect(abs(widths.map { $0[stage] }.reduce(0, +) / 1000 - 1.5) < 0.05) }
    // Stages are drawn independently of one another: the covariance of uniform numbers has a deviation of 0.0026.
    for (first, second) in [(0, 1), (1, 2), (0, 6)] {
        let covariance = widths.map { ($0[first] - 1.5) * ($0[second] - 1.5) }.reduce(0, +) / 1000
        #expect(abs(covariance) < 0.012)
    }
}

@Test func gridsOfStagesAreRefusedWhereTheyCannotBeWalked() {
    var space = staged
    space.stageBetas = [Axis](repeating: .range(low: 1, high: 2, step: 0.0001), count: 7)
    #expect(throws: SearchError.tooManyPoints(nil)) { try Sampler(space, strategy: .grid, seed: 0) }
    space.stageBetas[2] = .range(low: 1, high: 2, step: nil)
    #expect(throws: SearchError.rangeWithoutStep("beta of stage 3")) {
        try Sampler(space, strategy: .grid, seed: 0)
    }
    space.stageBetas = [.list([1])]
    #expect(throws: SearchError.wrongStages("beta", given: 1, baseline: 7)) {
        try Sampler(space, strategy: .random, seed: 0)
    }
}

@Test func eachPointsNetworkIsFoundOnce() throws {
    let sampler = try Sampler(staged, strategy: .grid, seed: 0)
    var first: [String: Int] = [:]
    for index in 0..<60 {
        let network = try Network(staged.baseline.scaled(by: sampler.point(at: index)))
        if first[network.contentHash] == nil { first[network.contentHash] = index }
    }
    var space = staged
    space.budget = Budget(macs: .multiple(1.5), tolerance: 0.99)
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    while let candidate = stream.next() {
        #expect(first[candidate.network.contentHash] == candidate.point)
        #expect(candidate.network == (try Network(candidate.network.architecture)))
    }
    #expect(stream.funnel.points == 60 && stream.funnel.networks == first.count)
}

@Test func stagesOfOneCoefficientGiveTheNetworksOfThePlainSpace() throws {
    var plain = paperGrid
    (plain.alpha, plain.beta, plain.gamma) = (.list([1, 1.2, 1.4]), .list([1.3]), .list([1, 1.1]))
    plain.budget = Budget(macs: .multiple(2), tolerance: 0.9)
    var equal = plain
    equal.stageBetas = [Axis](repeating: .list([1.3]), count: 7)
    func hashes(_ space: SearchSpace) throws -> [String] {
        try CandidateStream(Sampler(space, strategy: .grid, seed: 0)).map(\.network.contentHash)
    }
    #expect(try hashes(plain) == hashes(equal) && !hashes(plain).isEmpty)
}

@Test func spacesWithoutStagesKeepTheirIdentity() {
    #expect(paperGrid.studyIdentifier(strategy: .grid, seed: 0) == "0a0b810a9cbece44")
    #expect(paperGrid.studyIdentifier(strategy: .random, seed: 7) == "e0e1d76f0ce4ad9c")
    var spaces = [paperGrid, staged, staged, staged, staged]
    spaces[2].stageBetas[1] = .list([1, 1.25])
    (spaces[3].stageAlphas, spaces[3].stageBetas) = (staged.stageBetas, staged.stageAlphas)
    spaces[4].baseline.scaling.stages = StageFactors(widths: [1, 1, 1, 1, 1, 1, 2])
    #expect(Set(spaces.map { $0.studyIdentifier(strategy: .grid, seed: 0) }).count == 5)
}

@Test func strategiesThatKnowNoStagesAreRefused() {
    var space = staged
    for (strategy, isRefused) in [
        (Strategy.grid, false), (.random, false), (.spread, true), (.adaptive, true),
    ] {
        space.strategy = strategy
        #expect((space.strategyRefusal?.hasSuffix("use the strategy grid or random.") ?? false) == isRefused)
    }
}
