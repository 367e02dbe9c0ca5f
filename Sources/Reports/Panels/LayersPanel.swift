// Where the time of the chosen network goes, and how near each layer is to what the machine can do.

import Figures
import Rendering

extension PanelKind {
    static let layers = PanelKind("layers", figures: ["layers"]) { findings in
        let title = "Where the time goes"
        guard let timed = findings.layers else {
            return .absent("layers", title, because: absence(findings))
        }
        let bars = timed.layers.count > mostBars ? blocks(timed.layers) : timed.layers
        let total = timed.layers.reduce(0) { $0 + $1.minimum }
        let least = timed.layers.reduce(0) { $0 + $1.least }
        var panel = Panel(identifier: "layers", title: title)
        panel.caption =
            "The \(timed.layers.count > mostBars ? "blocks" : "layers") of trial:\(timed.trial), the least time of all runs. The stroke across a bar is "
            + "the least that this machine allows: \(timed.ceiling.gflops.digits(0)) GFLOP/s, and "
            + "\(timed.ceiling.gigabytesPerSecond.digits(0)) GB/s from a working set of \(timed.ceiling.workingSetBytes.bytes), both measured. "
            + "Together the layers take \(total.milliseconds) ms and could take \(least.milliseconds) ms."
        let slowest = bars.max { $0.minimum < $1.minimum }
        let isShort = (slowest?.minimum ?? 1) < 0.1
        let scale = isShort ? 1000.0 : 1
        panel.figures = [
            Figure(
                "layers", title: "Time of each \(timed.layers.count > mostBars ? "block" : "layer")",
                summary: slowest.map {
                    "The longest is \($0.name) with \(($0.minimum / total).percent(0)) of \(total.milliseconds) ms; all of them reach \((least / total).percent(0)) of the machine's best."
                } ?? "",
                x: Figures.Axis(
                    "time", unit: isShort ? "µs" : "ms", domain: 0...1.18 * scale * (slowest?.minimum ?? 1)),
                y: Figures.Axis("", scale: .categories(bars.map(\.name))),
                marks: [
                    .bars(
                        bars.enumerated().map { row, layer in
                            Bar(
                                row: row, from: 0, to: scale * layer.minimum, reference: scale * layer.least,
                                role: .first,
                                label: (layer.minimum / total).percent(0),
                                hover:
                                    "\(layer.name): \(layer.minimum.milliseconds) ms, at best \(layer.least.milliseconds) ms"
                            )
                        })
                ])
        ]
        var table = PanelTable([
            "layer", "least ms", "median ms", "macs", "GFLOP/s", "share %", "at best ms", "of best %",
        ])
        for layer in timed.layers {
            let rate = 2e-6 * Double(layer.macs * timed.conditions.batch) / layer.minimum
            table.append([
                layer.name, layer.minimum.digits(4), layer.median.digits(4), layer.macs.short, rate.digits(1),
                (100 * layer.minimum / total).digits(1), layer.least.digits(4),
                (100 * layer.least / layer.minimum).digits(0),
            ])
        }
        panel.table = table
        return panel
    }

    /// Bars beyond which blocks stand for their layers.
    private static let mostBars = 36

    private static func absence(_ findings: StudyFindings) -> String {
        guard let trial = findings.answer.trial else {
            return "No network is recommended yet whose layers could be timed."
        }
        guard findings.conditions.contains(where: { $0.origin == .measured }) else {
            return
                "Layers are timed where latencies are measured; 'compound bench trial:\(trial) --layers' prints them."
        }
        return
            "The layers of trial:\(trial) were not timed: a search does so at its end since version 0.8; the same search once more records them."
    }

    /// Neighbouring layers of one block as one.
    private static func blocks(_ layers: [LayerFindings.Layer]) -> [LayerFindings.Layer] {
        var blocks: [LayerFindings.Layer] = []
        for layer in layers {
            let parts = layer.name.split(separator: ".")
            let name = parts.count > 1 ? parts.dropLast().joined(separator: ".") : layer.name
            if let last = blocks.last, last.name == name {
                blocks[blocks.count - 1] = LayerFindings.Layer(
                    name: name, median: last.median + layer.median, minimum: last.minimum + layer.minimum,
                    least: last.least + layer.least, macs: last.macs + layer.macs)
            } else {
                blocks.append(
                    LayerFindings.Layer(
                        name: name, median: layer.median, minimum: layer.minimum, least: layer.least,
                        macs: layer.macs))
            }
        }
        return blocks
    }
}
