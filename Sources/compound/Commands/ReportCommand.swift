// compound report: what studies found, as one page to look at and to send to somebody.

import ArgumentParser
import Figures
import Foundation
import Networks
import Rendering
import Reports
import ResultStore
import Studies

/// Writes a page about the studies of stores, or one plot of it.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write what a study found as one HTML page, or one plot as SVG.",
        discussion: """
            The page holds everything: it asks nobody for anything, works from a file, on paper, on a telephone and \
            without scripts, and is the same to the byte for the same store. Without a study it has a section for each. \
            Its data stands in it; `compound query --store report.html` reads that back. Pages of many trials show \
            some points and columns and say so; --full keeps all.

            --watch writes the page anew while a search runs, and ends with it; a browser shows each as it comes.

            Plots: \(PanelKind.figureNames.joined(separator: ", ")).

            EXAMPLES
              compound report --output report.html
              compound report fashion-mnist --output report.html
              compound report --watch --output report.html
              compound report fashion-mnist --plot front --output front.svg
              compound report --store one.sqlite --store two.sqlite --full --output both.html
            """)

    @Argument(
        help: ArgumentHelp("The study, by name or id; all studies unless given.", valueName: "study"))
    var study: String?

    @OptionGroup var store: ReadStoreOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The file to write; report.html unless given, and standard output for a plot.", valueName: "file")
    )
    var output: String?

    @Flag(help: "Keep every row, column and point, however large the page becomes.")
    var full = false

    @Flag(help: "Write the page anew whenever the search records something, until it is over.")
    var watch = false

    @Option(help: ArgumentHelp("Write this plot alone, as SVG.", valueName: "name"))
    var plot: String?

    func validate() throws {
        guard let plot else { return }
        let names = PanelKind.figureNames
        if !names.contains(plot) {
            let nearest = plot.nearest(among: names).map { "did you mean \($0)? There are " } ?? "there are "
            throw ValidationError("no plot is called '\(plot)'; \(nearest)\(names.joined(separator: ", ")).")
        }
        if watch || full { throw ValidationError("--plot writes one plot; leave out --watch and --full.") }
    }

    func run() throws {
        let path = output ?? (plot == nil ? "report.html" : nil)
        try path.map { try OutputFile.check($0, mayBeDevice: !watch) }
        let store = try store.open()
        if let plot { return try write(plot, of: store, to: path) }
        let page = path ?? "report.html"
        watch ? try follow(store, to: page) : try write(store, to: page)
    }

    /// The studies that are asked for; throws where there is none of that name.
    private func chosen(of store: TrialStore) throws -> [StudyRecord] {
        let all = try store.studies()
        guard let study else { return all }
        if let found = all.last(where: { $0.id == study }) ?? all.last(where: { $0.name == study }) {
            return [found]
        }
        let names = all.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        guard !names.isEmpty else {
            throw OutputError("\(store.file) has no study yet; run compound search first.")
        }
        let remedy =
            study.nearest(among: names).map { "did you mean '\($0)'?" }
            ?? "it has \(names.prefix(8).map { "'\($0)'" }.joined(separator: ", "))\(names.count > 8 ? ", …" : "")."
        throw OutputError("\(store.file) has no study '\(study)'; \(remedy)")
    }

    private func write(_ plot: String, of store: TrialStore, to path: String?) throws {
        let studies = try chosen(of: store)
        guard let record = studies.last else {
            throw OutputError("\(store.file) has no study yet; run compound search first.")
        }
        if study == nil, studies.count > 1 {
            Output.note("note: of \(studies.count) studies the latest is plotted, '\(record.name)'.")
        }
        let findings = try StudyFindings(record, in: store)
        guard let drawn = PanelKind.figure(named: plot, of: findings) else { return }
        do {
            let figure = try drawn.get()
            try Output.write(SVGDrawing(isStandalone: true).text(figure), to: path)
        } catch let absent as AbsentFigure {
            throw OutputError("study '\(record.name)' has no plot '\(plot)'. \(absent)")
        }
        if let path { Output.note("wrote \(path)") }
    }

    private func write(_ store: TrialStore, to path: String) throws {
        let isRunning = SearchActivity.isGoingOn(in: store)
        let findings = try chosen(of: store).map { try StudyFindings($0, in: store) }
        let seconds = findings.reduce(0) { $0 + $1.fitSeconds }
        if seconds > 0.5 { Output.note("the fit took \(seconds.digits(1)) s") }
        var options = ReportPage.Options()
        options.isFull = full
        options.isRunning = isRunning
        let html = ReportPage(findings, toolVersion: toolVersion, options: options).html
        try Output.write(html, to: path)
        if findings.isEmpty { Output.note("note: \(store.file) has no study yet.") }
        Output.note(
            "wrote \(path): \(findings.count) stud\(findings.count == 1 ? "y" : "ies"), \((html.utf8.count + 999) / 1000) KB"
        )
    }

    /// Writes the page whenever a store has changed, until nobody has worked on one for a while or somebody asks to stop.
    private func follow(_ store: TrialStore, to path: String) throws {
        let interrupt = InterruptSignal(announce: {})
        var options = ReportPage.Options()
        options.isFull = full
        options.refreshSeconds = 3
        options.isRunning = true
        Output.note("writing \(path) whenever something is recorded; Ctrl-C ends this, and not the search")
        var (store, versions): (TrialStore, [Int]) = (store, [])
        var quietSince = ContinuousClock.now
        while !interrupt.isRequested, ContinuousClock.now - quietSince < .seconds(3) {
            if SearchActivity.isGoingOn(in: store) { quietSince = .now }
            let current = try store.sources.map { try $0.version() }
            if current != versions {
                if !versions.isEmpty { store = try TrialStore.reading(store.sources) }
                versions = current
                let findings = try chosen(of: store).map { try StudyFindings($0, in: store) }
                try Output.write(
                    ReportPage(findings, toolVersion: toolVersion, options: options).html, to: path)
            }
            Thread.sleep(forTimeInterval: 0.5)
        }
        try write(TrialStore.reading(store.sources), to: path)
    }
}
