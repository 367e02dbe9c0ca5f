// The house stays in order: each outside world has one door, SQL stands in one module, and commands stay short.

import Foundation
import Testing

private let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources")

private func files() throws -> [(path: String, text: String)] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    return try names.filter { $0.hasSuffix(".swift") }.map {
        ($0, try String(contentsOf: sources.appendingPathComponent($0), encoding: .utf8))
    }
}

@Test(arguments: [
    ("GRDB", "ResultStore"), ("Yams", "Descriptions"), ("ArgumentParser", "compound"),
    ("SwiftProtobuf", "ModelExchange"), ("Subprocess", "ExternalTraining"), ("CLibPNG", "Datasets"),
    ("Mustache", "Reports"),
])
func everyOutsideWorldHasOneDoor(_ library: String, _ module: String) throws {
    let importing = try files().filter { $0.text.contains("\nimport \(library)\n") }
    #expect(!importing.isEmpty)
    for file in importing { #expect(file.path.hasPrefix(module + "/"), "\(file.path)") }
}

@Test func onlyTheStoreHoldsSQL() throws {
    let statement = /\b(SELECT|INSERT INTO|DELETE FROM|CREATE TABLE|ORDER BY|IS NOT NULL|PRAGMA)\b/
    let holding = try files().filter { $0.text.contains(statement) }
    #expect(!holding.isEmpty)
    for file in holding { #expect(file.path.hasPrefix("ResultStore/"), "\(file.path)") }
}

@Test func commandsAreShort() throws {
    for file in try files() where file.path.hasPrefix("compound/Commands/") {
        #expect(
            file.text.split(separator: "\n", omittingEmptySubsequences: false).count <= 201, "\(file.path)")
    }
}
