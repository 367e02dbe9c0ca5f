// A panel of the report: a title, what is drawn, what is said about it, and the same as a table.

import Figures

/// One part of a page about one study; a pure function of the study's findings.
package struct Panel: Hashable, Sendable {
    /// A plain word, unique among the panels of a study.
    package var identifier: String
    /// The title.
    package var title: String
    /// What is to be seen, and how to read it; one or more sentences.
    package var caption = ""
    /// The plots, each with an identifier of its own.
    package var figures: [Figure] = []
    /// Short facts, each under a heading.
    package var facts: [Fact] = []
    /// Texts of many lines, such as commands, each under a heading.
    package var texts: [Fact] = []
    /// What the plots show, row by row.
    package var table: PanelTable?
    /// Why there is nothing to show, in one line; then there is no more than this.
    package var absence: String?

    /// A heading and what stands under it.
    package struct Fact: Hashable, Sendable {
        /// The heading.
        package var heading: String
        /// What stands under it.
        package var text: String

        init(_ heading: String, _ text: String) {
            self.heading = heading
            self.text = text
        }
    }

    /// A panel that has nothing to show, and why.
    static func absent(_ identifier: String, _ title: String, because reason: String) -> Panel {
        Panel(identifier: identifier, title: title, absence: reason)
    }

    /// What stands in its place where the page would become too large.
    var withheld: Panel {
        .absent(
            identifier, title,
            because:
                "Left out, since the page would become too large; a report of this study alone has it, and one with --full."
        )
    }
}

/// A table of a panel, its cells as a person reads them.
package struct PanelTable: Hashable, Sendable {
    /// The headings, with units.
    package var headings: [String]
    /// The rows.
    package var rows: [Row] = []

    /// A row, which may be about a trial.
    package struct Row: Hashable, Sendable {
        /// As many cells as there are headings.
        package var cells: [String]
        /// The number of the trial that it is about, or nil.
        package var trial: Int?
    }

    /// A table without rows.
    init(_ headings: [String]) { self.headings = headings }

    /// Adds a row.
    mutating func append(_ cells: [String], trial: Int? = nil) {
        rows.append(Row(cells: cells, trial: trial))
    }

    /// Whether each column holds numbers alone, which stand to the right.
    package var isNumeric: [Bool] {
        headings.indices.map { column in
            rows.allSatisfy { row in
                row.cells[column].isEmpty
                    || row.cells[column].unicodeScalars.first.map {
                        "+-−×≤0123456789".unicodeScalars.contains($0)
                    }
                        == true
            }
        }
    }
}
