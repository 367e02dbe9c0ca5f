// Figures in print: which count of a network each of them is.

import Networks
import Testing

@Suite struct PrintedFigureTests {
    private func network(_ name: String, width: Double? = nil, resolution: Double? = nil) throws -> Network {
        var architecture = try PublishedNetworks.architecture(named: name)
        if let width { architecture.scaling.width = width }
        if let resolution { architecture.scaling.resolution = resolution }
        return try Network(architecture)
    }

    private func matches(_ figure: String, _ network: Network) throws -> [String] {
        let figure = try #require(PrintedFigure(figure))
        return try network.counts().filter { figure.isRounded(from: $0.value) }.map(\.key)
    }

    @Test func mobileNetV2IsCountedInManyWays() throws {
        let network = try network("mobilenet-v2", width: 1.4)
        #expect(network.cost.macs.value == 582_195_824)
        #expect(try network.flops(by: .ptflops) == 610_098_600)
        #expect(try network.flops(by: .thop) == 603_134_672)
        #expect(try network.flops(by: .ultralytics) == 2 * (582_195_824 + 48 * 1_792_000))
        #expect(try matches("610.1M", network) == ["ptflops"])
        #expect(try matches("603.1M", network) == ["thop"])
        #expect(try matches("582.2M", network).contains("macs"))
        #expect(try matches("585M", network) == [])
    }

    @Test func parametersAreCountedInFourWays() throws {
        let b0 = try network("efficientnet-b0")
        #expect(try b0.parameters(by: .folded) == 5_267_540)
        #expect(try matches("5.268M", b0) == ["folded"])
        #expect(try matches("5.289M", b0) == ["trainable"])
        // Keras' total has seven numbers more, of its layer that normalises images.
        #expect(try b0.parameters(by: .withStatistics) == 5_330_571 - 7)
        let small = try network("mobilenet-v2", width: 0.35)
        #expect(try small.parameters(by: .withoutNorms) == 1_663_048)
        #expect(try matches("1.66M", small) == ["without_norms"])
    }

    @Test(arguments: [
        ("efficientnet-b0", "0.778G"), ("efficientnet-b1", "1.148G"), ("efficientnet-b2", "1.327G"),
        ("efficientnet-b3", "1.938G"),
    ])
    func unfoldedNormsAreCountedOnce(name: String, billions: String) throws {
        let figure = try #require(PrintedFigure(billions))
        // All at 224 pixels, and cut off after three digits.
        let flops = try network(name, resolution: 224).flops(by: .twiceMacsAndNorms)
        #expect(figure.isCutOff(from: flops))
    }

    @Test(arguments: [
        ("610.1M", 610_100_000.0), ("0.39G", 390_000_000), ("1.2B", 1_200_000_000), ("585 M", 585_000_000),
        ("5,267,540", 5_267_540), (".5k", 500), ("7", 7),
    ])
    func figuresAreRead(text: String, value: Double) throws {
        #expect(try #require(PrintedFigure(text)).value == value)
    }

    @Test(arguments: ["", "M", "1.2", "-3M", "1.2.3M", "many", "0", ".", "1e9", "99999999999999999999T"])
    func whatIsNoFigureIsRefused(text: String) {
        #expect(PrintedFigure(text) == nil)
    }

    @Test func digitsRoundHalfUp() throws {
        let figure = try #require(PrintedFigure("1.5k"))
        #expect(!figure.isRounded(from: 1449) && figure.isRounded(from: 1450))
        #expect(figure.isRounded(from: 1549) && !figure.isRounded(from: 1550))
    }
}
