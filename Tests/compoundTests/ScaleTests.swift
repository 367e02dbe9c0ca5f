// Scaling down: φ below zero is a number like any other.

import Foundation
import Testing

@Suite struct ScaleTests {
    private let paper = [
        "efficientnet-b0", "--alpha", "1.2", "--beta", "1.1", "--gamma", "1.15", "--format", "json",
    ]

    private func scale(_ arguments: [String], in scratch: Scratch) throws -> CompoundTool.Result {
        try CompoundTool.run(["scale"] + arguments, in: scratch)
    }

    @Test(arguments: [
        (["--phi", "-1"], [-1]), (["--phi", "-1,0,1"], [-1, 0, 1]),
        (["--phi", "-2...2"], [-2, -1, 0, 1, 2]),
        (["--phi=-2...-1"], [-2, -1]), (["--phi", "-0.5"], [-0.5]), (["--phi", "-1e0"], [-1]),
    ])
    func phiMayBeNegative(arguments: [String], values: [Double]) throws {
        let scratch = try Scratch()
        let result = try scale(paper + arguments, in: scratch)
        #expect(result.status == 0, "\(result.errors)")
        let rows = try #require(try result.json() as? [[String: Any]])
        #expect(rows.compactMap { $0["phi"] as? Double } == values)
        if values == [-1] { #expect(rows[0]["resolution"] as? Int == 195 && rows[0]["blocks"] as? Int == 16) }
    }

    @Test func whatIsNoExponentIsRefused() throws {
        let scratch = try Scratch()
        for phi in ["-", "2...-2", "-1,", "nan", "--alpha"] {
            let result = try scale(paper + ["--phi", phi], in: scratch)
            #expect(result.status == 64 && result.errors.contains("--phi"), "\(result.errors)")
        }
        let negative = try scale(
            ["efficientnet-b0", "--alpha", "-1.2", "--beta", "1", "--gamma", "1"], in: scratch)
        #expect(negative.errors.contains("--alpha -1.2 is no factor; give a number above 0, such as 1.2."))
        let export = try CompoundTool.run(
            "export", "efficientnet-b0", "--from-fit", "none.yaml", "--phi", "-1", in: scratch)
        #expect(
            export.status == 1 && export.errors.contains("none.yaml: there is no such file"),
            "\(export.errors)")
    }
}
