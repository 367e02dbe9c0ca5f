// The words of a command line before any command runs: negative numbers, mistyped commands, the version, the manual page.

import Foundation
import Testing

@Suite struct CommandLines {
    @Test(arguments: [
        ["query", "--limit", "-1"], ["query", "--reward-target", "-3"], ["query", "--reward-target", "-inf"],
        ["show", "efficientnet-b0", "--width", "-1"], ["show", "efficientnet-b0", "--classes", "-10"],
        ["bench", "efficientnet-b0", "--batch", "-4"], ["bench", "efficientnet-b0", "--seconds", "-.5"],
        ["bench", "efficientnet-b0", "--threads", "-2"], ["search", "x.yaml", "--trials", "-1"],
        ["search", "x.yaml", "--epochs", "-1"],
        ["train", "efficientnet-b0", "--data", "shapes", "--rate", "-1"],
        ["fit", "--draws", "-5"], ["compare", "resnet-18", "resnet-50", "--time", "--batch", "-1"],
    ])
    func negativeNumbersMayStandApart(arguments: [String]) throws {
        let scratch = try Scratch()
        let apart = try CompoundTool.run(arguments, in: scratch)
        let joined = try CompoundTool.run(
            arguments.dropLast(2) + [arguments.suffix(2).joined(separator: "=")], in: scratch)
        #expect(apart.status == 64 && apart.errors == joined.errors)
        #expect(apart.errors.contains("is out of range; give "), "\(apart.errors)")
    }

    @Test func negativeNumbersThatAreGoodAreTaken() throws {
        let scratch = try Scratch()
        let scale = try CompoundTool.run(
            "scale", "efficientnet-b0", "--alpha", "1.2", "--beta", "1.1", "--gamma", "1.15", "--phi",
            "-1...1",
            "--format", "json", in: scratch)
        #expect(scale.status == 0 && scale.output.contains("\"phi\": -1.0"), "\(scale.errors)")
        // and: a missing value is still missing
        let missing = try CompoundTool.run("query", "--limit", "--best", in: scratch)
        #expect(missing.status == 64 && missing.errors.contains("Missing value for '--limit"))
    }

    @Test(arguments: [
        (["serach", "space.yaml"], "there is no command 'serach'; did you mean 'search'?"),
        (["help", "expotr"], "did you mean 'export'?"), (["qurey"], "did you mean 'query'?"),
        (["supervize"], "give one of search, submit, status, studies, "),
    ])
    func aMistypedCommandGetsTheNearest(arguments: [String], words: String) throws {
        let result = try CompoundTool.run(arguments, in: try Scratch())
        #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
    }

    @Test func theVersionSaysHowItWasBuiltAndWhatItRunsOn() throws {
        let version = try CompoundTool.run("--version", in: try Scratch())
        let line = /compound \d+\.\d+\.\d+ \((release|debug), (AVX-512|AVX2|portable kernels)\)\n/
        #expect(version.output.wholeMatch(of: line) != nil, "\(version.output)")
        // and: figures are stored with the number alone
        let show = try CompoundTool.run("export", "efficientnet-b0", "--format", "timm", in: try Scratch())
        #expect(!show.output.contains("AVX-512"))
    }

    @Test func theManualHasEveryCommandAndOption() throws {
        let scratch = try Scratch()
        let manual = try CompoundTool.run("manual", in: scratch)
        #expect(manual.status == 0 && manual.output.hasPrefix(".TH COMPOUND 1 "))
        let again = try CompoundTool.run("manual", in: scratch)
        #expect(again.output == manual.output)
        let help = try CompoundTool.run("--help", in: scratch)
        let names = help.output.split(separator: "\n").drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst()
            .prefix { $0.hasPrefix("  ") }.compactMap { $0.split(separator: " ").first }
            .filter { $0.allSatisfy { $0.isLowercase || $0 == "-" } }
        #expect(names.count > 10 && names.contains("search") && names.contains("bring-back"))
        for name in names where help.output.contains("\n  \(name) ") && name != "help" {
            let escaped = name.replacing("-", with: "\\-")
            #expect(manual.output.contains(".SS \"compound \(escaped)"), "\(name)")
        }
        #expect(manual.output.contains("\\fB\\-\\-retry\\-failed\\fR"))
        #expect(manual.output.contains("α") && !manual.output.contains("supervise"))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/groff"), "needs groff"))
    func theManualIsSetWithoutWarnings() throws {
        let scratch = try Scratch()
        _ = try CompoundTool.run("manual", in: scratch, output: scratch.path("compound.1"))
        for device in ["utf8", "ascii"] {
            let groff = Process()
            groff.executableURL = URL(fileURLWithPath: "/usr/bin/groff")
            groff.arguments = ["-Kutf8", "-man", "-ww", "-T\(device)", scratch.path("compound.1")]
            let errors = Pipe()
            groff.standardError = errors
            groff.standardOutput = FileHandle.nullDevice
            try groff.run()
            let said = try errors.fileHandleForReading.readToEnd() ?? Data()
            groff.waitUntilExit()
            #expect(groff.terminationStatus == 0 && said.isEmpty, "\(String(decoding: said, as: UTF8.self))")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsKnowTheCommands(shell: String) throws {
        let script = try CompoundTool.run("--generate-completion-script", shell, in: try Scratch())
        #expect(script.status == 0)
        for command in ["studies", "compare", "search"] { #expect(script.output.contains(command)) }
        #expect(!script.output.contains("supervise"))
    }
}
