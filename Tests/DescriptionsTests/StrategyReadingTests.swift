// How a space says which candidates are chosen, and when that ends.

import CompoundSearch
import Descriptions
import Testing

private func read(_ keys: String, accuracy: String = "{data: shapes, epochs: 8, images: 1000}")
    throws(DescriptionError)
    -> SearchSpace
{
    let text = """
        name: s
        baseline: efficientnet-b0
        alpha: {from: 1, to: 2, step: 0.5}
        beta: [1, 1.2]
        gamma: 1
        budget: 2x
        accuracy: \(accuracy)
        \(keys)
        """
    return try SearchSpace(yaml: text, file: "s.yaml")
}

@Test func aSpaceIsAGridUnlessItSaysOtherwise() throws {
    #expect(try read("").strategy == .grid)
    #expect(try read("").seed == 0)
    for strategy in Strategy.allCases {
        #expect(try read("strategy: \(strategy.rawValue)").strategy == strategy)
    }
}

@Test func anAdaptiveSpaceHasOneCostLevelAndEnds() throws {
    let space = try read("strategy: adaptive\nuntil: {time: 10m, regret: 2%, trials: 60}\nseed: 7")
    #expect(space.budget.levels == [.multiple(2)])
    #expect(space.until == StopRule(seconds: 600, regret: 0.02, runs: 60))
    #expect(space.seed == 7 && space.accuracy?.recipe.seed == 7)
    #expect(space.accuracy?.runEpochs == [8])
    #expect(try read("strategy: adaptive").until == .usual)
    // and: with shorter runs
    let short = try read(
        "strategy: adaptive", accuracy: "{data: shapes, epochs: 8, lengths: [2, 8], images: 1000}")
    #expect(short.accuracy?.runEpochs == [2, 8])
}

@Test(arguments: [
    ("90s", 90.0), ("90", 90), ("1.5m", 90), ("2 h", 7200), ("10min", 600), ("1s", 1), ("8760h", 31_536_000),
])
func timesAreReadWithTheirUnits(_ text: String, _ seconds: Double) {
    #expect(StopRule.seconds(text) == seconds)
}

@Test(arguments: [
    "0s", "-1m", "nan", "1e30h", "8761h", "ten minutes", "10d", "", "0.5s", "1e-320h", "-0", "inf",
])
func timesThatAreNoneAreRefused(_ text: String) { #expect(StopRule.seconds(text) == nil) }

@Test(arguments: [("2%", 0.02), ("0.02", 0.02), ("0.01%", 0.0001), ("99 %", 0.99)])
func regretsAreSharesOfTheError(_ text: String, _ share: Double) { #expect(StopRule.share(text) == share) }

@Test(arguments: ["0", "100%", "1", "-2%", "nan", "2x", "1e-320", "inf%"])
func regretsThatAreNoneAreRefused(_ text: String) { #expect(StopRule.share(text) == nil) }

@Test(arguments: [
    ("until: {time: 10m}", "{data: shapes, epochs: 8}", "until ends an adaptive search"),
    ("strategy: adaptive\nuntil: {}", "{data: shapes, epochs: 8}", "until says nothing"),
    (
        "strategy: adaptive\nuntil: {time: 10d}", "{data: shapes, epochs: 8}",
        "time is '10d'; give a time"
    ),
    ("strategy: adaptive\nuntil: {trials: 0}", "{data: shapes, epochs: 8}", "trials"),
    ("strategy: adaptive\nuntil: {regret: 150%}", "{data: shapes, epochs: 8}", "give a share of the error"),
    ("strategy: clever", "{data: shapes, epochs: 8}", "grid, random, spread or adaptive"),
    ("seed: -1", "{data: shapes, epochs: 8}", "seed"),
    ("seed: 2147483648", "{data: shapes, epochs: 8}", "seed"),
    (
        "strategy: adaptive", "{data: shapes, pretrain: {epochs: 2}, fine_tune: {top: 1, epochs: 2}}",
        "one schedule"
    ),
    ("strategy: adaptive", "{data: shapes, epochs: 2, seeds: 3}", "chooses seeds itself"),
    ("strategy: adaptive", "{data: shapes, epochs: 8, lengths: [8, 4]}", "must rise"),
    ("strategy: adaptive", "{data: shapes, epochs: 8, lengths: [2, 4]}", "must rise to the 8 epochs"),
    ("strategy: adaptive", "{data: shapes, epochs: 8, lengths: [9]}", "lengths"),
    ("strategy: grid", "{data: shapes, epochs: 8, lengths: [4, 8]}", "what an adaptive search chooses among"),
    ("", "{data: shapes, epochs: 8, pretrain: {epochs: 2}}", "both 'epochs' and 'pretrain'"),
])
func whatDoesNotGoTogetherIsRefused(_ keys: String, _ accuracy: String, _ reason: String) {
    let error = #expect(throws: DescriptionError.self) { try read(keys, accuracy: accuracy) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
}

@Test func chosenCandidatesMustBeTrained() {
    for strategy in ["spread", "adaptive"] {
        let text =
            "name: s\nbaseline: efficientnet-b0\nalpha: 1\nbeta: 1\ngamma: 1\nbudget: 2x\nstrategy: \(strategy)\n"
        let error = #expect(throws: DescriptionError.self) { try SearchSpace(yaml: text, file: "s.yaml") }
        #expect(error?.description.contains("add 'accuracy:'") == true)
    }
}
