// The panels of a study's section, in their order: the one list that the page, the names of single plots and the tests go by.

import Figures

/// A kind of panel.
package struct PanelKind: Sendable {
    /// Its name, which is its identifier.
    package let name: String
    /// The identifiers of the plots that it can have.
    package let figures: [String]
    /// The panel of a study's findings.
    package let panel: @Sendable (StudyFindings) -> Panel

    init(
        _ name: String, figures: [String] = [], _ panel: @escaping @Sendable (StudyFindings) -> Panel
    ) {
        self.name = name
        self.figures = figures
        self.panel = panel
    }

    /// All kinds, in the order of the page.
    package static let all: [PanelKind] = [
        answer, ladder, front, plane, certainty, funnel, curves, parallel, layers, noise, trials, provenance,
    ]

    /// The names of all plots, in the order of the page.
    package static var figureNames: [String] { all.flatMap(\.figures) }

    /// The plot of that name, or why the findings have none; nil where no panel has such a plot.
    package static func figure(named name: String, of findings: StudyFindings) -> Result<
        Figure, AbsentFigure
    >? {
        guard let kind = all.first(where: { $0.figures.contains(name) }) else { return nil }
        let panel = kind.panel(findings)
        if let figure = panel.figures.first(where: { $0.identifier == name }) { return .success(figure) }
        return .failure(AbsentFigure(description: panel.absence ?? "This study has no data for it."))
    }
}

/// Why a plot cannot be drawn, in one sentence.
package struct AbsentFigure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    package let description: String
}
