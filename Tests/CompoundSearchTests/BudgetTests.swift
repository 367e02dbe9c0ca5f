// Several cost levels, and the three that a space of one gets.

import CompoundSearch
import Networks
import Recipes
import Testing

private let baseline = EfficientNetCost.b0

private enum EfficientNetCost {
    static let b0 = try! Network(.efficientNet("efficientnet-b0", width: 1, depth: 1, resolution: 224)).cost
}

private func cost(macs: Double) -> Cost {
    var cost = baseline
    cost.macs = Exact(Int((macs * Double(baseline.macs.value)).rounded()))
    return cost
}

@Test func aBudgetIsSpreadEvenlyInLogarithms() {
    let double = Budget(macs: .multiple(2), tolerance: 0.05).spread(over: baseline)
    #expect(double?.levels == [.multiple(1.2599), .multiple(1.5874), .multiple(2)])
    let half = Budget(macs: .multiple(0.5), tolerance: 0.05).spread(over: baseline)
    #expect(half?.levels == [.multiple(0.5), .multiple(0.63), .multiple(0.7937)])
    let absolute = Budget(macs: .macs(2 * baseline.macs.value), tolerance: 0.05).spread(over: baseline)
    let macs = Double(baseline.macs.value)
    #expect(
        absolute?.levels
            == [
                .macs(Int((1.2599 * macs).rounded())), .macs(Int((1.5874 * macs).rounded())),
                .macs(2 * baseline.macs.value),
            ])
}

@Test func levelsThatWouldOverlapAreNotMade() {
    #expect(Budget(macs: .multiple(1), tolerance: 0.05).spread(over: baseline) == nil)
    #expect(Budget(macs: .multiple(1.3), tolerance: 0.05).spread(over: baseline) == nil)
    #expect(Budget(macs: .multiple(1.4), tolerance: 0.05).spread(over: baseline) != nil)
    #expect(Budget(levels: [.multiple(2), .multiple(3)], tolerance: 0.05).spread(over: baseline) == nil)
}

@Test func aCostBelongsToTheNearestLevel() {
    let bounds = Budget(levels: [.multiple(1), .multiple(1.2), .multiple(2)], tolerance: 0.15)
        .resolved(for: baseline)
    #expect(bounds.level(of: cost(macs: 0.9)) == 0)
    #expect(bounds.level(of: cost(macs: 1.07)) == 0)
    #expect(bounds.level(of: cost(macs: 1.1)) == 1)
    #expect(bounds.level(of: cost(macs: 1.5)) == nil)
    #expect(bounds.level(of: cost(macs: 2.2)) == 2)
    #expect(bounds.distance(of: cost(macs: 1.1)) == 0)
    #expect(abs(bounds.distance(of: cost(macs: 1.5)) - 0.1) < 1e-6)
    #expect(abs(bounds.lowest / Double(baseline.macs.value) - 0.85) < 1e-9)
    #expect(abs(bounds.highest / Double(baseline.macs.value) - 2.3) < 1e-9)
}

@Test func theFunnelCountsAllLevels() throws {
    var space = paperGrid
    func within(_ levels: [Budget.Target]) throws -> [Candidate] {
        space.budget = Budget(levels: levels, tolerance: 0.05)
        return Array(try CandidateStream(Sampler(space, strategy: .grid, seed: 0)))
    }
    let separate = try [1.26, 1.587, 2].map { try within([.multiple($0)]).count }
    let together = try within([.multiple(1.26), .multiple(1.587), .multiple(2)])
    #expect(separate[2] == 20)
    #expect((0...2).map { level in together.count { $0.level == level } } == separate)
}

@Test func levelsAreAnotherStudyAndAccuracyIsNot() {
    var space = paperGrid
    let identifier = space.studyIdentifier(strategy: .grid, seed: 0)
    space.accuracy = AccuracyPlan(
        trainer: .command(["train"]), recipe: TrainingRecipe(pretraining: .init(epochs: 1)))
    #expect(space.studyIdentifier(strategy: .grid, seed: 0) == identifier)
    space.budget.levels.insert(.multiple(1.5), at: 0)
    #expect(space.studyIdentifier(strategy: .grid, seed: 0) != identifier)
}

@Test func withoutLevelsAnyNumberOfMacsWillDo() {
    var budget = Budget(levels: [], latency: .multiple(2), tolerance: 0.02)
    #expect(budget.spread(over: baseline) == nil)
    let bounds = budget.resolved(for: baseline)
    for macs in [0.001, 1, 1000] {
        #expect(bounds.level(of: cost(macs: macs)) == 0 && bounds.exclusion(of: cost(macs: macs)) == nil)
        #expect(bounds.distance(of: cost(macs: macs)) == 0 && bounds.admit(cost(macs: macs)))
    }
    budget.parameters = baseline.parameters.value - 1
    #expect(budget.resolved(for: baseline).exclusion(of: baseline) == .parameters)
    #expect(budget.resolved(for: baseline).level(of: baseline) == nil)
}

@Test func aLatencyIsSettledInMultiplesOfTheAnchors() {
    let double = LatencyBand(.multiple(2), tolerance: 0.25, baseline: 0.5, anchorMilliseconds: 8)
    #expect(double == LatencyBand(target: 1, baseline: 0.5, tolerance: 0.25))
    let tenMilliseconds = LatencyBand(
        .milliseconds(10), tolerance: 0.25, baseline: 0.5, anchorMilliseconds: 8)
    #expect(tenMilliseconds == LatencyBand(target: 1.25, baseline: 0.5, tolerance: 0.25))
    #expect(double.multiple == 2 && tenMilliseconds.multiple == 2.5)
    #expect([0.75, 1, 1.25].allSatisfy(double.admits) && !double.admits(0.74) && !double.admits(1.26))
    #expect(double.refusal(of: 1.25) == nil)
    #expect(
        double.refusal(of: 0.5)
            == "measured, it takes 50.0 % less than the budget's latency, of which 25.0 % are tolerated")
}
