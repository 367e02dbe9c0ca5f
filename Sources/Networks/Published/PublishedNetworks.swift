// The networks that have a name, each with the factors under which it was released.

/// Every built-in network by name.
package enum PublishedNetworks {
    /// One row of a published table of variants.
    package struct Variant: Hashable, Sendable {
        /// The name, without the family.
        package let name: String
        /// Width factor.
        package let width: Double
        /// Depth factor.
        package let depth: Double
        /// Resolution in pixels.
        package let resolution: Double
        /// Dropout before the classifier.
        package let dropout: Double

        fileprivate init(
            _ name: String, _ width: Double, _ depth: Double, _ resolution: Double, _ dropout: Double
        ) {
            self.name = name
            self.width = width
            self.depth = depth
            self.resolution = resolution
            self.dropout = dropout
        }
    }

    /// The B-variants as released with the paper.
    package static let paper = [
        Variant("b0", 1.0, 1.0, 224, 0.2), Variant("b1", 1.0, 1.1, 240, 0.2),
        Variant("b2", 1.1, 1.2, 260, 0.3), Variant("b3", 1.2, 1.4, 300, 0.3),
        Variant("b4", 1.4, 1.8, 380, 0.4), Variant("b5", 1.6, 2.2, 456, 0.4),
        Variant("b6", 1.8, 2.6, 528, 0.5), Variant("b7", 2.0, 3.1, 600, 0.5),
        Variant("b8", 2.2, 3.6, 672, 0.5), Variant("l2", 4.3, 5.3, 800, 0.5),
    ]

    /// The B-variants as a widely read article prints them, with depth equal to width.
    package static let article = [
        Variant("b1", 1.0, 1.0, 240, 0.2), Variant("b2", 1.1, 1.1, 260, 0.3),
        Variant("b3", 1.2, 1.2, 300, 0.3), Variant("b4", 1.4, 1.4, 380, 0.4),
        Variant("b5", 1.6, 1.6, 456, 0.4),
    ]

    private static let lite = [
        Variant("lite0", 1.0, 1.0, 224, 0.2), Variant("lite1", 1.0, 1.1, 240, 0.2),
        Variant("lite2", 1.1, 1.2, 260, 0.3), Variant("lite3", 1.2, 1.4, 280, 0.3),
        Variant("lite4", 1.4, 1.8, 300, 0.3),
    ]

    private static let tiny = [
        Variant("a", 1.0, 1.2, 192, 0.2), Variant("b", 0.75, 1.1, 188, 0.2),
        Variant("c", 0.54, 0.85, 184, 0.2), Variant("d", 0.54, 0.695, 152, 0.2),
        Variant("e", 0.51, 0.6, 106, 0.2),
    ]

    private static let resNets: [(depth: Int, block: BlockKind, repeats: [Int])] = [
        (18, .basic, [2, 2, 2, 2]), (34, .basic, [3, 4, 6, 3]), (50, .bottleneck, [3, 4, 6, 3]),
        (101, .bottleneck, [3, 4, 23, 3]), (152, .bottleneck, [3, 8, 36, 3]),
    ]

    /// Every built-in network, family by family; `efficientnet-b3-article` is of the article's table.
    package static let all: [Architecture] =
        paper.map {
            .efficientNet(
                "efficientnet-\($0.name)", width: $0.width, depth: $0.depth, resolution: $0.resolution,
                dropout: $0.dropout)
        }
        + article.map {
            .efficientNet(
                "efficientnet-\($0.name)-article", width: $0.width, depth: $0.depth,
                resolution: $0.resolution, dropout: $0.dropout)
        }
        + lite.map {
            .efficientNetLite(
                "efficientnet-\($0.name)", width: $0.width, depth: $0.depth, resolution: $0.resolution,
                dropout: $0.dropout)
        }
        + tiny.map {
            .tinyNet("tinynet-\($0.name)", width: $0.width, depth: $0.depth, resolution: $0.resolution)
        }
        + Architecture.prunedEfficientNets + Architecture.efficientNetV2 + Architecture.efficientNetV2Base
        + Architecture.efficientNetEdge
        + mobile
        + resNets.map { .resNet("resnet-\($0.depth)", $0.block, repeats: $0.repeats) }
        + resNets.map { .resNet("se-resnet-\($0.depth)", $0.block, repeats: $0.repeats, gated: true) }
        + resNets.map {
            .resNet("resnet-\($0.depth)d", $0.block, repeats: $0.repeats)
                .deep(resolution: $0.depth > 50 ? 256 : 224)
        }
        + residual + Architecture.regNets

    private static let mobile: [Architecture] =
        [
            .mobileNetV1("mobilenetv1"), .mobileNetV2("mobilenet-v2"),
            .mobileNetV2("mobilenetv2-050", width: 0.5), .mobileNetV2("mobilenetv2-140", width: 1.4),
            .mobileNetV3Large("mobilenetv3-large", width: 1),
            .mobileNetV3Large("mobilenetv3-large-075", width: 0.75),
            .mobileNetV3Small("mobilenetv3-small", width: 1),
            .mobileNetV3Small("mobilenetv3-small-075", width: 0.75),
            .mobileNetV3Small("mobilenetv3-small-050", width: 0.5),
        ] + Architecture.mobileNetV4 + [
            .mnasNetA1("mnasnet-a1"), .mnasNetB1("mnasnet-b1"), .mnasNetSmall("mnasnet-small"),
            .fbNetC("fbnetc"), .spNASNet("spnasnet"), .lcNet("lcnet-050", width: 0.5),
            .lcNet("lcnet-075", width: 0.75), .lcNet("lcnet-100", width: 1),
        ]

    private static let residual: [Architecture] = [
        .resNet("resnext-50-32x4d", .bottleneck, repeats: [3, 4, 6, 3]).grouped(32, baseWidth: 4),
        .resNet("resnext-101-32x8d", .bottleneck, repeats: [3, 4, 23, 3]).grouped(32, baseWidth: 8),
        .resNet("resnext-101-64x4d", .bottleneck, repeats: [3, 4, 23, 3]).grouped(64, baseWidth: 4),
        .resNet("seresnext-50-32x4d", .bottleneck, repeats: [3, 4, 6, 3], gated: true)
            .grouped(32, baseWidth: 4),
        .resNet("wide-resnet-50-2", .bottleneck, repeats: [3, 4, 6, 3]).grouped(1, baseWidth: 128),
        .resNet("wide-resnet-101-2", .bottleneck, repeats: [3, 4, 23, 3]).grouped(1, baseWidth: 128),
        .resNetRS("resnetrs-50", repeats: [3, 4, 6, 3], resolution: 160),
        .resNetRS("resnetrs-101", repeats: [3, 4, 23, 3], resolution: 192),
        .resNetRS("resnetrs-152", repeats: [3, 8, 36, 3], resolution: 256),
        .resNetRS("resnetrs-200", repeats: [3, 24, 36, 3], resolution: 256),
    ]

    /// The network of that name, or of timm's name for it (`efficientnetv2_s`, `resnet50`, `mobilenetv3_large_100`), or nil.
    package static func find(_ name: String) -> Architecture? {
        if let found = all.first(where: { $0.name == name }) { return found }
        return numbers[name.spelling].map { all[$0] }
    }

    /// The place of each network by the spellings under which people know it.
    private static let numbers: [String: Int] = {
        var numbers: [String: Int] = [:]
        for (number, network) in all.enumerated() { numbers[network.name.spelling] = number }
        for (other, name) in timmNames {
            numbers[other.spelling] = all.firstIndex { $0.name == name }
        }
        return numbers
    }()

    /// timm's names that say something else than ours.
    private static let timmNames = [
        "tf_efficientnetv2_b0": "efficientnetv2-b0", "tf_efficientnetv2_b1": "efficientnetv2-b1",
        "tf_efficientnetv2_b2": "efficientnetv2-b2", "tf_efficientnetv2_b3": "efficientnetv2-b3",
        "mobilenetv2_100": "mobilenet-v2", "mobilenetv1_100": "mobilenetv1",
        "mobilenetv3_large_100": "mobilenetv3-large", "mobilenetv3_small_100": "mobilenetv3-small",
        "semnasnet_100": "mnasnet-a1", "mnasnet_a1": "mnasnet-a1", "mnasnet_100": "mnasnet-b1",
        "fbnetc_100": "fbnetc", "spnasnet_100": "spnasnet",
    ]

    /// The network of that name; throws with the nearest known name where there is none.
    package static func architecture(named name: String) throws(NetworkError) -> Architecture {
        if let found = find(name) { return found }
        throw .unknownName(name, nearest: name.nearest(among: all.map(\.name)))
    }
}

extension String {
    /// A name without what spellings differ in: case, hyphens and underscores.
    fileprivate var spelling: String { lowercased().filter { $0 != "-" && $0 != "_" } }

    /// The candidate that differs in the fewest letters, or nil where none is near.
    ///     "efficentnet-b0".nearest(among: ["efficientnet-b0", "resnet-50"])   // "efficientnet-b0"
    package func nearest(among candidates: [String]) -> String? {
        guard let best = distances(to: candidates).min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, count / 3) ? best.name : nil
    }

    /// The candidates, those that differ in the fewest letters first, and equal ones in the order of the alphabet.
    package func nearestFirst(of candidates: [String]) -> [String] {
        distances(to: candidates).sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.map(\.name)
    }

    private func distances(to candidates: [String]) -> [(name: String, distance: Int)] {
        let own = Array(lowercased())
        return candidates.map { ($0, own.editDistance(to: Array($0.lowercased()))) }
    }
}

extension [Character] {
    /// Levenshtein's distance, in time and memory of the product and the second length.
    fileprivate func editDistance(to other: [Character]) -> Int {
        var row = [Int](0...other.count)
        for (i, letter) in enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, candidate) in other.enumerated() {
                let substituted = diagonal + (letter == candidate ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
