// What differs between two networks, block by block: blocks are aligned by their names, and of each only the layers that differ are
// named. How large images are does not count, since that follows from the resolution.

/// A layer that two networks do not have alike, or a block that only one of them has.
package struct LayerChange: Hashable, Sendable {
    /// What the layer is within its block, such as `expand`; `block` where the whole block is meant.
    package let part: String
    /// What it is in the first network, such as `3×3/2 96 silu`; nil where that has none.
    package let from: String?
    /// What it is in the second one.
    package let to: String?
    /// Both in short: `expand 96 → 144` where nothing but a number differs.
    package let text: String
}

/// A block, or a run of blocks of one stage, that two networks do not have alike.
package struct BlockDifference: Hashable, Sendable {
    /// The block's name: `stem`, `stages.1.0`, `head` or `classifier`.
    package let first: String
    /// The name of the last block of the run; the first's where it is one alone.
    package private(set) var last: String
    /// The layers that differ, in the order of the first network.
    package let changes: [LayerChange]

    /// The name, and of a run both ends: `stages.1.2…3`.
    package var name: String { first == last ? first : "\(first)…\(last.split(separator: ".").last ?? "")" }

    /// The differences from one network to another, from the stem to the classifier.
    ///
    ///     BlockDifference.between(b0, b1)[0].changes[0].text   // none → 16 channels
    package static func between(_ one: Network, _ other: Network) -> [BlockDifference] {
        let (own, others) = (one.layersByBlock, other.layersByBlock)
        var differences: [BlockDifference] = []
        var place: BlockName?
        for name in Set(own.keys).union(others.keys).sorted() {
            let changes = LayerChange.between(own[name] ?? [], others[name] ?? [])
            defer { place = name }
            if changes.isEmpty { continue }
            let continues =
                name.stage != nil && place?.stage == name.stage
                && differences.last?.last == place.map { "\($0)" } && differences.last?.changes == changes
            if continues {
                differences[differences.count - 1].last = "\(name)"
            } else {
                differences.append(BlockDifference(first: "\(name)", last: "\(name)", changes: changes))
            }
        }
        return differences
    }
}

extension LayerChange {
    /// From the layers of a block to those of its namesake; no layers are no block.
    fileprivate static func between(_ one: [ComparedLayer], _ other: [ComparedLayer]) -> [LayerChange] {
        let ends = [one, other].map { $0.last.map { "\($0.outputChannels) channels" } }
        if one.isEmpty || other.isEmpty {
            let text = ends.map { $0 ?? "none" }.joined(separator: " → ")
            return [LayerChange(part: "block", from: ends[0], to: ends[1], text: text)]
        }
        let parts = one.map(\.part) + other.map(\.part).filter { part in !one.contains { $0.part == part } }
        return parts.compactMap { part in
            let (from, to) = (one.first { $0.part == part }, other.first { $0.part == part })
            guard let from else { return to.map { .init(part, nil, $0, "with \(part) \($0.text)") } }
            guard let to else { return .init(part, from, nil, "without \(part)") }
            if from.isSame(as: to) { return nil }
            let isSizeAlone = (from.window, from.suffix) == (to.window, to.suffix)
            let texts = [from, to].map { isSizeAlone ? $0.size.map { "\($0)" } ?? "" : $0.text }
            return .init(part, from, to, "\(part) \(texts[0]) → \(texts[1])")
        }
    }

    private init(_ part: String, _ from: ComparedLayer?, _ to: ComparedLayer?, _ text: String) {
        self.init(part: part, from: from?.text, to: to?.text, text: text)
    }
}

/// The name of a block, in the order of networks.
private struct BlockName: Hashable, Comparable, CustomStringConvertible {
    /// 0 for the stem, 1 for the stages, 2 for the head, 3 for the classifier.
    let part: Int
    let stage: Int?
    let block: Int

    init(_ name: LayerName) {
        stage = name.stage
        block = name.stage == nil ? 0 : name.block
        let isStem = "\(name)".hasPrefix("stem")
        part = name.stage != nil ? 1 : name.part == .classifier ? 3 : isStem ? 0 : 2
    }

    static func < (a: BlockName, b: BlockName) -> Bool {
        (a.part, a.stage ?? 0, a.block) < (b.part, b.stage ?? 0, b.block)
    }

    var description: String {
        stage.map { "stages.\($0).\(block)" } ?? ["stem", "", "head", "classifier"][part]
    }
}

/// A layer as it is compared, without the sizes of images.
private struct ComparedLayer {
    let part: String
    /// Kernel and stride, where they are not 1.
    let window: String
    /// Channels written, or between the layers of a gate; nil where they follow from what comes before.
    let size: Int?
    /// Groups, and the activation.
    let suffix: String
    let outputChannels: Int

    var text: String {
        [window, size.map { "\($0)" } ?? "", suffix].filter { !$0.isEmpty }.joined(separator: " ")
    }

    func isSame(as other: ComparedLayer) -> Bool {
        (window, size, suffix) == (other.window, other.size, other.suffix)
    }

    init(_ layer: Layer) {
        func written(_ kernel: Int, _ stride: Int) -> String {
            kernel == 1 && stride == 1 ? "" : "\(kernel)×\(kernel)" + (stride > 1 ? "/\(stride)" : "")
        }
        part = "\(layer.name)".split(separator: ".").last.map(String.init) ?? layer.name.part.rawValue
        outputChannels = layer.output.shape.channels
        switch layer.operation {
        case .convolution(let convolution):
            window = written(convolution.kernel, convolution.stride)
            size = convolution.outputChannels
            let isPlain = convolution.groups == 1 || convolution.isDepthwise
            suffix = [
                isPlain ? "" : "of \(convolution.groups) groups",
                convolution.activation == .identity ? "" : convolution.activation.rawValue,
            ].filter { !$0.isEmpty }.joined(separator: " ")
        case .squeezeExcitation(let gate): (window, size, suffix) = ("", gate.squeezed, "")
        case .scalarGate: (window, size, suffix) = ("", nil, "l2-scalar")
        case .averagePool(let pool), .maxPool(let pool, _):
            (window, size, suffix) = (written(pool.kernel, pool.stride), nil, "")
        case .globalAveragePool, .add: (window, size, suffix) = ("", nil, "")
        case .linear: (window, size, suffix) = ("", outputChannels, "")
        }
    }
}

extension Network {
    /// The layers of each block.
    fileprivate var layersByBlock: [BlockName: [ComparedLayer]] {
        Dictionary(grouping: layers) { BlockName($0.name) }.mapValues { $0.map(ComparedLayer.init) }
    }
}
