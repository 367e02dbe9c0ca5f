// Factors of single stages, number by number.

import Networks
import Testing

private func b0(_ stages: StageFactors?, edit: (inout Architecture) -> Void = { _ in }) throws -> Network {
    var architecture = try PublishedNetworks.architecture(named: "efficientnet-b0")
    architecture.scaling.stages = stages
    edit(&architecture)
    return try Network(architecture)
}

@Test func everyStageRoundsAtItsOwnFactor() throws {
    let network = try b0(
        StageFactors(depths: [1, 1.5, 2, 1, 1.4, 1, 3], widths: [1.5, 1, 1.25, 1, 2, 0.5, 1.1]))
    // 1·1, 2·1.5, 2·2, 3·1, ⌈3·1.4⌉, 4·1, 1·3
    #expect(network.dimensions.repeats == [1, 3, 4, 3, 5, 4, 3])
    // The stem, 32, follows the first stage; the head, 1280, the last.
    #expect(network.dimensions.widths.outline == [48, 24, 24, 48, 80, 224, 96, 352, 1408])
    #expect(network.dimensions.widths.rows[4].first.inner == 6 * 80)
    #expect(network.dimensions.widths.rows[4].others.inner == 6 * 224)
}

@Test func rulesKeepStemAndHead() throws {
    let widths = StageFactors(widths: [2, 1, 1, 1, 1, 1, 2])
    let fixed = try b0(widths) { ($0.rules.stemFixedBelow, $0.rules.head) = (.infinity, .fixed) }
    #expect(fixed.dimensions.widths.outline == [32, 32, 24, 40, 80, 112, 192, 640, 1280])
    let grown = try b0(StageFactors(widths: [2, 1, 1, 1, 1, 1, 0.5])) { $0.rules.head = .grows }
    #expect(grown.dimensions.widths.outline == [64, 32, 24, 40, 80, 112, 192, 160, 1280])
    let depths = StageFactors(depths: [2, 2, 2, 2, 2, 2, 2])
    let held = try b0(depths) { ($0.rules.firstDepthFixed, $0.rules.lastDepthFixed) = (true, true) }
    #expect(held.dimensions.repeats == [1, 4, 4, 6, 6, 8, 1])
}

@Test(arguments: [0.7, 1, 1.1, 1.3, 2])
func equalFactorsOfAllStagesAreOneOfTheNetwork(factor: Double) throws {
    let all = [Double](repeating: factor, count: 7)
    let staged = try b0(StageFactors(depths: all, widths: all))
    let whole = try b0(nil) { ($0.scaling.width, $0.scaling.depth) = (factor, factor) }
    #expect(staged.dimensions == whole.dimensions && staged.contentHash == whole.contentHash)
}

@Test func factorsOfStagesMultiplyTheNetworks() throws {
    let network = try b0(StageFactors(widths: [1, 1, 1, 1, 1, 1.5, 1])) {
        $0.scaling.width = 1.5
    }
    #expect(network.dimensions.widths.rows.map(\.channels) == [24, 40, 64, 120, 168, 432, 480])

    let scaling = Scaling(width: 2, stages: StageFactors(widths: [1, 2])).multiplied(
        by: Coefficients(
            alpha: 1.2, beta: 9, gamma: 1, phi: 2, stages: StageFactors(widths: [1.5, 3])))
    #expect(
        scaling
            == Scaling(width: 2, depth: 1.44, resolution: 224, stages: StageFactors(widths: [2.25, 18])))
}

@Test func rowsThatShareAStageShareItsFactors() throws {
    var architecture = try PublishedNetworks.architecture(named: "efficientnet-b0")
    (architecture.stages[2].continues, architecture.stages[2].stride) = (true, 1)
    #expect(architecture.stageCount == 6 && architecture.stageNumbers == [0, 1, 1, 2, 3, 4, 5])
    architecture.scaling.stages = StageFactors(depths: [1, 2, 1, 1, 1, 1], widths: [1, 2, 1, 1, 1, 1])
    let network = try Network(architecture)
    #expect(network.dimensions.repeats == [1, 4, 4, 3, 3, 4, 1])
    #expect(network.dimensions.widths.rows.map(\.channels) == [16, 48, 80, 80, 112, 192, 320])
}

@Test func factorsAreOneForEachStageAndInRange() {
    func message(_ stages: StageFactors?) -> String {
        do { _ = try b0(stages) } catch { return "\(error)" }
        return "none"
    }
    #expect(
        message(StageFactors(widths: [1, 2]))
            == "scaling.stage_widths: 2 factors are given, and the network has 7 stages; give one for each.")
    #expect(
        message(StageFactors(depths: [1, 1, 0, 1, 1, 1, 1])).hasPrefix("scaling.stage_depths.2: 0 is out"))
    #expect(StageFactors() == nil)
}

@Test func sizesOfItsOwnScaleStageByStage() throws {
    var architecture = try PublishedNetworks.architecture(named: "efficientnet-b1-pruned")
    let own = try #require(architecture.ownSizes).dimensions
    architecture.scaling.stages = StageFactors(widths: [1, 1, 2, 1, 1, 1, 1])
    let sizes = try Network(architecture).dimensions
    for (row, (scaled, given)) in zip(sizes.widths.rows, own.widths.rows).enumerated() {
        #expect(scaled.first.output == given.first.output * (row == 2 ? 2 : 1))
    }
    #expect(sizes.repeats == own.repeats && sizes.widths.stem == own.widths.stem)
    #expect(sizes.widths.head == own.widths.head)
}

@Test func theMeanOfStagesIsGeometricOverTheirBlocks() throws {
    let architecture = try PublishedNetworks.architecture(named: "efficientnet-b0")
    #expect(architecture.mean(ofStages: [1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1]) == 1.1)
    // 4 of 16 blocks are twice as wide.
    #expect(abs(architecture.mean(ofStages: [1, 1, 1, 1, 1, 2, 1]) - 1.189207115002721) < 1e-12)
}
