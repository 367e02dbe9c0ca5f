// EfficientNets whose blocks have widths of their own: B1 to B3 pruned by knapsack (Aflalo et al. 2020, arXiv 2002.08258). The
// numbers are those of timm's lists (Apache-2.0).

extension Architecture {
    /// The pruned B1, B2 and B3, with TensorFlow's padding and epsilon.
    static let prunedEfficientNets: [Architecture] = [
        pruned(
            "b1", Scaling(width: 1, depth: 1.1, resolution: 240), stem: 32, head: 1280,
            [
                [[32, 16, 8], [16, 16, 4]], [[48, 12, 4], [62, 12, 6], [48, 12, 6]],
                [[70, 35, 6], [61, 35, 10], [51, 35, 10]],
                [[175, 74, 10], [188, 74, 20], [137, 74, 20], [164, 74, 20]],
                [[399, 67, 20], [201, 67, 28], [160, 67, 28], [213, 67, 28]],
                [[637, 192, 27], [806, 192, 48], [798, 192, 48], [891, 192, 48], [990, 192, 48]],
                [[1152, 320, 48], [1912, 320, 80]],
            ]),
        pruned(
            "b2", Scaling(width: 1.1, depth: 1.2, resolution: 260), stem: 32, head: 1408,
            [
                [[32, 16, 8], [16, 16, 4]], [[54, 17, 4], [69, 17, 6], [61, 17, 6]],
                [[86, 42, 6], [72, 42, 12], [98, 42, 12]],
                [[245, 85, 12], [274, 85, 22], [254, 85, 22], [292, 85, 22]],
                [[502, 116, 22], [315, 116, 30], [354, 116, 30], [443, 116, 30]],
                [[719, 208, 30], [1148, 208, 52], [1160, 208, 52], [1182, 208, 52], [1228, 208, 52]],
                [[1248, 352, 52], [2112, 352, 88]],
            ]),
        pruned(
            "b3", Scaling(width: 1.2, depth: 1.4, resolution: 300), stem: 40, head: 1536,
            [
                [[40, 24, 10], [24, 24, 6]], [[27, 12, 6], [49, 12, 8], [48, 12, 8]],
                [[83, 40, 8], [90, 40, 12], [85, 40, 12]],
                [[215, 93, 12], [261, 93, 24], [219, 93, 24], [254, 93, 24], [236, 93, 24]],
                [[480, 120, 24], [235, 120, 34], [217, 120, 34], [226, 120, 33], [340, 120, 34]],
                [
                    [802, 232, 34], [1030, 232, 58], [924, 232, 58], [1016, 232, 58], [1130, 232, 58],
                    [1266, 232, 58],
                ],
                [[1392, 384, 58], [2301, 384, 96]],
            ]),
    ]

    /// An EfficientNet at its factors whose blocks are (inner, output, squeezed) channels wide.
    private static func pruned(
        _ name: String, _ scaling: Scaling, stem: Int, head: Int, _ rows: [[[Int]]]
    ) -> Architecture {
        var network = efficientNet(
            "efficientnet-\(name)-pruned", width: scaling.width, depth: scaling.depth,
            resolution: scaling.resolution)
        network.padding = .same
        network.batchNormEpsilon = 1e-3
        let widths = rows.map { row in
            let blocks = row.map {
                BlockWidths(inner: $0[0], output: $0[1], squeezed: $0[2], groups: $0[0])
            }
            return RowWidths(channels: blocks[0].output, blocks: blocks, repeats: blocks.count)
        }
        network.ownSizes = OwnSizes(
            Dimensions(
                repeats: rows.map(\.count), widths: Widths(stem: [stem], rows: widths, head: head),
                resolution: Int(scaling.resolution)), at: scaling)
        return network
    }
}
