// Realised sizes relative to a baseline, and the way back from multiples to a network.

import Foundation
import Networks
import Testing

@Suite struct Realised {
    private let b0: Network

    init() throws { b0 = try Network(PublishedNetworks.architecture(named: "efficientnet-b0")) }

    @Test func aNetworkIsItsOwnMeasure() {
        #expect(b0.scale(relativeTo: b0) == RealisedScale(depth: 1, width: 1, resolution: 1))
        #expect(b0.macsRatio(to: b0) == 1)
    }

    @Test func depthCountsBlocksWidthIsAMeanOverBlocksResolutionCountsPixels() throws {
        // given: B2 has 1.1 and 1.2; of its stages only 24, 112, 192 and 320 are not what they were
        let b2 = try Network(PublishedNetworks.architecture(named: "efficientnet-b2"))
        let scale = try #require(b2.scale(relativeTo: b0))
        #expect(scale.depth == 23.0 / 16)
        #expect(scale.resolution == 260.0 / 224)
        let before = [16, 24, 40, 80, 112, 192, 320]
        let after = b2.dimensions.widths.outline[1...7]
        let repeats = [1, 2, 2, 3, 3, 4, 1]
        var product = 1.0
        for ((old, new), count) in zip(zip(before, after), repeats) {
            product *= pow(Double(new) / Double(old), Double(count))
        }
        #expect(abs(scale.width - pow(product, 1.0 / 16)) < 1e-12)
    }

    @Test func networksOfOtherStagesHaveNoScale() throws {
        let resNet = try Network(PublishedNetworks.architecture(named: "resnet-18"))
        #expect(resNet.scale(relativeTo: b0) == nil)
    }

    @Test func multiplesOfOneGiveTheNetworkItself() throws {
        for architecture in PublishedNetworks.all {
            let network = try Network(architecture)
            let same = try network.variant(
                scale: RealisedScale(depth: 1, width: 1, resolution: 1), macsRatio: 1)
            #expect(same.dimensions == network.dimensions, "\(architecture.name)")
        }
    }

    @Test func realisedMultiplesLeadBackToTheirNetwork() throws {
        for name in (1...7).map({ "efficientnet-b\($0)" }) {
            let network = try Network(PublishedNetworks.architecture(named: name))
            let scale = try #require(network.scale(relativeTo: b0))
            let found = try b0.variant(scale: scale, macsRatio: network.macsRatio(to: b0))
            #expect(found.dimensions.repeats == network.dimensions.repeats, "\(name)")
            #expect(found.dimensions.resolution == network.dimensions.resolution, "\(name)")
            // Within a step of the stages' widths, the head may still round either way.
            #expect(
                found.dimensions.widths.outline[1...7] == network.dimensions.widths.outline[1...7], "\(name)")
            // Two decimals are enough for every published factor.
            let factors = found.architecture.scaling
            #expect(abs((factors.depth * 100).rounded() / 100 - factors.depth) < 1e-12)
            #expect(abs((factors.width * 100).rounded() / 100 - factors.width) < 1e-12)
        }
    }

    @Test func theNearestStepsAreTakenWhoseDeviationsCancelInTheCost() throws {
        // given: 19 of 16 blocks cannot be had, since every stage's repeats round up to 23 together
        let scale = RealisedScale(depth: 19.0 / 16, width: 1.1, resolution: 1.1)
        let network = try b0.variant(scale: scale, macsRatio: 2)
        let realised = try #require(network.scale(relativeTo: b0))
        #expect([16, 23].contains(network.dimensions.blocks))
        #expect([246, 247].contains(network.dimensions.resolution))
        #expect(abs(log(realised.width / 1.1)) < 0.1)
        #expect(abs(log(network.macsRatio(to: b0) / 2)) < 0.2)
    }

    @Test func scalingDownWorksAndEndsAtOneBlockAStage() throws {
        let smaller = try b0.variant(
            scale: RealisedScale(depth: 0.5, width: 0.5, resolution: 0.5), macsRatio: 1.0 / 32)
        #expect(smaller.dimensions.blocks < 12)
        #expect(smaller.dimensions.resolution == 112)
        let least = try b0.variant(
            scale: RealisedScale(depth: 0.01, width: 1, resolution: 1), macsRatio: 0.2)
        #expect(least.dimensions.blocks == 7)
    }

    @Test func multiplesBeyondAllNetworksAreRefused() {
        #expect(throws: NetworkError.self) {
            try b0.variant(scale: RealisedScale(depth: 1, width: 1, resolution: 1000), macsRatio: 1e6)
        }
    }
}
