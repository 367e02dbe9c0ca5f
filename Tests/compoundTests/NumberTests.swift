// Every number of the command line, at and past its limits: one sentence and 64 or 1, at once, never a trap.

import Foundation
import Testing

/// What an option's number may be.
private enum Limits {
    /// Whole numbers of a range.
    case whole(Int, Int)
    /// Numbers of a range.
    case number(Double, Double)
    /// Something else, of which no number may trap.
    case other

    /// The limits as they are written, and what lies just past them.
    var inside: [String] {
        switch self {
        case .whole(let low, let high): ["\(low)", "\(high)"]
        case .number(let low, let high): ["\(low)", "\(high)"]
        case .other: []
        }
    }

    var outside: [String] {
        switch self {
        case .whole(let low, let high):
            ["\(low - 1)"] + (high < .max ? ["\(high + 1)"] : []) + ["nan", "1e30"]
        case .number(let low, let high): ["\(low.nextDown)", "\(high.nextUp)", "nan", "inf", "-inf", "1e30"]
        case .other: []
        }
    }
}

private let factors: [String: Limits] = [
    "width": .number(0.000_001, 10_000), "depth": .number(0.000_001, 10_000),
    "resolution": .number(0.5, 16_384),
    "classes": .whole(1, 1_048_576), "channels": .whole(1, 4096),
]

/// The options that take a number, by command; the words before them let the command fail once they are read.
private let table: [(command: String, words: [String], options: [String: Limits])] = [
    (
        "search", ["nosuch.yaml"],
        ["trials": .whole(1, .max), "seed": .other, "shard": .other, "threads": .other]
    ),
    (
        "query", ["--store", "nosuch.sqlite", "--reward-target", "10"],
        ["limit": .whole(1, .max), "reward-exponent": .number(-100, 100)]
    ),
    ("query", ["--store", "nosuch.sqlite"], ["reward-target": .number(0.0001, 86_400_000)]),
    (
        "fit", ["--store", "nosuch.sqlite"],
        [
            "budget": .number(0.001, 1_000_000), "validation-images": .whole(1, 1_000_000_000),
            "replicates": .whole(100, 1_000_000), "seed": .other,
        ]
    ),
    ("export", ["nosuch"], factors),
    ("export", ["nosuch"], ["seed": .other]),
    ("export", ["--from-fit", "nosuch.yaml"], ["phi": .number(-100, 100)]),
    (
        "show", ["nosuch"],
        factors.merging(["batch": .whole(1, 4096), "threads": .whole(1, 1024)]) { _, new in new }
    ),
    ("scale", ["nosuch", "--alpha", "1", "--beta", "1", "--gamma", "1"], factors),
    ("scale", ["nosuch"], ["alpha": .other, "beta": .other, "gamma": .other, "phi": .other]),
    (
        "bench", ["nosuch"],
        factors.merging(["batch": .whole(1, 4096), "seconds": .number(0.001, 86_400), "threads": .other]) {
            _, new in new
        }
    ),
    (
        "train", ["nosuch", "--data", "nosuch"],
        factors.merging([
            "images": .whole(1, 1_000_000_000), "validation": .whole(0, 1_000_000_000),
            "image-size": .whole(1, 8192), "epochs": .whole(1, 100_000),
            "batch": .whole(2, 65_536), "rate": .other,
            "weight-decay": .other, "label-smoothing": .other, "dropout": .other, "drop-path": .other,
            "ema": .other, "shift": .whole(0, 1000), "seed": .other, "threads": .other,
        ]) { _, new in new }
    ),
    (
        "run", ["nosuch", "--weights", "nosuch", "--input", "nosuch"],
        factors.merging(["top": .other, "threads": .other, "mean": .other, "deviation": .other]) { _, new in
            new
        }
    ),
]

/// Options that take no number.
private let words: Set<String> = [
    "strategy", "store", "instruction-set", "format", "table", "where", "sort", "pareto", "columns", "study",
    "output", "objective", "from-fit", "weights", "mode", "optimizer", "schedule", "data", "state", "input",
    "reason",
]

private let hostile = [
    "nan", "inf", "-inf", "1e30", "-0", "0", "-1", "1e-320", "4294967296", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "", "1/9223372036854775807", "0...9223372036854775807",
]

@Suite struct Numbers {
    @Test func everyOptionIsInTheTable() throws {
        let scratch = try Scratch()
        let dump = try #require(
            try CompoundTool.run("--experimental-dump-help", in: scratch).json() as? [String: Any])
        let root = try #require(dump["command"] as? [String: Any])
        for command in try #require(root["subcommands"] as? [[String: Any]]) {
            let name = try #require(command["commandName"] as? String)
            let rows = table.filter { $0.command == name }
            for argument in command["arguments"] as? [[String: Any]] ?? []
            where argument["kind"] as? String == "option" {
                let preferred = try #require(argument["preferredName"] as? [String: Any])
                let option = try #require(preferred["name"] as? String)
                #expect(
                    words.contains(option) || rows.contains { $0.options[option] != nil },
                    "\(name) --\(option) has no row")
            }
        }
    }

    @Test(arguments: table.indices) func numbersAreHeldAgainstTheirLimits(_ row: Int) throws {
        let scratch = try Scratch()
        let (command, words, options) = table[row]
        for (option, limits) in options {
            for number in limits.inside {
                let (_, errors) = try run([command] + words + ["--\(option)=\(number)"], in: scratch)
                #expect(!errors.contains("--\(option)"), "\(command) --\(option)=\(number): \(errors)")
            }
            for number in limits.outside {
                let (status, errors) = try run([command] + words + ["--\(option)=\(number)"], in: scratch)
                #expect(status == 64, "\(command) --\(option)=\(number): \(errors)")
                #expect(errors.contains("--\(option)"), "\(command) --\(option)=\(number): \(errors)")
            }
            guard case .other = limits else { continue }
            for number in hostile { _ = try run([command] + words + ["--\(option)=\(number)"], in: scratch) }
        }
    }

    @Test func factorsOfARealNetworkEndInASentenceOrANetwork() throws {
        let scratch = try Scratch()
        for option in factors.keys.sorted() {
            for number in hostile + factors[option, default: .other].inside {
                _ = try run(["show", "resnet-18", "--\(option)=\(number)"], in: scratch)
            }
        }
    }

    /// Runs the tool, which must end within five seconds, by itself, in a sentence unless it succeeds: the first
    /// line of its errors.
    private func run(_ arguments: [String], in scratch: Scratch) throws -> (status: Int32, errors: String) {
        let start = ContinuousClock.now
        let process = try CompoundTool.start(arguments, in: scratch)
        process.waitUntilExit()
        let errors = try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
        let status = process.terminationStatus
        #expect(ContinuousClock.now - start < .seconds(5), "\(arguments)")
        #expect(process.terminationReason == .exit, "\(arguments): \(errors)")
        #expect([0, 1, 64].contains(status), "\(arguments): \(errors)")
        if status != 0 { #expect(errors.hasPrefix("Error: "), "\(arguments): \(errors)") }
        // The sentence; usage, which names every option, follows it.
        return (status, errors.split(separator: "\n").first.map(String.init) ?? "")
    }

    @Test(arguments: [
        (["query", "--store", "a.sqlite", "--store", "b.sqlite"], "--store is given twice"),
        (["query", "--store=a.sqlite", "--limit", "1", "--store", "b.sqlite"], "--store is given twice"),
        (["export", "resnet-18", "-o", "a.yaml", "--output", "b.yaml"], "--output is given twice"),
        (["show", "resnet-18", "--width", "1", "--width=1"], "--width is given twice"),
        (["search", "nosuch.yaml", "--seed", "1", "--seed", "1"], "--seed is given twice"),
        (["train", "nosuch", "--data", "shapes", "--flip", "--no-flip"], "--flip and --no-flip contradict"),
    ])
    func anOptionOfOneValueIsNotGivenTwice(_ arguments: [String], _ sentence: String) throws {
        let (status, errors) = try run(arguments, in: try Scratch())
        #expect(status == 64)
        #expect(errors.contains(sentence), "\(errors)")
    }

    @Test func whatMayRepeatStillDoes() throws {
        let scratch = try Scratch()
        let store = ["--store", "nosuch.sqlite"]
        for arguments in [
            ["query", "--sort", "-macs", "--sort", "alpha"] + store,
            ["query", "--pareto", "--store", "--columns", "--store"] + store,
        ] {
            let (_, errors) = try run(arguments, in: scratch)
            #expect(!errors.contains("twice"), "\(errors)")
        }
        #expect(try run(["show", "resnet-18", "--layers", "--layers"], in: scratch).status == 0)
    }
}
