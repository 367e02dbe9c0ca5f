// The page: studies and their panels as one file of HTML that asks nobody for anything.

import Basics
import Figures
import Foundation
import Mustache
import Rendering

/// A report of studies.
package struct ReportPage {
    /// How large and how alive a page is.
    package struct Options: Hashable, Sendable {
        /// Whether every row, column and point is kept, however large the page becomes.
        package var isFull = false
        /// Whether the page asks for itself again every so many seconds, while somebody writes it anew; nil for never.
        package var refreshSeconds: Int?
        /// Whether a search works on these studies at this moment.
        package var isRunning = false

        /// A finished page of the usual size.
        package init() {}
    }

    private let studies: [StudyFindings]
    private let toolVersion: String
    private let options: Options

    /// What stands right before the data.
    static let dataOpening = "<script type=\"application/json\" id=\"data\">"

    /// A page of studies, in their order.
    package init(_ studies: [StudyFindings], toolVersion: String, options: Options = Options()) {
        self.options = options
        self.toolVersion = toolVersion
        self.studies = studies.map { study in
            var study = study
            study.tellsTrials = false
            return study
        }
    }

    /// The page. Costs a few hundred milliseconds for 1,000 trials.
    package var html: String {
        if options.isFull { return html(of: studies, PageThinning(), most: nil).html }
        let trials = studies.reduce(0) { $0 + $1.trials.count }
        let most = PageLimits.bytes(of: trials)
        var page = ""
        for thinning in PageThinning.steps {
            let thinned = studies.map { study in
                var study = study
                study.mostLines = PageLimits.lines / thinning.divisor
                if trials > PageLimits.allPoints || thinning.divisor > 1 {
                    study.mostPoints = PageLimits.points(of: trials) / thinning.divisor
                }
                return study
            }
            let (html, isWhole) = html(of: thinned, thinning, most: most)
            page = html
            if page.utf8.count <= most, isWhole || trials > PageLimits.allPoints { break }
        }
        return page
    }

    /// The page of so many bytes at most, as far as its data goes: that takes what all else leaves, and may be whole or not.
    private func html(
        of studies: [StudyFindings], _ thinning: PageThinning, most: Int?
    ) -> (html: String, hasAllData: Bool) {
        let sections = studies.enumerated().map {
            StudySection($1, number: $0 + 1, of: studies.count, without: thinning.withheld)
        }
        let bare = render(sections, data: PageData([], toolVersion: toolVersion, room: nil), json: "")
        let room = most.map { max(0, $0 - bare.utf8.count - PageLimits.reserve(for: studies.count)) }
        let data = PageData(studies, toolVersion: toolVersion, room: room)
        return (render(sections, data: data, json: data.json), data.studies.allSatisfy(\.leftOut.isEmpty))
    }

    private func render(_ sections: [StudySection], data: PageData, json: String) -> String {
        let assets = PageAssets.shared
        let style = Palette.css + SVGDrawing.style + assets.style
        let leftOut = data.studies.map(\.leftOut)
        return assets.template.render(
            PageContent.fields([
                "policy": .text(PageAssets.policy(style: style, script: assets.script)),
                "title": .text(title),
                "refresh": options.refreshSeconds.map { .text("\($0)") } ?? .none,
                "style": .html(style), "script": .html(assets.script),
                "version": .text(toolVersion),
                "running": .flag(options.isRunning), "isEmpty": .flag(studies.isEmpty),
                "index": studies.count > 1 ? .fields(["rows": .list(sections.map(\.indexRow))]) : .none,
                "studies": .list(
                    sections.enumerated().map { index, section in
                        section.content(leftOut: index < leftOut.count ? leftOut[index] : [])
                    }),
                "data": .html(ReportPage.dataOpening + json + "</script>"),
            ]))
    }

    private var title: String {
        switch studies.count {
        case 0: "An empty store"
        case 1: studies[0].study.name
        default: studies.count.counted("study", "studies")
        }
    }
}
