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

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A database of trials; may be given several times. (default: \(StoreOptions.usual))",
            valueName: "file"))
    var store: [String] = []

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
        for name in store {
            if let refusal = TrialStore.refusal(ofName: name) { throw ValidationError("--store \(refusal)") }
        }
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
        let stores = try (store.isEmpty ? [StoreOptions.usual] : store).map {
            try TrialStore(noting: $0, access: .readOnly)
        }
        if let plot { return try write(plot, of: stores, to: path) }
        let page = path ?? "report.html"
        watch ? try follow(stores, to: page) : try write(stores, to: page)
    }

    /// The studies that are asked for, each with its store; throws where there is none of that name.
    private func chosen(of stores: [TrialStore]) throws -> [(study: StudyRecord, store: TrialStore)] {
        let all = try stores.flatMap { store in try store.studies().map { (study: $0, store: store) } }
        guard let study else { return all }
        if let found = all.last(where: { $0.study.id == study })
            ?? all.last(where: { $0.study.name == study })
        {
            return [found]
        }
        let names = all.map(\.study.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let files = stores.map(\.file).joined(separator: ", ")
        guard !names.isEmpty else {
            throw OutputError("\(files) has no study yet; run compound search first.")
        }
        let remedy =
            study.nearest(among: names).map { "did you mean '\($0)'?" }
            ?? "it has \(names.prefix(8).map { "'\($0)'" }.joined(separator: ", "))\(names.count > 8 ? ", …" : "")."
        throw OutputError("\(files) has no study '\(study)'; \(remedy)")
    }

    private func write(_ plot: String, of stores: [TrialStore], to path: String?) throws {
        let studies = try chosen(of: stores)
        guard let (record, store) = studies.last else {
            throw OutputError("\(stores[0].file) has no study yet; run compound search first.")
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

    private func write(_ stores: [TrialStore], to path: String) throws {
        let isRunning = stores.contains { SearchActivity.isGoingOn(in: $0.file) }
        let findings = try chosen(of: stores).map { try StudyFindings($0.study, in: $0.store) }
        let seconds = findings.reduce(0) { $0 + $1.fitSeconds }
        if seconds > 0.5 { Output.note("the fit took \(seconds.digits(1)) s") }
        var options = ReportPage.Options()
        options.isFull = full
        options.isRunning = isRunning
        let html = ReportPage(findings, toolVersion: toolVersion, options: options).html
        try Output.write(html, to: path)
        if findings.isEmpty { Output.note("note: \(stores[0].file) has no study yet.") }
        Output.note(
            "wrote \(path): \(findings.count) stud\(findings.count == 1 ? "y" : "ies"), \((html.utf8.count + 999) / 1000) KB"
        )
    }

    /// Writes the page whenever a store has changed, until nobody has worked on one for a while or somebody asks to stop.
    private func follow(_ stores: [TrialStore], to path: String) throws {
        let interrupt = InterruptSignal(announce: {})
        var options = ReportPage.Options()
        options.isFull = full
        options.refreshSeconds = 3
        options.isRunning = true
        Output.note("writing \(path) whenever something is recorded; Ctrl-C ends this, and not the search")
        var versions: [Int] = []
        var quietSince = ContinuousClock.now
        while !interrupt.isRequested, ContinuousClock.now - quietSince < .seconds(3) {
            if stores.contains(where: { SearchActivity.isGoingOn(in: $0.file) }) { quietSince = .now }
            let current = try stores.map { try $0.version() }
            if current != versions {
                versions = current
                let findings = try chosen(of: stores).map { try StudyFindings($0.study, in: $0.store) }
                try Output.write(
                    ReportPage(findings, toolVersion: toolVersion, options: options).html, to: path)
            }
            Thread.sleep(forTimeInterval: 0.5)
        }
        try write(stores, to: path)
    }
}
