// Files that are no descriptions at all, and files made to hang or crash a reader.

import CompoundSearch
import Descriptions
import Foundation
import Networks
import Testing

@Test(arguments: [
    ("", "n.yaml: the file is empty; describe a network or a search space in it."),
    ("# only a comment\n", "n.yaml: the file is empty; describe a network or a search space in it."),
    ("---\n", "n.yaml: the file is empty; describe a network or a search space in it."),
    (
        "hello",
        "n.yaml:1: the file is 'hello'; give a mapping of \(networkKeys)."
    ),
    ("name: a\n---\nname: b\n", "n.yaml:2: a second document begins here; keep one document in a file."),
    (
        "name: a\nstem: {channels: 3\n",
        """
        n.yaml:3: this is not YAML: did not find expected ',' or '}' while parsing a flow mapping \
        that begins in line 2; correct the syntax.
        """
    ),
    (
        "name: a\n\tstem: 3\n",
        """
        n.yaml:2: this is not YAML: found a tab character that violates indentation while scanning \
        a plain scalar that begins in line 1; correct the syntax.
        """
    ),
    (
        "name: a\n  b: c\n",
        "n.yaml:2: this is not YAML: mapping values are not allowed in this context; correct the syntax."
    ),
    (
        "name: a\nb: \u{1}\n",
        "n.yaml:2: this is not text: control characters are not allowed; remove the character."
    ),
    ("a: &a [1]\nb: *a\n", "n.yaml:2: aliases such as '*name' are not read; write the values out."),
    ("a: &a [*a]\n", "n.yaml:1: aliases such as '*name' are not read; write the values out."),
    ("a: &a 1\n# \u{2028}b: *a\n", "n.yaml:2: aliases such as '*name' are not read; write the values out."),
    ("'\n# ': *a\n", "n.yaml:2: aliases such as '*name' are not read; write the values out."),
])
func whatIsNoDescriptionIsNamed(_ yaml: String, _ message: String) {
    #expect(networkError(yaml) == message)
}

@Test func asterisksInCommentsAreNoAliases() {
    #expect(networkError("# see *this*\n" + small + " # and *that*\n") == "")
}

@Test func windowsLineEndsAndAByteOrderMarkAreRead() {
    let windows = "\u{feff}" + small.replacingOccurrences(of: "\n", with: "\r\n")
    #expect(networkError(windows) == "")
    #expect(
        networkError(windows.replacingOccurrences(of: "repeats: 2", with: "repeats: x"))
            == "n.yaml:6: repeats is 'x'; give a whole number.")
    #expect(
        networkError(windows.replacingOccurrences(of: "repeats: 2", with: "repeats: *x"))
            == "n.yaml:6: aliases such as '*name' are not read; write the values out.")
}

@Test func aMebibyteOfAnythingIsReadOrRefusedSoon() {
    func fill(_ piece: String) -> String { String(repeating: piece, count: (1 << 20) / piece.utf8.count) }
    let deep = "the nesting is absurdly deep; remove the surplus brackets or dashes."
    #expect(networkError(fill("[")) == "n.yaml:1: \(deep)")
    #expect(networkError(fill("{a: ")) == "n.yaml:1: \(deep)")
    #expect(networkError(fill("- ")) == "n.yaml:1: \(deep)")
    #expect(networkError(fill("? ")) == "n.yaml:1: \(deep)")
    #expect(
        networkError(fill("a") + "a")
            == "n.yaml: the file is larger than 1 MiB, which no description is; check the path.")
    #expect(networkError(fill("\"")).hasPrefix("n.yaml:1: "))
    #expect(
        networkError("base: " + fill("a").dropLast(6)).hasSuffix("'compound show --list' names them all."))
    #expect(networkError(fill("a").dropLast(6) + ": 1").hasPrefix("n.yaml:1: this is not YAML: "))
    #expect(networkError("[" + fill("1,").dropLast(2) + "]").hasPrefix("n.yaml:1: the file is a list; "))
    #expect(
        networkError("stages:\n" + fill("- {}\n").dropLast(8)).hasPrefix("n.yaml:1: the file lacks 'name'"))
    let keys = (0..<90_000).map { "k\($0): 1\n" }.joined()
    #expect(networkError(keys).hasPrefix("n.yaml:1: the key 'k0' is unknown; "))
    let nested = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(networkError("? \(nested)\n: 1\n? \(nested)\n: 1\n").hasPrefix("n.yaml:1: "))
}

@Test func filesThatCannotBeReadAreNamed() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func error(_ bytes: [UInt8]?) throws -> String {
        if let bytes { try Data(bytes).write(to: URL(filePath: folder + "/n.yaml")) }
        let error = #expect(throws: DescriptionError.self) {
            try Architecture(contentsOf: folder + "/n.yaml")
        }
        return try #require(error).description.replacingOccurrences(of: folder + "/", with: "")
    }
    #expect(try error(nil) == "n.yaml: there is no such file; check the path.")
    #expect(try error([]) == "n.yaml: the file is empty; describe a network or a search space in it.")
    #expect(try error([0x61, 0xff]) == "n.yaml: the file is not UTF-8 text; save it as UTF-8.")
    #expect(
        try error([0xff, 0xfe, 0x61, 0x00]) == "n.yaml: the file is not UTF-8 text; save it as UTF-8.")
    #expect(
        try error([0x61, 0x00])
            == "n.yaml:1: this is not text: control characters are not allowed; remove the character.")
    #expect(
        try error([UInt8](repeating: 0xe2, count: 1 << 21))
            == "n.yaml: the file is larger than 1 MiB, which no description is; check the path.")
    let directory = #expect(throws: DescriptionError.self) { try SearchSpace(contentsOf: folder) }
    #expect(directory?.description == "\(folder): this is a directory; name a file in it.")
}

/// How many mutated documents are read: `FUZZ=1000000 swift test … --filter mutatedDocuments` reads a million.
private let mutations = ProcessInfo.processInfo.environment["FUZZ"].flatMap { Int($0) } ?? 40_000

@Test func mutatedDocumentsAreReadOrRefused() throws {
    let seed = SeededRandom.newSeed()
    print("mutated documents of seed \(seed)")
    var random = SeededRandom(seed: seed)
    let export = CandidateExport(try Network(PublishedNetworks.architecture(named: "se-resnet-18")))
    let spaces = [
        "{name: a, baseline: resnet-18, alpha: {from: 1, to: 2, step: 0.1}, beta: [1], gamma: 1, budget: 2x}",
        """
        name: all
        baseline: {base: resnet-18, classes: 10}
        alpha: {from: 1, to: 2}
        beta: {values: [1, 2]}
        gamma: {from: 1.5, to: 1.5, step: 0.1}
        phi: {from: 0, to: 7, step: 1}
        budget: {macs: 0.78G, tolerance: 10%, parameters: 12M, peak_memory: 64MiB, latency_ms: 30}
        rules: {depth: round, resolution_multiple: 32}
        measure: {latency: true, threads: 2, batch: 8, seconds: 2.5}
        objective: {maximize: accuracy}
        """,
    ]
    let networks = [small, export.yaml, export.json, export.network.architecture.yaml]
    let pieces = [
        "{", "}", "[", "]", ":", ": ", ",", "\n", "  ", "- ", "\"", "'", "#", "*", "&a ", "!x ", "|", ">",
        "?",
        "null", "-1", "0", "1e308", "1e-308", ".nan", "9223372036854775807", "%", "x", "é", "\u{0}", "\t",
        "---", "base", "se", "none", "1048576", "10000", "16384",
    ].map { Array($0.utf8) }
    var accepted = 0
    var refused = 0
    for round in 0..<mutations {
        let isSpace = round % 2 == 0
        var bytes = Array((isSpace ? spaces : networks).randomElement(using: &random)!.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, at + Int.random(in: 0...6, using: &random))
            switch Int.random(in: 0...3, using: &random) {
            case 0: bytes.replaceSubrange(at..<end, with: pieces.randomElement(using: &random)!)
            case 1: bytes.insert(contentsOf: pieces.randomElement(using: &random)!, at: at)
            case 2: bytes.removeSubrange(at..<end)
            default:
                // A number grows by digits wherever one stands.
                if let digit = bytes[at...].firstIndex(where: { 48...57 ~= $0 }) {
                    bytes.insert(contentsOf: bytes[digit...digit], at: digit)
                }
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(DescriptionError) {
            if isSpace {
                let space = try SearchSpace(yaml: text, file: "f.yaml")
                // What was read can be walked.
                for (_, axis) in space.axes {
                    if let values = axis.gridValues { _ = values[values.count - 1] }
                }
            } else {
                let network = try Architecture(yaml: text, file: "f.yaml")
                let again = try Architecture(yaml: network.yaml, file: "f.yaml")
                #expect(again == network, "seed \(seed), round \(round)")
            }
            accepted += 1
        } catch {
            #expect(error.file == "f.yaml" && !error.sentence.isEmpty, "seed \(seed), round \(round)")
            #expect(!error.description.contains("\n"), "seed \(seed), round \(round)")
            refused += 1
        }
    }
    print("\(accepted) mutated documents were read, \(refused) refused")
    #expect(accepted > 1000)
    #expect(refused > 10_000)
}
