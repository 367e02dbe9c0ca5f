// What counts as a report among the lines of a program.

import ExternalTraining
import Foundation
import Testing

/// The output of a program that is read in pieces of so many bytes.
private func output(_ text: some Sequence<UInt8>, pieces: Int = 1 << 20) -> TrainerOutput {
    var output = TrainerOutput()
    let bytes = Array(text)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
        bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes { output.add($0) }
    }
    output.finish()
    return output
}

private func report(_ text: String, pieces: Int = 1 << 20) throws -> TrainerReport? {
    try output(text.utf8, pieces: pieces).report.map(TrainerReport.init(line:))
}

@Suite struct TrainerReports {
    @Test(arguments: [
        "{\"accuracy\": 0.25}", "{\"accuracy\": 0.25}\n", "{\"accuracy\": 0.25}\r\n",
        "{\"accuracy\": 0.25}\r",
        "\u{feff}{\"accuracy\": 0.25}\n", "  {\"accuracy\": 25e-2 , \"x\": [1, {\"accuracy\": 2}]}\t\n",
        "{\"accuracy\": 0.9}\n{\"accuracy\": 0.25}\nbye\n{\"epoch\": 3}\n{}\n[1]\n{\"best\": {\"accuracy\": 1}}\n",
        "10%|#\r99%|#########\r{\"accuracy\": 0.25}\n",
        "\u{1b}[2K\u{1b}[1G\u{1b}[32m{\"accuracy\": 0.25}\u{1b}[0m\n",
        "\u{1b}]0;title\u{7}{\"accuracy\": 0.25}\n", "\u{0}{\"accuracy\": 0.25}\n",
        "{\"note\": \"a\u{2028}b\", \"accuracy\": 0.25}\n",
        "{\"accuracy\": 0.25}\n\"accuracy\": 0.9 was the best\n"
            .replacing("\n\"", with: "\nan "),
    ])
    func theLastObjectWithAnAccuracyCounts(_ text: String) throws {
        for pieces in [1, 7, 1 << 20] {
            #expect(try report(text, pieces: pieces)?.accuracy == 0.25, "\(pieces)")
        }
    }

    @Test func whatIsNoNumberIsUnknownWhereItMayBe() throws {
        let read = try report(
            "{\"accuracy\": 0.85, \"loss\": 0.61}\n"
                + "{\"accuracy\": 0.1, \"loss\": NaN, \"images_per_second\": Infinity, \"test_accuracy\": null}\n"
        )
        #expect(read?.accuracy == 0.1)
        #expect(read?.loss == nil && read?.imagesPerSecond == nil && read?.testAccuracy == nil)
        #expect(try report("{\"accuracy\": 1, \"loss\": -Infinity}")?.loss == nil)
        #expect(try report("{\"accuracy\": 0, \"loss\": 2.5, \"images_per_second\": 0}")?.loss == 2.5)
        #expect(
            try report("{\"accuracy\": 1, \"images_per_second\": 12, \"test_accuracy\": 0.5}")?.testAccuracy
                == 0.5)
    }

    @Test(arguments: [
        ("NaN", "an accuracy of NaN, which is no share from 0 to 1"), ("Infinity", "an accuracy of Infinity"),
        ("-Infinity", "an accuracy of -Infinity"), ("7", "an accuracy of 7, which is no share from 0 to 1"),
        ("93.1", "an accuracy of 93.1,"), ("-0.1", "an accuracy of -0.1,"),
        ("1.0000000000000002", "an accuracy of 1.0000000000000002,"),
        ("\"high\"", "an accuracy of \"high\", which is no number"),
        ("\"0.9\"", "\"0.9\", which is no number"),
        ("true", "an accuracy of true, which is no number"),
        ("null", "an accuracy of null, which is no number"),
        ("[0.9]", "which is no number"), ("{}", "which is no number"), ("1e999", "which is no number"),
        ("0.9, \"test_accuracy\": NaN", "a test_accuracy of NaN, which is no share"),
        ("0.9, \"test_accuracy\": 50", "a test_accuracy of 50, which is no share"),
        ("0.9, \"loss\": \"low\"", "a loss of \"low\", which is no number"),
        ("0.9, \"images_per_second\": true", "an images_per_second of true, which is no number"),
        ("0.9", "a line that is no JSON object, {\"accuracy\": 0.9"),
    ])
    func aWrongReportIsAFailureByNameAndNoOlderOneCounts(_ value: String, _ predicate: String) throws {
        let isCut = predicate.hasPrefix("a line")
        let text = "{\"accuracy\": 0.85}\n{\"accuracy\": \(value)\(isCut ? "" : "}")\ndone\n"
        let refusal = #expect(throws: TrainerReport.Refusal.self) { try report(text) }
        #expect(refusal?.predicate.contains(predicate) == true, "\(refusal?.predicate ?? "")")
    }

    @Test func anObjectOfSeveralLinesIsAFailureByName() {
        let text = "{\"accuracy\": 0.85}\n{\n  \"accuracy\": 0.1\n}\n"
        let refusal = #expect(throws: TrainerReport.Refusal.self) { try report(text) }
        #expect(refusal?.predicate.contains("a whole one in one line") == true)
    }

    @Test func aReportCountsHoweverMuchComesAroundIt() throws {
        let noise = String(repeating: "x", count: 100) + "\r"
        let much = String(repeating: noise, count: 30_000) + "\n"
        #expect(try report(much + "{\"accuracy\": 0.5}\n" + much)?.accuracy == 0.5)
        // A line may be long itself.
        let history = Array(repeating: "0.125", count: 400_000).joined(separator: ", ")
        #expect(try report("{\"history\": [\(history)], \"accuracy\": 0.5}\n" + much)?.accuracy == 0.5)
        // What is not text in a path does not hide the number.
        let latin = Array("{\"file\": \"caf".utf8) + [0xe9] + Array("\", \"accuracy\": 0.5}\n".utf8)
        #expect(try output(latin).report.map(TrainerReport.init(line:))?.accuracy == 0.5)
    }

    @Test func aLineWithoutEndIsBoundedAndNoOlderOneCounts() {
        var output = TrainerOutput()
        Array("{\"accuracy\": 0.85}\n{\"accuracy\": 0.1, \"history\": \"".utf8).withUnsafeBytes {
            output.add($0)
        }
        let much = [UInt8](repeating: 120, count: 1 << 20)
        for _ in 0..<20 { much.withUnsafeBytes { output.add($0) } }
        output.finish()
        #expect(output.text.utf8.count == 1 << 16)
        #expect(throws: TrainerReport.Refusal.self) { try TrainerReport(line: output.report ?? "") }
    }

    @Test func theSupervisorsWordIsNotTheProgramsAndTheLastOneCounts() {
        let ending = "\u{1e}{\"exited\":{\"status\":3,\"left\":0}}\n"
        let read = output("hello\n\u{1e}{\"late\":{}}\n\(ending)".utf8)
        #expect(read.ending == .exited(status: 3, left: 0))
        #expect(output("hello\n".utf8).ending == nil)
        #expect(output("hello\n\(ending)".utf8).text == "hello\n")
    }
}
