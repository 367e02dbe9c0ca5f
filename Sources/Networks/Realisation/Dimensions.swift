// The integers of a candidate, block by block: all that tells candidates of one architecture apart. Blocks read
// them and never multiply.

/// The rounded sizes of one candidate; two candidates of an architecture are equal where these are.
package struct Dimensions: Hashable, Sendable {
    /// Repeats of each row of the stage table.
    package var repeats: [Int]
    /// Channels of stem, blocks and head.
    package var widths: Widths
    /// Height and width of the image in pixels.
    package var resolution: Int

    /// Sizes that were rounded elsewhere.
    package init(repeats: [Int], widths: Widths, resolution: Int) {
        self.repeats = repeats
        self.widths = widths
        self.resolution = resolution
    }

    /// Whether all blocks, and all else, have the sizes of other dimensions, however those are kept.
    package func isSame(as other: Dimensions) -> Bool {
        guard repeats == other.repeats, resolution == other.resolution, widths.stem == other.widths.stem,
            widths.head == other.widths.head, widths.pooled == other.widths.pooled
        else { return false }
        return zip(repeats, zip(widths.rows, other.widths.rows)).allSatisfy { repeats, rows in
            rows.0.channels == rows.1.channels
                && (0..<repeats).allSatisfy { rows.0[$0] == rows.1[$0] }
        }
    }

    /// Blocks of all stages together, the realised depth.
    package var blocks: Int { repeats.reduce(0, +) }
}

/// The channels of every layer of a candidate.
package struct Widths: Hashable, Sendable {
    /// Channels of the stem's convolutions in order.
    package var stem: [Int]
    /// Channels of the blocks, row by row of the stage table.
    package var rows: [RowWidths]
    /// Channels of the head's convolution before pooling, where there is one.
    package var head: Int?
    /// Channels of the head's convolution after pooling, where there is one.
    package var pooled: Int?

    /// Channels that were rounded elsewhere.
    package init(stem: [Int], rows: [RowWidths], head: Int? = nil, pooled: Int? = nil) {
        self.stem = stem
        self.rows = rows
        self.head = head
        self.pooled = pooled
    }

    /// Channels that the first block reads.
    package var stemOutput: Int { stem.last ?? 0 }

    /// The channels of the stem, of each row, and of the head's convolution before pooling where there is one.
    package var outline: [Int] { [stemOutput] + rows.map(\.channels) + [head].compactMap(\.self) }
}

/// The channels of a row's blocks: the first block reads another width than those after it.
package struct RowWidths: Hashable, Sendable {
    /// The row's own channels, scaled and rounded.
    package var channels: Int
    /// Those of the first block.
    package var first: BlockWidths
    /// Those of every further block.
    package var others: BlockWidths
    /// Those of each block, where every block has widths of its own; else empty.
    package var own: [BlockWidths]

    /// Channels of equal blocks, or of each block.
    package init(channels: Int, first: BlockWidths, others: BlockWidths, own: [BlockWidths] = []) {
        self.channels = channels
        self.first = first
        self.others = others
        self.own = own
    }

    /// The channels of `repeats` blocks that are given one by one; the last holds for all further ones.
    package init(channels: Int, blocks: [BlockWidths], repeats: Int) {
        let listed = blocks.withoutRepeatedEnd
        let last = listed[listed.count - 1]
        let own = listed.count <= 2 ? [] : (0..<repeats).map { listed[min($0, listed.count - 1)] }
        self.init(channels: channels, first: listed[0], others: last, own: own)
    }

    /// The channels of one of the blocks, counted from 0.
    package subscript(repetition: Int) -> BlockWidths {
        if own.isEmpty { return repetition == 0 ? first : others }
        return own[min(repetition, own.count - 1)]
    }
}

extension [BlockWidths] {
    /// The blocks without those at the end that repeat the one before.
    package var withoutRepeatedEnd: [BlockWidths] {
        var blocks = self
        while blocks.count > 1, blocks[blocks.count - 1] == blocks[blocks.count - 2] { blocks.removeLast() }
        return blocks
    }
}

/// The channels of one block.
package struct BlockWidths: Hashable, Sendable {
    /// Channels between its convolutions.
    package var inner: Int
    /// Channels that it makes.
    package var output: Int
    /// Channels between the two layers of its squeeze-and-excitation; 0 where it has none.
    package var squeezed: Int
    /// Groups of its spatial convolution.
    package var groups: Int

    /// Channels of a block; dense and without a gate unless said.
    package init(inner: Int, output: Int, squeezed: Int = 0, groups: Int = 1) {
        self.inner = inner
        self.output = output
        self.squeezed = squeezed
        self.groups = groups
    }
}

extension Architecture {
    /// The rounded sizes at this architecture's own factors.
    package func dimensions() throws(NetworkError) -> Dimensions {
        try checkStageFactors()
        return Dimensions(
            repeats: try repeats(depth: scaling.depth, stages: scaling.stages?.depths ?? []),
            widths: try widths(width: scaling.width, stages: scaling.stages?.widths ?? []),
            resolution: try rules.resolution(scaling.resolution))
    }

    /// Each row's repeats at a depth factor, and at one for each stage by which that is multiplied, unless there are none.
    package func repeats(depth: Double, stages factors: [Double]) throws(NetworkError) -> [Int] {
        let wanted = RowFactors(depth, stages: factors, of: self)
        guard let own = ownSizes else {
            return try dealtRepeats(stages.map(\.repeats)) { row in wanted[row] }
        }
        let known = RowFactors(own.scaling.depth, stages: own.scaling.stages?.depths ?? [], of: self)
        if stages.indices.allSatisfy({ wanted[$0] == known[$0] }) { return own.dimensions.repeats }
        return try dealtRepeats(own.dimensions.repeats) { row in wanted[row] / known[row] }
    }

    /// Repeats multiplied by the factor of each stage's first row.
    ///
    /// A stage of several rows scales as a whole and is dealt out from its last row on, each row by its share of what is left,
    /// so that the first row, which strides, grows last: as timm does.
    private func dealtRepeats(_ baseline: [Int], by factor: (Int) -> Double) throws(NetworkError) -> [Int] {
        var repeats = baseline
        let starts = stages.indices.filter { $0 == 0 || !stages[$0].continues }
        for (number, start) in starts.enumerated() {
            if number == 0 && rules.firstDepthFixed || number == starts.count - 1 && rules.lastDepthFixed {
                continue
            }
            let end = number + 1 < starts.count ? starts[number + 1] : stages.count
            var own = repeats[start..<end].reduce(0, +)
            var scaled = try rules.repeats(own, by: factor(start))
            for row in (start..<end).reversed() {
                let share = Double(repeats[row]) / Double(own) * Double(scaled)
                let dealt = max(1, Int(share.rounded(.toNearestOrEven)))
                own -= repeats[row]
                scaled -= dealt
                repeats[row] = dealt
            }
        }
        return repeats
    }

    /// The channels of stem, blocks and head at a width factor, and at one for each stage by which that is multiplied, unless
    /// there are none: the stem then follows the first stage, and the head the last.
    package func widths(width: Double, stages factors: [Double]) throws(NetworkError) -> Widths {
        let wanted = RowFactors(width, stages: factors, of: self)
        if let own = ownSizes {
            let known = RowFactors(own.scaling.width, stages: own.scaling.stages?.widths ?? [], of: self)
            if stages.indices.allSatisfy({ wanted[$0] == known[$0] }) { return own.dimensions.widths }
            return try own.dimensions.widths.scaled(by: stages.indices.map { wanted[$0] / known[$0] }, rules)
        }
        let isStemFixed = wanted.first < rules.stemFixedBelow
        var widths = Widths(stem: [], rows: [])
        for channels in stem.before + [stem.channels] {
            widths.stem.append(isStemFixed ? channels : try rules.width(channels, by: wanted.first))
        }
        var input = widths.stemOutput
        for (index, stage) in stages.enumerated() {
            let row = try stage.widths(input: input, path: ["stages", "\(index)"], rules) {
                channels throws(NetworkError) in
                try rules.width(channels, by: wanted[index])
            }
            widths.rows.append(row)
            input = row.others.output
        }
        if let channels = head.channels {
            switch rules.head {
            case .scaled: widths.head = try rules.width(channels, by: wanted.last)
            case .fixed: widths.head = channels
            case .grows: widths.head = max(channels, try rules.width(channels, by: wanted.last))
            }
        }
        widths.pooled = head.pooled?.channels
        return widths
    }
}
