// The page as a whole: well-formed, by itself, the same every time, whatever its studies are called.

import Basics
import Foundation
import Reports
import ResultStore
import Testing

@Suite struct Pages {
    /// A study that has something for every panel.
    private static let full = ReportedStudy(latencyBound: 1.2, isProfiled: true)

    @Test func aPageIsWellFormedAndItsIdentifiersAreUnique() throws {
        let findings = try Self.full.findings()
        let page = page([findings, findings])
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        let elements = try elements(of: page)
        let identifiers = elements.compactMap { $0.attributes["id"] }
        #expect(identifiers.count > 40)
        #expect(Set(identifiers).count == identifiers.count)
        for element in elements where element.name == "a" {
            guard let target = element.attributes["href"], target.hasPrefix("#") else { continue }
            #expect(identifiers.contains(String(target.dropFirst())), "\(target)")
        }
    }

    @Test func everyPlotHasATitleADescriptionAndATable() throws {
        let page = page([try Self.full.findings()])
        let elements = try elements(of: page)
        let plots = elements.indices.filter { elements[$0].name == "svg" }
        #expect(plots.count == 2 * PanelKind.figureNames.count)
        for plot in plots {
            let inside = elements.filter { $0.path.last == plot }
            #expect(inside.contains { $0.name == "title" && !$0.text.isEmpty })
            #expect(inside.contains { $0.name == "desc" && !$0.text.isEmpty })
            let panel = elements[plot].path.last { elements[$0].attributes["class"] == "panel" }
            #expect(
                elements.contains { $0.name == "tbody" && $0.path.contains(panel ?? -1) && !$0.text.isEmpty })
        }
    }

    @Test func aPageAsksNobodyForAnything() throws {
        let page = page([try Self.full.findings()])
        for element in try elements(of: page) {
            #expect(element.attributes["style"] == nil, "\(element)")
            for (name, value) in element.attributes where ["href", "src", "action"].contains(name) {
                #expect(value.hasPrefix("#") || value.hasPrefix("data:image/svg+xml,"), "\(value)")
            }
            for name in element.attributes.keys { #expect(!name.hasPrefix("on"), "\(name)") }
        }
        let addresses = page.matches(of: /https?:\/\/[^'"\s)]+/).map { String($0.output) }
        #expect(Set(addresses) == ["http://www.w3.org/2000/svg"])
        #expect(!page.contains("url("))
        #expect(!page.contains("@import"))
    }

    @Test func thePolicyNamesTheVeryStyleAndScript() throws {
        let page = page([])
        let policy =
            try elements(of: page).first {
                $0.attributes["http-equiv"] == "Content-Security-Policy"
            }?.attributes["content"] ?? ""
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(!policy.contains("unsafe"))
        for (directive, tag) in [("style-src", "<style>"), ("script-src", "<script>")] {
            let begin = try #require(page.range(of: tag)).upperBound
            let end = try #require(page.range(of: "</", range: begin..<page.endIndex)).lowerBound
            let hash = Data(SHA256.digest(of: page[begin..<end].utf8)).base64EncodedString()
            #expect(policy.contains("\(directive) 'sha256-\(hash)'"))
        }
    }

    @Test(arguments: [
        "</script><script>alert(1)</script>", "\" onmouseover=\"alert(1)",
        "\"\u{301} autofocus onfocus=\"alert(1)",
        "it's <b>&amp;</b> \u{2028}\u{2029}", "\u{202e}drawkcab", "🍕👩‍🚀", "{{{data}}} {{title}}", "]]>",
        "a\u{1}b\u{7}",
    ])
    func aHostileNameIsTextEverywhere(_ name: String) throws {
        var study = Self.full
        study.name = name
        let findings = try study.findings()
        #expect(findings.study.name == name)
        let page = page([findings, findings])
        let elements = try elements(of: page)
        let shown = String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { $0.value < 0x20 ? "\u{fffd}" : $0 }))
        #expect(elements.contains { $0.name == "bdi" && $0.text == shown })
        #expect(elements.filter { $0.name == "script" }.count == 2)
        #expect(!elements.contains { $0.attributes["autofocus"] != nil || $0.name == "b" })
        // and: read back, it is the name itself
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).html")
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(page.utf8).write(to: folder)
        let read = try StoredPage(contentsOf: folder.path)
        #expect(read.answers.map(\.name) == [name, name])
        let names = try read.store.query(Query(columns: ["study_name"], limit: 1)).rows
        #expect(names == [[.text(name)]])
    }

    @Test func thePageOfAnEmptyStoreSaysWhatToDo() throws {
        let elements = try elements(of: page([]))
        #expect(elements.contains { $0.name == "h1" && $0.text == "Nothing here yet" })
        #expect(elements.contains { $0.name == "p" && $0.text.contains("Run compound search with it") })
    }

    @Test func onlyAWatchedPageAsksForItself() throws {
        let findings = try ReportedStudy().findings()
        var options = ReportPage.Options()
        #expect(!page([findings], options: options).contains("http-equiv=\"refresh\""))
        options.refreshSeconds = 3
        options.isRunning = true
        let watched = page([findings], options: options)
        #expect(watched.contains("<meta http-equiv=\"refresh\" content=\"3\"/>"))
        #expect(watched.contains("A search is running"))
    }

    @Test func aPageIsTheSameEveryTime() throws {
        let first = page([try Self.full.findings()])
        #expect(try first == page([Self.full.findings()]))
    }

    @Test func severalStudiesHaveAnIndex() throws {
        let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
        try ReportedStudy(name: "one").record(in: store)
        try ReportedStudy(name: "two", trained: 0).record(in: store)
        let findings = try store.studies().map { try StudyFindings($0, in: store) }
        let elements = try elements(of: page(findings))
        let links = elements.filter { $0.attributes["href"] == "#s1" || $0.attributes["href"] == "#s2" }
        #expect(links.map(\.text) == ["one", "two"])
        #expect(elements.filter { $0.attributes["class"] == "study" }.count == 2)
    }
}
