// Widths that rounding did not make: scaled once more, and checked to be a network's.

extension Widths {
    /// These channels multiplied by the factor of their row and rounded to the nearest integers, each block by itself: widths
    /// that are no multiples at a factor of 1 would leap with the rule's multiples at any other. The stem follows the first row,
    /// and the head the last.
    func scaled(by factors: [Double], _ rules: RoundingRules) throws(NetworkError) -> Widths {
        func scaled(_ channels: Int, by factor: Double) throws(NetworkError) -> Int {
            let scaled = Double(channels) * factor
            guard scaled <= Double(Limits.channels) else {
                throw .tooLarge(
                    "a width of \(channels) × \(factor)", limit: "1 to \(Limits.channels) channels")
            }
            return max(1, Int(scaled.rounded()))
        }
        func scaled(_ block: BlockWidths, by factor: Double) throws(NetworkError) -> BlockWidths {
            var block = block
            let group = block.inner / block.groups
            let inner = Double(block.inner) * factor / Double(group)
            block.inner = max(1, Int(inner.rounded())) * group
            block.groups = block.inner / group
            block.output = try scaled(block.output, by: factor)
            if block.squeezed > 0 {
                block.squeezed = max(1, Int((Double(block.squeezed) * factor).rounded()))
            }
            return block
        }
        var widths = self
        if rules.stemFixedBelow != .infinity {
            for index in stem.indices { widths.stem[index] = try scaled(stem[index], by: factors[0]) }
        }
        for (index, factor) in zip(rows.indices, factors) {
            widths.rows[index].channels = try scaled(rows[index].channels, by: factor)
            widths.rows[index].first = try scaled(rows[index].first, by: factor)
            widths.rows[index].others = try scaled(rows[index].others, by: factor)
            for block in rows[index].own.indices {
                widths.rows[index].own[block] = try scaled(rows[index].own[block], by: factor)
            }
        }
        if let head, let last = factors.last {
            switch rules.head {
            case .scaled: widths.head = try scaled(head, by: last)
            case .fixed: break
            case .grows: widths.head = max(head, try scaled(head, by: last))
            }
        }
        return widths
    }
}

extension Architecture {
    /// Throws where sizes that were given are not those of this stage table.
    func checkOwnSizes() throws(NetworkError) {
        guard let own = ownSizes?.dimensions else { return }
        let path = ["realised"]
        func refuse(_ sentence: String) -> NetworkError { .invalid(path: path, sentence) }
        guard own.repeats.count == stages.count, own.widths.rows.count == stages.count,
            own.widths.stem.count == stem.before.count + 1,
            (own.widths.head != nil) == (head.channels != nil),
            (own.widths.pooled != nil) == (head.pooled != nil)
        else { throw refuse("the sizes are not those of this stem, stage table and head.") }
        for (stage, (repeats, row)) in zip(stages, zip(own.repeats, own.widths.rows)) {
            let blocks = row.own.isEmpty ? [row.first, row.others] : row.own
            guard repeats >= 1, repeats <= Limits.repeats, row.own.isEmpty || row.own.count == repeats else {
                throw refuse("a row of \(repeats) blocks has the widths of \(row.own.count).")
            }
            for block in blocks {
                let sizes =
                    [block.inner, block.output] + (stage.squeezeExcitation == nil ? [] : [block.squeezed])
                guard sizes.allSatisfy({ (1...Limits.channels * 64).contains($0) }),
                    stage.squeezeExcitation != nil || block.squeezed == 0, block.groups >= 1,
                    block.inner % block.groups == 0
                else {
                    throw refuse(
                        "no \(stage.block.rawValue) block is \(block.inner) channels wide inside and \(block.output) "
                            + "outside, with \(block.squeezed) squeezed.")
                }
            }
        }
    }
}
