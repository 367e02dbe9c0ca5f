// The integers of a network, written and read back: what `realised:` says is what is built, and nothing is rounded.

import Networks
import Rendering

extension Dimensions {
    /// Resolution, stem, rows with their blocks (inner, output and squeezed channels; the last holds for all further ones), head.
    var markup: Markup {
        let rows = zip(repeats, widths.rows).map { repeats, row in
            Markup.row([
                ("repeats", .whole(repeats)), ("channels", .whole(row.channels)),
                ("blocks", .list((0..<repeats).map { row[$0] }.withoutRepeatedEnd.map(\.markup))),
            ])
        }
        var entries: [Markup.Entry] = [
            ("resolution", .whole(resolution)), ("blocks", .whole(blocks)),
            (
                "stem_channels",
                widths.stem.count == 1 ? .whole(widths.stemOutput) : .list(widths.stem.map { .whole($0) })
            ),
            ("stages", .list(rows)), ("head_channels", widths.head.map { .whole($0) } ?? .literal("null")),
        ]
        if let pooled = widths.pooled { entries.append(("pooled_channels", .whole(pooled))) }
        return .block(entries)
    }
}

extension BlockWidths {
    fileprivate var markup: Markup {
        .list(([inner, output] + (squeezed > 0 ? [squeezed] : [])).map { .whole($0) })
    }
}

extension Field {
    /// The sizes of a network of this stage table, or nil where they are an older version's, which say less.
    func realisedSizes(of architecture: Architecture) throws(DescriptionError) -> Dimensions? {
        let keys = try section([
            "resolution", "blocks", "stem_channels", "stages", "head_channels", "pooled_channels",
        ])
        let rows = try keys.required("stages").list()
        if rows.count != architecture.stages.count {
            throw fault("\(name) has \(rows.count) rows, and the network \(architecture.stages.count).")
        }
        var repeats: [Int] = []
        var widths = Widths(stem: [], rows: [])
        for (row, stage) in zip(rows, architecture.stages) {
            let keys = try row.section(["repeats", "channels", "blocks"])
            guard let blocks = keys["blocks"] else { return nil }
            let count = try keys.required("repeats").whole(in: 1...Limits.repeats)
            repeats.append(count)
            widths.rows.append(
                try blocks.rowWidths(of: stage, repeats: count, channels: keys.required("channels").whole()))
        }
        let stem = try keys.required("stem_channels")
        if case .sequence = stem.node {
            for channels in try stem.list() {
                widths.stem.append(try channels.whole(in: 1...Limits.channels))
            }
        } else {
            widths.stem = [try stem.whole(in: 1...Limits.channels)]
        }
        if let head = keys["head_channels"], !head.isNone {
            widths.head = try head.whole(in: 1...Limits.channels)
        }
        widths.pooled = try keys["pooled_channels"]?.whole(in: 1...Limits.channels)
        let resolution = try keys.required("resolution").whole(in: 1...Limits.resolution)
        return Dimensions(repeats: repeats, widths: widths, resolution: resolution)
    }

    private func rowWidths(
        of stage: Stage, repeats: Int, channels: Int
    ) throws(DescriptionError) -> RowWidths {
        var blocks: [BlockWidths] = []
        for block in try list() {
            let sizes = try block.list()
            let wanted = stage.squeezeExcitation == nil ? 2 : 3
            if sizes.count != wanted {
                throw block.fault(
                    "a block of this row has \(wanted) sizes, \(wanted == 2 ? "inner and output" : "inner, output and squeezed") "
                        + "channels, not \(sizes.count).")
            }
            var numbers: [Int] = []
            for size in sizes { numbers.append(try size.whole(in: 1...Limits.channels * 64)) }
            blocks.append(
                BlockWidths(
                    inner: numbers[0], output: numbers[1], squeezed: wanted == 3 ? numbers[2] : 0,
                    groups: try block.groups(of: stage, inner: numbers[0])))
        }
        if blocks.count > repeats {
            throw fault("\(name) has \(blocks.count) blocks, and the row \(repeats) of them.")
        }
        return RowWidths(channels: channels, blocks: blocks, repeats: repeats)
    }

    private func groups(of stage: Stage, inner: Int) throws(DescriptionError) -> Int {
        let groups =
            stage.options.groups ?? stage.options.groupWidth.map { max(1, inner / min($0, inner)) }
            ?? (stage.block.isDepthwise ? inner : 1)
        if inner % groups != 0 { throw fault("\(groups) groups do not divide \(inner) channels.") }
        return groups
    }
}
