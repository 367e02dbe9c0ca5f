// The rounding rules, number by number.

import Networks
import Testing

@Test(arguments: [
    (32, 1.0, 32), (32, 1.1, 32), (32, 1.2, 40), (32, 1.4, 48), (16, 1.1, 16), (24, 1.1, 24), (40, 1.1, 48),
    (80, 1.1, 88), (112, 1.1, 120), (192, 1.1, 208), (320, 1.1, 352), (1280, 1.1, 1408), (32, 0.1, 8),
    (16, 0.54, 8), (24, 0.54, 16), (8, 1.5, 16), (16, 0.25, 8),
])
func widthsAreMultiplesOfEightNeverBelowNinetyPercent(_ channels: Int, _ factor: Double, _ expected: Int)
    throws
{
    #expect(try RoundingRules().width(channels, by: factor) == expected)
}

@Test func everyWidthKeepsTheRuleOfNinetyPercent() throws {
    let rules = RoundingRules()
    for channels in stride(from: 8, through: 512, by: 8) {
        for step in 1...80 {
            let factor = Double(step) * 0.05
            let width = try rules.width(channels, by: factor)
            #expect(width % 8 == 0)
            #expect(Double(width) >= 0.9 * Double(channels) * factor)
        }
    }
}

@Test func repeatsRoundUpOrToTheNearestEven() throws {
    var rules = RoundingRules()
    #expect(try [1, 2, 3, 4].map { try rules.repeats($0, by: 1.2) } == [2, 3, 4, 5])
    #expect(try rules.repeats(5, by: 1.2) == 6)
    rules.depth = .round
    #expect(try [1, 2, 3, 4].map { try rules.repeats($0, by: 0.6) } == [1, 1, 2, 2])
    #expect(try rules.repeats(2, by: 1.25) == 2)
    #expect(try rules.repeats(2, by: 1.75) == 4)
    #expect(try rules.repeats(1, by: 0.1) == 1)
}

@Test func resolutionsRoundToTheNearestMultiple() throws {
    var rules = RoundingRules()
    #expect(try rules.resolution(257.6) == 258)
    #expect(try rules.resolution(235.2) == 235)
    rules.resolutionMultiple = 32
    #expect(try rules.resolution(257.6) == 256)
    #expect(try rules.resolution(272) == 288)
    #expect(try rules.resolution(3) == 32)
}

@Test(arguments: [1e9, .infinity, .nan, 0, -1, 1e300])
func absurdFactorsAreRefusedBeforeAnythingIsBuilt(_ factor: Double) {
    #expect(throws: NetworkError.self) { try RoundingRules().width(32, by: factor) }
    #expect(throws: NetworkError.self) { try RoundingRules().repeats(4, by: factor) }
    #expect(throws: NetworkError.self) { try RoundingRules().resolution(224 * factor) }
}

@Test func liteKeepsStemHeadFirstAndLastStage() throws {
    let lite4 = try Network(PublishedNetworks.architecture(named: "efficientnet-lite4"))
    #expect(lite4.dimensions.repeats == [1, 4, 4, 6, 6, 8, 1])
    #expect(lite4.dimensions.widths.outline == [32, 24, 32, 56, 112, 160, 272, 448, 1280])
}

@Test func firstStageFollowsDepthAndSqueezeFollowsTheRoundedInput() throws {
    let b4 = try Network(PublishedNetworks.architecture(named: "efficientnet-b4"))
    #expect(b4.dimensions.repeats == [2, 4, 4, 6, 6, 8, 2])
    let squeezed = b4.layers.compactMap { layer -> Int? in
        if case .squeezeExcitation(let gate) = layer.operation { return gate.squeezed }
        return nil
    }
    #expect(squeezed.prefix(4) == [12, 6, 6, 8])
}

@Test func articleTableHasDepthEqualToWidth() throws {
    #expect(PublishedNetworks.article.allSatisfy { $0.width == $0.depth })
    let b3 = try PublishedNetworks.architecture(named: "efficientnet-b3-article")
    #expect(b3.scaling == Scaling(width: 1.2, depth: 1.2, resolution: 300))
}
