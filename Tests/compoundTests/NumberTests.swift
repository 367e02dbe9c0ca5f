// Every number of the command line, at and past its limits: one sentence and 64 or 1, at once, never a trap.

import Foundation
import Testing

/// What an option's number may be: texts that are taken, and texts that are refused by the option's name.
private struct Limits {
    var inside: [String]
    var outside: [String]

    /// Whole numbers of a range.
    static func whole(_ low: Int, _ high: Int) -> Limits {
        var limits = Limits(
            inside: ["\(low)", "\(high)"], outside: ["nan", "inf", "1e30", "1e-320", "1.5", ""])
        if low > .min { limits.outside.append("\(low - 1)") }
        if high < .max { limits.outside.append("\(high + 1)") }
        limits.outside.append(high == .max ? "9223372036854775808" : "9223372036854775807")
        limits.sort("-0", low <= 0)
        return limits
    }

    /// Numbers of a range, and the odd ones where they belong: minus nothing, the smallest, and what is none.
    static func number(_ low: Double, _ high: Double, above: Bool = false, below: Bool = false) -> Limits {
        var limits = Limits(inside: [], outside: ["nan", "inf", "-inf", "", "x"])
        for number in [low, high, low.nextUp, high.nextDown, low.nextDown, high.nextUp, -0, 1e-320, 1e30]
        where number.isFinite {
            let fits = (above ? number > low : number >= low) && (below ? number < high : number <= high)
            limits.sort("\(number)", fits)
        }
        return limits
    }

    /// Shares of everything that are not all of it.
    static let share = number(0, 1, below: true)

    /// Seeds: every number of 64 bits.
    static let seed = Limits(
        inside: ["0", "1", "18446744073709551615"],
        outside: ["-1", "18446744073709551616", "nan", "inf", "1e30", "1e-320", "1.5", ""])

    /// As many threads as this process has processors.
    static let threads = whole(1, ProcessInfo.processInfo.activeProcessorCount)

    private mutating func sort(_ text: String, _ fits: Bool) {
        if fits { inside.append(text) } else { outside.append(text) }
    }
}

private let factors: [String: Limits] = [
    "width": .number(0.000_001, 10_000), "depth": .number(0.000_001, 10_000),
    "resolution": .number(0.5, 16_384),
    "classes": .whole(1, 1_048_576), "channels": .whole(1, 4096),
]

private let recipe: [String: Limits] = [
    "images": .whole(1, 1_000_000_000), "validation": .whole(0, 1_000_000_000), "image-size": .whole(1, 8192),
    "epochs": .whole(1, 100_000), "batch": .whole(2, 65_536), "rate": .number(1e-9, 1000),
    "weight-decay": .share, "label-smoothing": .share, "dropout": .share, "drop-path": .share, "ema": .share,
    "shift": .whole(0, 1000), "seed": .seed,
]

/// Exponents of a scaling: one, a list, or a range.
private let exponents = Limits(
    inside: ["0", "-100", "100", "-0.0", "1e-320", "-1,0,1", "0...7"],
    outside: [
        "100.00000000000001", "-100.00000000000001", "nan", "inf", "1e30", "", "0...9223372036854775807",
        "7...0", "1,nan",
    ])

/// The options that take a number, by command; the words before them let the command fail once they are read.
private let table: [(command: String, words: [String], options: [String: Limits])] = [
    (
        "search", ["nosuch.yaml"],
        [
            "trials": .whole(1, .max), "seed": .seed, "epochs": .whole(1, 100_000),
            "shard": Limits(
                inside: ["1/1", "2/2", "1000000/1000000"],
                outside: [
                    "0/1", "2/1", "1/0", "-1/2", "1/1000001", "1/9223372036854775807",
                    "1/9223372036854775808",
                    "nan/1", "1e30/2", "1", "/", "1/", "",
                ]),
        ]
    ),
    // How many threads there may be is known once the space is read.
    ("search", ["nosuch.yaml"], ["threads": Limits(inside: ["1"], outside: ["nan", "1e30", "x"])]),
    ("search", ["nosuch.yaml", "--join", "f"], ["lease": .number(0.1, 86_400)]),
    (
        "submit", ["nosuch.yaml", "--slurm", "--dry-run", "--join", "f", "--tasks", "1000000"],
        [
            "at-most": .whole(1, 1_000_000), "cores": .whole(1, 1024), "requeues": .whole(0, 1000),
            "time": Limits(
                inside: ["1", "2:00:00", "366-0"],
                outside: ["0", "-1", "nan", "inf", "1e30", "1.5", "", "9223372036854775808", "367-0"]),
        ]
    ),
    (
        "submit", ["nosuch.yaml", "--parallel", "--join", "f"],
        ["tasks": .whole(1, 1_000_000)]
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
            "draws": .whole(100, 1_000_000), "epochs": .whole(1, 100_000), "seed": .seed,
        ]
    ),
    ("export", ["nosuch"], factors),
    ("export", ["nosuch", "--format", "onnx", "-o", "x"], ["seed": .seed]),
    ("export", ["--from-fit", "nosuch.yaml"], ["phi": .number(-100, 100)]),
    ("show", ["nosuch"], factors.merging(["batch": .whole(1, 4096), "threads": .whole(1, 1024)]) { $1 }),
    ("show", ["nosuch", "--mode", "train", "--data", "nosuch"], recipe),
    ("scale", ["nosuch", "--alpha", "1", "--beta", "1", "--gamma", "1"], factors),
    ("scale", ["nosuch", "--beta", "1", "--gamma", "1"], ["alpha": positive]),
    ("scale", ["nosuch", "--alpha", "1", "--gamma", "1"], ["beta": positive]),
    ("scale", ["nosuch", "--alpha", "1", "--beta", "1"], ["gamma": positive]),
    ("scale", ["nosuch", "--alpha", "1", "--beta", "1", "--gamma", "1"], ["phi": exponents]),
    (
        "bench", ["nosuch"],
        factors.merging(["batch": .whole(1, 4096), "seconds": .number(0.001, 86_400), "threads": .threads]) {
            $1
        }
    ),
    (
        "compare", ["nosuch", "nosuch", "--time"],
        ["batch": .whole(1, 4096), "seconds": .number(0.001, 86_400), "threads": .threads]
    ),
    (
        "train", ["nosuch", "--data", "nosuch"],
        factors.merging(recipe) { $1 }.merging(["threads": .threads]) { $1 }
    ),
    (
        "run", ["nosuch", "--weights", "nosuch", "--input", "nosuch"],
        factors.merging(["top": .whole(1, .max), "threads": .threads]) { $1 }
    ),
    (
        "run", ["nosuch", "--weights", "nosuch", "--input", "nosuch", "--deviation", "1"],
        ["mean": Limits(inside: ["0", "-0", "1e30", "1e-320", "-1,0,1"], outside: notFloats)]
    ),
    (
        "run", ["nosuch", "--weights", "nosuch", "--input", "nosuch", "--mean", "0"],
        [
            "deviation": Limits(
                inside: ["1", "1e30", "1e-40", "1,2,3"], outside: notFloats + ["0", "-0", "-1"])
        ]
    ),
]

/// Factors that a scaling is given, of any size that is one.
private let positive = Limits(
    inside: ["1", "1e-320", "1e30", "1.7976931348623157e308"],
    outside: ["0", "-0", "-1", "nan", "inf", "-inf", ""])

private let notFloats = ["nan", "inf", "-inf", "1e39", "", ",", "1,", "x", "1;2"]

/// Options that take no number.
private let words: Set<String> = [
    "strategy", "store", "instruction-set", "format", "table", "where", "sort", "pareto", "columns", "study",
    "output", "objective", "from-fit", "weights", "mode", "optimizer", "schedule", "data", "state", "input",
    "reason", "matches", "plot", "into", "join", "sbatch", "image", "volume", "ssh", "program",
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
        }
    }

    @Test func factorsOfARealNetworkEndInASentenceOrANetwork() throws {
        let scratch = try Scratch()
        for option in factors.keys.sorted() {
            for number in hostile + (factors[option]?.inside ?? []) {
                _ = try run(["show", "resnet-18", "--\(option)=\(number)"], in: scratch)
            }
        }
    }

    /// Runs the tool, which must end within five seconds, by itself, in a sentence unless it succeeds: the first
    /// line of its errors. Where other tests keep the machine busy, the second of two tries counts.
    private func run(_ arguments: [String], in scratch: Scratch) throws -> (status: Int32, errors: String) {
        func timed() throws -> (Process, Duration) {
            let start = ContinuousClock.now
            let process = try CompoundTool.start(arguments, in: scratch)
            process.waitUntilExit()
            return (process, ContinuousClock.now - start)
        }
        var (process, time) = try timed()
        if time >= .seconds(5) { (process, time) = try timed() }
        #expect(time < .seconds(5), "\(arguments)")
        let errors = try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
        let status = process.terminationStatus
        #expect(process.terminationReason == .exit, "\(arguments): \(errors)")
        #expect([0, 1, 64].contains(status), "\(arguments): \(errors)")
        if status != 0 { #expect(errors.hasPrefix("Error: "), "\(arguments): \(errors)") }
        // The sentence; usage, which names every option, follows it.
        return (status, errors.split(separator: "\n").first.map(String.init) ?? "")
    }

    @Test(arguments: [
        (["search", "x.yaml", "--store", "a.sqlite", "--store", "b.sqlite"], "--store is given twice"),
        (["query", "--where=macs", "--limit", "1", "--where", "macs"], "--where is given twice"),
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
