// What a search space's YAML may say, and the sentence for what it may not.

import CompoundSearch
import Descriptions
import Foundation
import Measurements
import Networks
import Testing

/// A space in eight lines.
private let space = """
    # A space.
    name: b0
    baseline: efficientnet-b0
    alpha: {from: 1.0, to: 2.0, step: 0.05}
    beta: [1.0, 1.1]
    gamma: 1.15
    budget:
      macs: 2x
    """

private func spaceError(_ yaml: String) -> String {
    do throws(DescriptionError) {
        _ = try SearchSpace(yaml: yaml, file: "b0.yaml")
        return ""
    } catch {
        return error.description
    }
}

private func edited(_ old: String, _ new: String) throws -> SearchSpace {
    try #require(space.contains(old))
    return try SearchSpace(yaml: space.replacingOccurrences(of: old, with: new), file: "b0.yaml")
}

@Test func aSpaceNeedsNoMoreThanThis() throws {
    #expect(
        try SearchSpace(yaml: space, file: "b0.yaml")
            == SearchSpace(
                name: "b0", baseline: PublishedNetworks.architecture(named: "efficientnet-b0"),
                alpha: .range(low: 1, high: 2, step: 0.05), beta: .list([1, 1.1]), gamma: .list([1.15]),
                budget: Budget(macs: .multiple(2), tolerance: 0.05)))
}

@Test func everyKeyOfASpaceIsRead() throws {
    let read = try SearchSpace(
        yaml: """
            name: all
            baseline: {base: resnet-18, classes: 10}
            alpha: {from: 1, to: 2}
            beta: {values: [1, 2]}
            gamma: {from: 1.5, to: 1.5, step: 0.1}
            phi: {from: 0, to: 7, step: 1}
            budget:
              macs: 0.78G
              tolerance: 10%
              parameters: 12M
              activations: 20000000
              peak_memory: 64MiB
              latency_ms: 30
            rules: {depth: round, resolution_multiple: 32}
            measure: {latency: true, threads: 2, batch: 8, seconds: 2.5}
            objective: {maximize: accuracy}
            """, file: "all.yaml")

    var baseline = try PublishedNetworks.architecture(named: "resnet-18")
    baseline.classes = 10
    baseline.rules.depth = .round
    baseline.rules.resolutionMultiple = 32
    var budget = Budget(macs: .macs(780_000_000), tolerance: 0.1)
    budget.parameters = 12_000_000
    budget.activations = 20_000_000
    budget.peakActivationBytes = 67_108_864
    budget.latencyMilliseconds = 30
    var measure = MeasurementPlan()
    measure.threads = 2
    measure.batch = 8
    measure.secondsCap = 2.5
    #expect(
        read
            == SearchSpace(
                name: "all", baseline: baseline, alpha: .range(low: 1, high: 2, step: nil),
                beta: .list([1, 2]), gamma: .list([1.5]), phi: .range(low: 0, high: 7, step: 1),
                budget: budget, measure: measure, objective: Objective(column: "accuracy", maximize: true)))
}

@Test(arguments: [
    ("2x", Budget.Target.multiple(2)), ("1.5×", .multiple(1.5)), ("2 x", .multiple(2)),
    ("780M", .macs(780_000_000)), ("0.78G", .macs(780_000_000)), ("4.1B", .macs(4_100_000_000)),
    ("771629504", .macs(771_629_504)), ("1e9", .macs(1_000_000_000)), ("500k", .macs(500_000)),
    ("9007199254740993", .macs(9_007_199_254_740_993)), ("\"2x\"", .multiple(2)),
])
func aBudgetIsAMultipleOrMacs(_ text: String, _ target: Budget.Target) throws {
    #expect(try edited("macs: 2x", "macs: \(text)").budget == Budget(macs: target, tolerance: 0.05))
    #expect(try edited("\n  macs: 2x", " \(text)").budget == Budget(macs: target, tolerance: 0.05))
}

@Test(arguments: [
    ("1048576", 1 << 20), ("1MiB", 1 << 20), ("1.5 KiB", 1536), ("2GiB", 2 << 30), ("3MB", 3_000_000),
    ("1GB", 1_000_000_000), ("7B", 7),
])
func memoryHasUnits(_ text: String, _ bytes: Int) throws {
    #expect(
        try edited("macs: 2x", "macs: 2x\n  peak_memory: \(text)").budget.peakActivationBytes == bytes)
}

@Test(arguments: [
    ("latency", Objective.latency), ("latency_ms", Objective(column: "latency_ms", maximize: false)),
    ("{minimize: macs}", Objective(column: "macs", maximize: false)), ("accuracy", .accuracy),
    ("accuracy_pretrain", Objective(column: "accuracy_pretrain", maximize: true)),
])
func anObjectiveIsAColumnAndADirection(_ text: String, _ objective: Objective) throws {
    #expect(try edited("gamma: 1.15", "gamma: 1.15\nobjective: \(text)").objective == objective)
}

@Test(arguments: [
    (
        "from: 1.0, to: 2.0", "from: 1.4, to: 1.2",
        "b0.yaml:4: alpha runs from 1.4 down to 1.2; swap the two bounds."
    ),
    ("from: 1.0, to: 2.0", "from: 0, to: 2.0", "b0.yaml:4: alpha has 'from: 0'; give 0.001 to 1000."),
    ("from: 1.0, to: 2.0", "from: 1.0, to: -2", "b0.yaml:4: alpha has 'to: -2'; give 0.001 to 1000."),
    ("from: 1.0, to: 2.0", "from: 1.0, to: .inf", "b0.yaml:4: to is '.inf'; give a number."),
    ("from: 1.0, to: 2.0", "from: .nan, to: 2", "b0.yaml:4: from is '.nan'; give a number."),
    ("from: 1.0, to: 2.0", "to: 2", "b0.yaml:4: alpha lacks 'from'; add 'from:'."),
    (
        "from: 1.0, to: 2.0", "from: 1, to: 2, values: [1]",
        "b0.yaml:4: alpha has both values and a range; keep 'values' or 'from', 'to' and 'step'."
    ),
    (
        "step: 0.05", "step: 0",
        "b0.yaml:4: alpha has a step of 0; give a step above 0, or leave it out for random points."
    ),
    (
        "step: 0.05", "step: -0.1",
        "b0.yaml:4: alpha has a step of -0.1; give a step above 0, or leave it out for random points."
    ),
    (
        "step: 0.05", "step: 1.5",
        "b0.yaml:4: alpha has a step of 1.5, more than the whole range; give a smaller step."
    ),
    ("step: 0.05", "step: 1e-300", "b0.yaml:4: alpha has more than a billion values; give a larger step."),
    ("step: 0.05", "stop: 3", "b0.yaml:4: the key 'stop' is unknown; did you mean 'step'?"),
    ("[1.0, 1.1]", "[]", "b0.yaml:5: beta is an empty list; give at least one value."),
    ("[1.0, 1.1]", "\n  - 1.0\n  - -1", "b0.yaml:7: beta[1] is -1; give 0.001 to 1000."),
    ("[1.0, 1.1]", "[1.0, wide]", "b0.yaml:5: beta[1] is 'wide'; give a number."),
    ("1.15", "0", "b0.yaml:6: gamma is 0; give 0.001 to 1000."),
    ("1.15", "1e-320", "b0.yaml:6: gamma is 1e-320; give 0.001 to 1000."),
    (
        "step: 0.05", "step: 0.0000000000000000000000000000000000000001234",
        "b0.yaml:4: alpha has more than a billion values; give a larger step."
    ),
    (
        "step: 0.05", "step: 0.12345678901234567890123456789012345678901",
        "b0.yaml:4: step has more than 38 digits; give fewer."
    ),
    (
        "from: 1.0, to: 2.0", "from: 100.0000000000000000000000000000000000001, to: 200",
        "b0.yaml:4: from has more than 38 digits; give fewer."
    ),
    ("2x", "1e12x", "b0.yaml:8: macs is 1000000000000 times the baseline; give 0.001 to 1000000 times."),
    (
        "2x", "9223372036854775807",
        "b0.yaml:8: macs is '9223372036854775807'; give a multiple such as 2x, or macs such as 780M or 0.78G."
    ),
    (
        "1.15", "lots",
        "b0.yaml:6: gamma is 'lots'; give {from: 1.0, to: 2.0, step: 0.05}, a list, or a number."
    ),
    (
        "1.15", "",
        "b0.yaml:6: gamma has no value; give {from: 1.0, to: 2.0, step: 0.05}, a list, or a number."
    ),
    ("gamma: 1.15\n", "", "b0.yaml:2: the file lacks 'gamma'; add 'gamma:'."),
    (
        "gamma: 1.15", "gamma: 1.15\ncolour: {}",
        """
        b0.yaml:7: the key 'colour' is unknown; the keys here are name, baseline, alpha, beta, gamma, phi, \
        budget, rules, measure, accuracy, objective, strategy, seed and until.
        """
    ),
    (
        "gamma: 1.15", "gamma: 1.15\nalpha: 1.15",
        "b0.yaml:4: 'alpha' is given more than once; keep one of them."
    ),
    (
        "efficientnet-b0", "efficentnet-b0",
        "b0.yaml:3: no built-in network is called 'efficentnet-b0'; did you mean 'efficientnet-b0'?"
    ),
    (
        "efficientnet-b0", "[a]",
        "b0.yaml:3: baseline is a list; give a built-in name, the path of a YAML file, or a mapping."
    ),
    (
        "efficientnet-b0", "nets/none.yaml",
        "b0.yaml:3: there is no file 'nets/none.yaml'; give a path relative to 'b0.yaml'."
    ),
    (
        "efficientnet-b0", "{base: resnet-18, rules: {head: 3}}",
        "b0.yaml:3: head is '3'; give scaled, fixed or grows."
    ),
    (
        "gamma: 1.15", "gamma: 1.15\nrules: {width_divisor: 0}",
        "b0.yaml:7: width_divisor: 0 is out of range; give 1 to 1024."
    ),
    ("2x", "0x", "b0.yaml:8: macs is '0x'; give a multiple such as 2x, or macs such as 780M or 0.78G."),
    ("2x", "-2x", "b0.yaml:8: macs is '-2x'; give a multiple such as 2x, or macs such as 780M or 0.78G."),
    ("2x", "lots", "b0.yaml:8: macs is 'lots'; give a multiple such as 2x, or macs such as 780M or 0.78G."),
    ("2x", "2", "b0.yaml:8: macs is '2'; give a multiple such as 2x, or macs such as 780M or 0.78G."),
    ("2x", "0.78Q", "b0.yaml:8: macs is '0.78Q'; give a multiple such as 2x, or macs such as 780M or 0.78G."),
    ("2x", "1e30", "b0.yaml:8: macs is '1e30'; give a multiple such as 2x, or macs such as 780M or 0.78G."),
    ("2x", "-780M", "b0.yaml:8: macs is '-780M'; give a multiple such as 2x, or macs such as 780M or 0.78G."),
    (
        "\n  macs: 2x", " infx",
        "b0.yaml:7: budget is 'infx'; give a multiple such as 2x, or macs such as 780M or 0.78G."
    ),
    ("\n  macs: 2x", " {tolerance: 5%}", "b0.yaml:7: budget lacks 'macs'; add 'macs:'."),
    (
        "2x", "2x\n  tolerance: 100%",
        "b0.yaml:9: tolerance is '100%'; give a share below 100 % such as 5% or 0.05."
    ),
    ("2x", "2x\n  tolerance: 5", "b0.yaml:9: tolerance is '5'; give a share below 100 % such as 5% or 0.05."),
    (
        "2x", "2x\n  tolerance: -5%",
        "b0.yaml:9: tolerance is '-5%'; give a share below 100 % such as 5% or 0.05."
    ),
    ("2x", "2x\n  parameters: 0", "b0.yaml:9: parameters is '0'; give a count such as 12M."),
    ("2x", "2x\n  activations: 3x", "b0.yaml:9: activations is '3x'; give a count such as 20M."),
    (
        "2x", "2x\n  peak_memory: 64 apples",
        "b0.yaml:9: peak_memory is '64 apples'; give bytes such as 64MiB, 67MB or 67108864."
    ),
    ("2x", "2x\n  latency_ms: 0", "b0.yaml:9: latency_ms is 0; give 0.0001 to 86400000."),
    (
        "2x", "2x\n  latency_ms: 3\nmeasure:\n  latency: false",
        "b0.yaml:11: there is no latency, but budget.latency_ms bounds it; set 'latency: measured'."
    ),
    (
        "macs: 2x", "latency: 2",
        "b0.yaml:8: latency is '2'; give a multiple of the baseline's such as 0.5x, or milliseconds such as 10ms."
    ),
    (
        "macs: 2x", "latency: nanms",
        "b0.yaml:8: latency is 'nanms'; give a multiple of the baseline's such as 0.5x, or milliseconds such as 10ms."
    ),
    (
        "macs: 2x", "latency: 0x",
        "b0.yaml:8: latency is 0 times the baseline's; give 0.001 to 1000000 times."
    ),
    ("macs: 2x", "latency: 1e30ms", "b0.yaml:8: latency is 1e+30 ms; give 0.0001 to 86400000 ms."),
    (
        "macs: 2x", "latency: 10ms\nmeasure:\n  latency: none",
        "b0.yaml:10: there is no latency, but budget.latency bounds it; set 'latency: measured' or 'latency: predicted'."
    ),
    ("2x", "2x\nmeasure: {threads: 0}", "b0.yaml:9: threads is 0; give 1 to 1024."),
    (
        "2x", "2x\nmeasure: {latency: yes}",
        "b0.yaml:9: latency is 'yes'; give measured, predicted or none."
    ),
    (
        "2x", "2x\nobjective: macs",
        "b0.yaml:9: objective is 'macs' without a direction; give {maximize: macs} or {minimize: macs}."
    ),
    (
        "2x", "2x\nobjective: {maximize: a, minimize: b}",
        "b0.yaml:9: objective needs one direction; give {maximize: COLUMN} or {minimize: COLUMN}."
    ),
    (
        "2x", "2x\nobjective: a; drop",
        "b0.yaml:9: objective is 'a; drop'; give a column of the trials such as latency_ms."
    ),
])
func mistakesInASpaceAreNamed(_ old: String, _ new: String, _ message: String) throws {
    #expect(spaceError(space) == "")
    #expect(space.contains(old))
    #expect(spaceError(space.replacingOccurrences(of: old, with: new)) == message)
}

@Test func aNetworkIsNoSpace() {
    #expect(
        spaceError(small)
            == "b0.yaml:1: this is a network, not a search space; name it as the 'baseline:' of one.")
}

@Test func aBaselineMayBeAFileBesideTheSpace() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "spaces-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder + "/nets", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try small.write(toFile: folder + "/nets/small.yaml", atomically: true, encoding: .utf8)
    try space.replacingOccurrences(of: "efficientnet-b0", with: "nets/small.yaml")
        .write(toFile: folder + "/space.yaml", atomically: true, encoding: .utf8)

    let read = try SearchSpace(contentsOf: folder + "/space.yaml")
    #expect(read.baseline == (try Architecture(yaml: small, file: "small.yaml")))

    try small.replacingOccurrences(of: "repeats: 2", with: "repeats: two")
        .write(toFile: folder + "/nets/small.yaml", atomically: true, encoding: .utf8)
    let error = #expect(throws: DescriptionError.self) {
        try SearchSpace(contentsOf: folder + "/space.yaml")
    }
    #expect(
        error?.description == "\(folder)/nets/small.yaml:6: repeats is 'two'; give a whole number.")
}

// Ranges and lists of decimals.

private func networks(_ baseline: String, _ axes: String, budget: String) throws -> [String] {
    let space = try SearchSpace(
        yaml: "name: s\nbaseline: \(baseline)\nbudget: \(budget)\n\(axes)", file: "s.yaml")
    return try CandidateStream(Sampler(space, strategy: .grid, seed: 0)).map {
        "\($0.network.contentHash) \($0.coefficients)"
    }
}

/// A list of the values low, low + step, … of whole `units` after the point.
private func list(_ low: Int, _ high: Int, _ step: Int, places: Int) -> String {
    let unit = places == 1 ? 10 : 100
    let values = stride(from: low, through: high, by: step).map { value in
        "\(value / unit).\(String(String(unit + value % unit).dropFirst()))"
    }
    return "[\(values.joined(separator: ", "))]"
}

@Test func alphaThreeInStepsOfATenthsPairIsFortyEightBlocks() throws {
    let read = try SearchSpace(
        yaml:
            "name: s\nbaseline: efficientnet-b0\nalpha: {from: 0.6, to: 3.0, step: 0.2}\nbeta: 1\ngamma: 1\n"
            + "budget: {macs: 3x, tolerance: 20%}", file: "s.yaml")
    let sampler = try Sampler(read, strategy: .grid, seed: 0)
    let last = sampler.point(at: 12)
    #expect(sampler.count == 13)
    #expect(last.alpha == 3)
    #expect(try Network(read.baseline.scaled(by: last)).dimensions.blocks == 48)
}

@Test func aRangeAndItsListGiveTheSameNetworksAndCoefficients() throws {
    let wide = "{macs: 1x, tolerance: 95%}"
    let resNet = try networks(
        "resnet-50",
        "alpha: {from: 0.3, to: 1.5, step: 0.1}\nbeta: {from: 0.5, to: 1.5, step: 0.1}\ngamma: [0.9, 1.0, 1.1]",
        budget: wide)
    #expect(
        try networks(
            "resnet-50",
            "alpha: \(list(3, 15, 1, places: 1))\nbeta: \(list(5, 15, 1, places: 1))\ngamma: [0.9, 1.0, 1.1]",
            budget: wide) == resNet)
    let mobileNet = try networks(
        "mobilenet-v2",
        "alpha: {from: 0.35, to: 1.4, step: 0.05}\nbeta: {from: 0.35, to: 1.40, step: 0.05}\n"
            + "gamma: {from: 0.7, to: 1.3, step: 1e-1}", budget: wide)
    #expect(
        try networks(
            "mobilenet-v2",
            "alpha: \(list(35, 140, 5, places: 2))\nbeta: \(list(35, 140, 5, places: 2))\n"
                + "gamma: \(list(7, 13, 1, places: 1))", budget: wide) == mobileNet)
    #expect(mobileNet.count > 500)
}

@Test func resNet50OverTenthsHas390Networks() throws {
    let space = try SearchSpace(
        yaml: "name: s\nbaseline: resnet-50\nalpha: {from: 0.3, to: 1.5, step: 0.1}\n"
            + "beta: {from: 0.3, to: 1.5, step: 0.1}\ngamma: [0.9, 1.0, 1.1]\n"
            + "budget: {macs: 1x, tolerance: 95%}", file: "s.yaml")
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    while stream.next() != nil {}
    #expect(stream.funnel.points == 507)
    #expect(stream.funnel.networks == 390)
}

@Test(arguments: [
    ("0.7%", 0.007), ("5%", 0.05), ("5.5 %", 0.055), ("0.05", 0.05), ("7e-3", 0.007), ("0", 0), ("-0", 0),
])
func aToleranceIsTheDecimalAsWritten(_ text: String, _ share: Double) throws {
    #expect(try edited("macs: 2x", "macs: 2x\n  tolerance: \(text)").budget.tolerance == share)
}

@Test func aStudyKeepsTheIdentityThatItHadBeforeDecimals() throws {
    // As version 0.3.3 had it.
    #expect(
        try edited("[1.0, 1.1]", "{from: 1.0, to: 1.5, step: 0.05}").studyIdentifier(strategy: .grid, seed: 0)
            == "eb98c6be40bc2003")
}

@Test(arguments: [
    ("2x", LatencyTarget.multiple(2)), ("0.5×", .multiple(0.5)), ("10ms", .milliseconds(10)),
    ("1.5 s", .milliseconds(1500)), ("250us", .milliseconds(0.25)), ("250µs", .milliseconds(0.25)),
])
func aLatencyIsABudgetToo(text: String, target: LatencyTarget) throws {
    let space = try edited("macs: 2x", "latency: \(text)")
    #expect(space.budget == Budget(levels: [], latency: target, tolerance: 0.02))
    #expect(space.objective == Objective(column: "macs", maximize: true))
    let both = try edited("macs: 2x", "macs: 2x\n  latency: \(text)\n  tolerance: 7%")
    #expect(both.budget == Budget(levels: [.multiple(2)], latency: target, tolerance: 0.07))
    // and: each is a study of its own
    let identities = Set(
        try [space, both, edited("macs: 2x", "macs: 2x"), edited("macs: 2x", "latency: 3x")].map {
            $0.studyIdentifier(strategy: .grid, seed: 0)
        })
    #expect(identities.count == 4)
}
