// The nine countings of one network, and which of them published figures follow.

import Networks
import Testing

@Test(arguments: [
    (FlopConvention.macs, 385_814_752), (.macsAndBiases, 385_825_092), (.macsAndActivations, 392_562_788),
    (.macsAndNorms, 399_352_864), (.ptflops, 405_467_360), (.thop, 400_570_144),
    (.twiceMacs, 771_629_504), (.twiceMacsAndNorms, 778_367_200), (.ultralytics, 954_720_704),
])
func b0HasNineCosts(convention: FlopConvention, flops: Int) throws {
    let network = try Network(PublishedNetworks.architecture(named: "efficientnet-b0"))
    #expect(try network.flops(by: convention) == flops)
}

@Test func publishedFiguresFollowTheirConventions() throws {
    for figure in PublishedFigure.all {
        let network = try Network(PublishedNetworks.architecture(named: figure.network))
        let following = try figure.conventions(of: network)
        if figure.source.hasPrefix("torchvision") { #expect(following.contains(.macs), "\(figure)") }
        if figure.source.hasPrefix("timm") { #expect(following.contains(.macsAndNorms), "\(figure)") }
    }
}

@Test(arguments: [
    ("efficientnet-b0", [FlopConvention.macs, .macsAndBiases, .macsAndActivations]),
    ("efficientnet-b1", [.macsAndActivations]), ("efficientnet-b4", []), ("efficientnet-b5", []),
    ("efficientnet-b7", []),
])
func thePaperFollowsOneConventionOrNone(name: String, conventions: [FlopConvention]) throws {
    let network = try Network(PublishedNetworks.architecture(named: name))
    let figure = try #require(PublishedFigure.figures(for: network).first { $0.source.contains("paper") })
    #expect(try figure.conventions(of: network) == conventions)
}

@Test func aScaledNetworkHasNoPublishedFigure() throws {
    var architecture = try PublishedNetworks.architecture(named: "efficientnet-b0")
    architecture.scaling.width = 1.1
    #expect(try PublishedFigure.figures(for: Network(architecture)).isEmpty)
}
