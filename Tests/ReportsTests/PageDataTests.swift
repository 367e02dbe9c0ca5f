// The data that stands in a page: what a query of the store gives, within the page's size.

import Foundation
import Rendering
import Reports
import ResultStore
import Testing

@Suite struct PagesAsData {
    /// The page of a store as a file that is read back.
    private func read(_ html: String) throws -> StoredPage {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).html")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(html.utf8).write(to: file)
        return try StoredPage(contentsOf: file.path)
    }

    @Test(arguments: Query.Table.allCases)
    func whatIsReadBackIsWhatAQueryOfTheStoreGives(_ table: Query.Table) throws {
        let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
        try ReportedStudy(name: "one", failures: 2).record(in: store)
        try ReportedStudy(name: "two", trained: 0, isTimed: false).record(in: store)
        let findings = try store.studies().map { try StudyFindings($0, in: store) }
        let page = try read(page(findings)).store
        let columns = try page.columns(of: table)
        #expect(columns == (try store.query(Query(table)).columns))
        for query in [
            Query(table, columns: columns), Query(table, columns: columns, filter: "study_name = 'one'"),
            Query(table, columns: columns, filter: "id > 3", sort: ["-id"], limit: 2),
        ] {
            #expect(try page.query(query).markup.json == store.query(query).markup.json)
        }
    }

    @Test func aPageKnowsFrontsAndItsAnswer() throws {
        let store = try ReportedStudy().store()
        let findings = try StudyFindings(store.studies()[0], in: store)
        let page = try read(page([findings]))
        let front = Query(
            columns: ["id", "accuracy"], pareto: [ColumnOrder(better: "accuracy"), "latency_ms"])
        #expect(try page.store.query(front) == store.query(front))
        #expect(page.answers.map(\.trial) == [findings.answer.trial])
        #expect(page.answers.map(\.sentence) == [findings.answer.sentence])
    }

    @Test(arguments: [(200, 300_000, 20), (10_000, 2_000_000, 2000)])
    func aPageIsNoLargerThanItMayBe(_ trials: Int, _ most: Int, _ budget: Int) throws {
        var study = ReportedStudy(trials: trials, trained: min(60, trials))
        study.alpha = "{from: 1, to: 20, step: 1}"
        study.beta = "{from: 1, to: 6, step: 0.25}"
        study.gamma = "{from: 1, to: 4.875, step: 0.125}"
        study.budget = "{macs: \(budget)x, tolerance: 99.9%}"
        let findings = try study.findings()
        let start = ContinuousClock.now
        let html = page([findings])
        print("\(trials) trials: \(html.utf8.count) bytes, written in \(ContinuousClock.now - start)")
        #expect(html.utf8.count > most / 4)
        #expect(html.utf8.count < most)
        let read = try read(html)
        #expect(try read.store.query(Query(columns: ["id"])).rows.count == trials)
        // and: what it does without, it names; a full page has all
        let kept = try read.store.columns(of: .trials)
        let all = try #require(findings.tables[.trials]).columns
        let missing = all.filter { !kept.contains($0) }
        #expect(missing.isEmpty == (trials == 200), "\(missing)")
        for column in missing { #expect(html.contains(column)) }
        var options = ReportPage.Options()
        options.isFull = true
        let full = page([findings], options: options)
        #expect(try self.read(full).store.columns(of: .trials) == all)
    }

    @Test(arguments: [4, 25])
    func aPageOfManyStudiesIsNoLargerEither(_ studies: Int) throws {
        // 200 trials in all, every study with a law and all its panels
        let findings = try (1...studies).map { number in
            var study = ReportedStudy(
                name: "study \(number)", trials: 200 / studies, trained: 8)
            study.alpha = "{from: 1, to: 6, step: 1}"
            study.beta = "{from: 1, to: 4, step: 0.5}"
            study.budget = "{macs: 60x, tolerance: 99.9%}"
            return try study.findings()
        }
        let html = page(findings)
        print("\(studies) studies: \(html.utf8.count) bytes")
        #expect(html.utf8.count < 300_000)
        let read = try read(html)
        let rows = try read.store.query(Query(columns: ["id"])).rows.count
        #expect(rows == findings.reduce(0) { $0 + $1.trials.count })
        // What goes are panels, from the last on, the same in each study, and each says so; after all of them, columns.
        let hasAllColumns = try read.store.columns(of: .trials) == findings[0].tables[.trials]?.columns
        #expect(hasAllColumns || studies == 25)
        let withheld = html.components(separatedBy: "Left out, since the page").count - 1
        #expect(withheld > 0 && withheld.isMultiple(of: studies))
        #expect(html.contains("s\(studies)-front-title") == (studies < 25))
        #expect(html.contains("id=\"s\(studies)-trials\"") && html.contains("id=\"s\(studies)-provenance\""))
        var options = ReportPage.Options()
        options.isFull = true
        #expect(!page(findings, options: options).contains("Left out, since the page"))
    }

    @Test func aPageOfAThousandTrialsIsWrittenWithinASecond() throws {
        var study = ReportedStudy(trials: 1000, trained: 100)
        study.alpha = "{from: 1, to: 10, step: 1}"
        study.beta = "{from: 1, to: 4, step: 0.25}"
        study.gamma = "{from: 1, to: 3, step: 0.125}"
        study.budget = "{macs: 200x, tolerance: 99%}"
        let trained = try study.findings()
        study.trained = 0
        let store = try study.store()
        let record = try store.studies()[0]
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        // Gathered without a fit, and written with one: other tests run beside, so processor seconds count.
        let start = now()
        _ = try StudyFindings(record, in: store)
        let gathered = now()
        let bytes = page([trained]).utf8.count
        let seconds = now() - start
        print("1000 trials: gathered in \(gathered - start) s, \(bytes) bytes written in \(seconds) s")
        #expect(seconds > 0.001 && seconds < 1)
    }

    @Test func otherPagesAndOtherVersionsAreRefused() throws {
        #expect(throws: StoredPageError.self) { try read("<!DOCTYPE html>\n<html></html>") }
        let html = page([try ReportedStudy().findings()])
        let newer = html.replacing("{\"compound_report\": 1,", with: "{\"compound_report\": 2,")
        #expect(newer != html)
        let error = #expect(throws: StoredPageError.self) { try read(newer) }
        #expect(error?.description.contains("was written by another version of compound") == true)
        let cut = String(html.prefix(html.count / 2))
        #expect(throws: StoredPageError.self) { try read(cut) }
    }
}
