// One study's section of a page: its panels as the template takes them.

import Figures
import Foundation
import Rendering

/// The section of a study.
struct StudySection {
    private let findings: StudyFindings
    private let key: String
    private let isOnly: Bool
    private let panels: [PageContent]
    private let links: [PageContent]

    /// The section of the study of that number among so many, without the panels of those names.
    init(_ findings: StudyFindings, number: Int, of count: Int, without withheld: Set<String> = []) {
        self.findings = findings
        let key = "s\(number)"
        self.key = key
        isOnly = count == 1
        let panels = PanelKind.all.map { kind in
            let panel = kind.panel(findings)
            return withheld.contains(kind.name) && panel.absence == nil ? panel.withheld : panel
        }
        self.panels = panels.dropFirst().map { StudySection.content($0, key: key) }
        links = panels.dropFirst().filter { $0.absence == nil }.map {
            .fields(["href": .text("#\(key)-\($0.identifier)"), "title": .text($0.title)])
        }
        answer = panels[0]
    }

    private let answer: Panel

    /// The study's row in the index.
    var indexRow: PageContent {
        .fields([
            "href": .text("#\(key)"), "name": .text(findings.study.name),
            "trials": .text(findings.trials.count.grouped),
            "trained": .text(findings.trials.count { $0.accuracy != nil }.grouped),
            "lead": .text(answer.caption.leadingSentence.lead),
        ])
    }

    /// The section; `leftOut` names what the page's data does without.
    func content(leftOut: [String]) -> PageContent {
        let (lead, rest) = answer.caption.leadingSentence
        let pending = findings.trials.count { $0.state == "pending" }
        return .fields([
            "key": .text(key), "name": .text(findings.study.name), "isOnly": .flag(isOnly),
            "lead": .text(lead), "rest": rest.isEmpty ? .none : .text(rest),
            "pending": pending > 0
                ? .text("\(pending.counted("trial is", "trials are")) still to be measured or trained.")
                : .none,
            "facts": StudySection.facts(answer.facts), "links": .list(links),
            "panels": .list(panels),
            "leftOut": leftOut.isEmpty
                ? .none
                : .text(leftOut.joined(separator: ", ")),
        ])
    }

    private static func facts(_ facts: [Panel.Fact]) -> PageContent {
        .list(facts.map { .fields(["heading": .text($0.heading), "text": .text($0.text)]) })
    }

    private static func content(_ panel: Panel, key: String) -> PageContent {
        let isTrials = panel.identifier == PanelKind.trials.name
        return .fields([
            "id": .text("\(key)-\(panel.identifier)"), "title": .text(panel.title),
            "caption": panel.caption.isEmpty ? .none : .text(panel.caption),
            "absence": panel.absence.map { .text($0) } ?? .none,
            "figures": .list(
                panel.figures.map { figure in
                    var figure = figure
                    figure.identifier = "\(key)-\(figure.identifier)"
                    return .fields([
                        "svg": .html(SVGDrawing.responsive(figure)),
                        "omission": figure.omission.map { .text($0) } ?? .none,
                        "title": panel.figures.count > 1 ? .text(figure.title) : .none,
                    ])
                }),
            "facts": facts(panel.facts),
            "texts": .list(
                panel.texts.enumerated().map { place, text in
                    .fields([
                        "heading": .text(text.heading), "text": .text(text.text), "isOpen": .flag(place == 0),
                    ])
                }),
            "hasFacts": .flag(!panel.facts.isEmpty),
            "table": panel.table.map { table in table.content(isTrials: isTrials, label: panel.title) }
                ?? .none,
            "isTrials": .flag(isTrials),
        ])
    }
}

extension PanelTable {
    fileprivate func content(isTrials: Bool, label: String) -> PageContent {
        let isNumeric = self.isNumeric
        return .fields([
            "label": .text(label), "isTrials": .flag(isTrials),
            "headings": .list(
                zip(headings, isNumeric).map {
                    .fields(["text": .text($0), "isText": .flag(!$1)])
                }),
            "rows": .html(rows.map { row in PanelTable.html(row, isNumeric) }.joined(separator: "\n")),
        ])
    }

    /// A row as HTML; there can be thousands of cells, which a template would take its time for.
    private static func html(_ row: Row, _ isNumeric: [Bool]) -> String {
        let cells = zip(row.cells, isNumeric).map { cell, isNumber in
            (isNumber ? "<td>" : "<td class=\"t\">") + cell.escapedForHTML + "</td>"
        }
        let about = row.trial.map { " data-id=\"t\($0)\"" } ?? ""
        return "<tr\(about)>" + cells.joined() + "</tr>"
    }
}

extension String {
    /// The first sentence and the rest.
    var leadingSentence: (lead: String, rest: String) {
        guard let end = range(of: ". ") else { return (self, "") }
        return (String(self[..<end.lowerBound]) + ".", String(self[end.upperBound...]))
    }
}
