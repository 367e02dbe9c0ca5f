// What publications print as the cost of a network, to be compared with what it is.

/// A printed number of billions of operations.
package struct PublishedFigure: Hashable, Sendable {
    /// The built-in network.
    package let network: String
    /// Who prints it.
    package let source: String
    /// Billions, with the digits that are printed.
    package let billions: String

    private init(_ network: String, _ source: String, _ billions: String) {
        self.network = network
        self.source = source
        self.billions = billions
    }

    /// The conventions by which the network's cost rounds to the printed digits.
    package func conventions(of network: Network) throws(NetworkError) -> [FlopConvention] {
        guard let printed = PrintedFigure(billions + "G") else { return [] }
        var following: [FlopConvention] = []
        for convention in FlopConvention.allCases
        where printed.isRounded(from: try network.flops(by: convention)) {
            following.append(convention)
        }
        return following
    }

    /// The figures printed for a network, or none where it was scaled since.
    package static func figures(for network: Network) -> [PublishedFigure] {
        let name = network.architecture.name
        guard let published = try? Network(PublishedNetworks.architecture(named: name)),
            published.contentHash == network.contentHash
        else { return [] }
        return all.filter { $0.network == name }
    }

    /// Every figure known, publication by publication.
    package static let all: [PublishedFigure] = publications.flatMap { publication in
        publication.figures.map { PublishedFigure($0.0, publication.source, $0.1) }
    }

    private static let publications: [(source: String, figures: [(String, String)])] = [
        (
            "the EfficientNet paper, table 2",
            [
                ("efficientnet-b0", "0.39"), ("efficientnet-b1", "0.70"), ("efficientnet-b2", "1.0"),
                ("efficientnet-b3", "1.8"), ("efficientnet-b4", "4.2"), ("efficientnet-b5", "9.9"),
                ("efficientnet-b6", "19"), ("efficientnet-b7", "37"),
            ]
        ),
        (
            "torchvision 0.28, GFLOPS of its weights",
            [
                ("efficientnet-b0", "0.386"), ("efficientnet-b1", "0.687"), ("efficientnet-b3", "1.827"),
                ("efficientnet-b4", "4.394"), ("efficientnet-b5", "10.266"), ("efficientnet-b6", "19.068"),
                ("efficientnet-b7", "37.746"), ("mobilenet-v2", "0.301"), ("resnet-18", "1.814"),
                ("resnet-34", "3.664"), ("resnet-50", "4.089"), ("resnet-101", "7.801"),
                ("resnet-152", "11.514"),
            ]
        ),
        (
            "timm's benchmark tables, GMACs",
            [
                ("efficientnet-b0", "0.40"), ("efficientnet-b1", "0.71"), ("efficientnet-b2", "1.02"),
                ("efficientnet-lite0", "0.40"), ("efficientnet-lite1", "0.62"),
                ("efficientnet-lite2", "0.89"), ("tinynet-a", "0.35"), ("tinynet-b", "0.21"),
                ("tinynet-c", "0.11"), ("tinynet-d", "0.05"), ("tinynet-e", "0.03"),
                ("mobilenet-v2", "0.31"), ("resnet-18", "1.82"), ("resnet-34", "3.67"),
                ("resnet-50", "4.11"), ("se-resnet-18", "1.82"), ("se-resnet-34", "3.67"),
                ("se-resnet-50", "4.11"),
            ]
        ),
    ]
}
