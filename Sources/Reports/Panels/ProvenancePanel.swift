// Where the figures come from, and how to have them again.

import CompoundSearch
import Measurements
import Rendering
import ResultStore

extension PanelKind {
    static let provenance = PanelKind("provenance") { findings in
        let study = findings.study
        var panel = Panel(identifier: "provenance", title: "Where this comes from")
        panel.facts = [
            Panel.Fact("Study", "\(study.name), \(study.id)"),
            Panel.Fact("Drawn", drawn(study)),
            Panel.Fact("Version", "compound \(study.toolVersion)"),
        ]
        if let period = period(findings) { panel.facts.append(Panel.Fact("When", period)) }
        panel.facts += machines(findings) + trainings(findings)
        panel.texts = [Panel.Fact("The same search again", commands(findings))]
        panel.texts.append(Panel.Fact("space.yaml", study.space))
        if let baseline = study.baseline {
            panel.texts.append(Panel.Fact("The baseline, realised", baseline))
        }
        return panel
    }

    private static func drawn(_ study: StudyRecord) -> String {
        switch study.strategy {
        case .grid: "all points of a grid"
        case .random: "random points of seed \(study.seed)"
        case .spread: "networks that lie far apart, seed \(study.seed)"
        case .adaptive: "each run chosen by what the ones before told, seed \(study.seed)"
        }
    }

    private static func machines(_ findings: StudyFindings) -> [Panel.Fact] {
        var seen: Set<String> = []
        return findings.conditions.compactMap { conditions in
            let machine = conditions.machine
            var text =
                "\(machine.processor), \(machine.cores.counted("core")), \(machine.memoryBytes.bytes) of memory, \(machine.system)"
            if conditions.origin != .none {
                text +=
                    "; \(conditions.origin.rawValue) with \(conditions.instructionSet), \(conditions.threads.counted("thread")), "
                    + "batch \(conditions.batch), anchor \(conditions.anchor)"
            }
            text += ", \(conditions.build) build \(conditions.toolVersion)"
            return seen.insert(text).inserted ? Panel.Fact("Measured on", text) : nil
        }
    }

    private static func trainings(_ findings: StudyFindings) -> [Panel.Fact] {
        guard let table = findings.tables[.rungs] else { return [] }
        var seen: Set<Int> = []
        return TableRow.all(in: table).flatMap { row -> [Panel.Fact] in
            guard let training = row.whole("training"), seen.insert(training).inserted,
                let trainer = row.text("trainer")
            else { return [] }
            let data = row.text("data").map { ", digest \($0)" } ?? ""
            let machine = row.text("processor").map { ", on \($0)" } ?? ""
            return [
                Panel.Fact("Trained by", trainer + data + machine),
                Panel.Fact("Recipe", (row.text("recipe") ?? "").filter { !"{}".contains($0) }),
            ]
        }
    }

    /// From the study's registration to the last thing that was recorded of it.
    private static func period(_ findings: StudyFindings) -> String? {
        let begin = findings.study.createdAt.replacing("T", with: " ").prefix(16)
        let ends = findings.tables.values.flatMap { table in
            ["created_at", "measured_at", "trained_at"].flatMap { column in
                TableRow.all(in: table).compactMap { $0.text(column) }
            }
        }
        guard let end = ends.max()?.prefix(16) else { return "\(begin) UTC" }
        return begin == end ? "\(begin) UTC" : "\(begin) to \(end) UTC"
    }

    private static func commands(_ findings: StudyFindings) -> String {
        let study = findings.study.id
        var lines = ["compound search space.yaml --store again.sqlite"]
        if findings.hasAccuracies { lines.append("compound fit \(study) --store again.sqlite") }
        lines.append("compound report \(study) --store again.sqlite --output report.html")
        lines.append("compound export --best --store again.sqlite --output best.yaml")
        return lines.joined(separator: "\n")
    }
}
