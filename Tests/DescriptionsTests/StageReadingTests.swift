// A coefficient for each stage as a space says it, and factors of stages as a network does.

import CompoundSearch
import Descriptions
import Networks
import Testing

private func space(
    alpha: String = "1", beta: String = "1", baseline: String = "efficientnet-b0", keys: String = ""
) throws(DescriptionError) -> SearchSpace {
    try SearchSpace(
        yaml:
            "name: s\nbaseline: \(baseline)\nalpha: \(alpha)\nbeta: \(beta)\ngamma: 1\nbudget: 2x\n\(keys)\n",
        file: "s.yaml")
}

@Test func everyStageHasAnAxis() throws {
    let read = try space(
        alpha: "{stages: [1, 1, 1, 1, 1, 1, [1, 2]]}",
        beta:
            "{stages: [1, [1, 1.25, 1.5], {from: 1, to: 2, step: 0.25}, 1, {values: [3]}, {from: 1, to: 2}, 1]}"
    )
    let one = Axis.list([1])
    #expect(read.alpha == one && read.beta == one)
    #expect(read.stageAlphas == [one, one, one, one, one, one, .list([1, 2])])
    #expect(
        read.stageBetas == [
            one, .list([1, 1.25, 1.5]), .range(low: 1, high: 2, step: 0.25), one, .list([3]),
            .range(low: 1, high: 2, step: nil), one,
        ])
    #expect(read.axes.map(\.name).prefix(2) == ["alpha of stage 1", "alpha of stage 2"])
    let plain = try space()
    #expect(plain.stageAlphas.isEmpty && plain.stageBetas.isEmpty && plain.axes.count == 4)
}

@Test(arguments: [
    ("{stages: [1, 2]}", "s.yaml:4: beta lists 2 stages, and the baseline has 7; give one entry for each."),
    ("{stages: 1}", "s.yaml:4: stages is '1'; give a list."),
    ("{stages: [1, 1, 1, 0, 1, 1, 1]}", "s.yaml:4: beta of stage 4 is 0; give 0.001 to 1000."),
    (
        "{stages: [1, 1, 1, 1, 1, 1, {from: 2, to: 1}]}",
        "s.yaml:4: beta of stage 7 runs from 2 down to 1; swap the two bounds."
    ),
    (
        "{stages: [1, 1, 1, 1, 1, 1, 1], from: 1}",
        "s.yaml:4: the key 'from' is unknown; the keys here are stages."
    ),
])
func stagesThatAreWrongAreRefusedWithTheirPlace(beta: String, sentence: String) {
    let error = #expect(throws: DescriptionError.self) { try space(beta: beta) }
    #expect(error?.description == sentence)
}

@Test func resolutionHasNoStages() {
    #expect(throws: DescriptionError.self) {
        try SearchSpace(
            yaml:
                "name: s\nbaseline: resnet-18\nalpha: 1\nbeta: 1\ngamma: {stages: [1, 1, 1, 1]}\nbudget: 2x\n",
            file: "s.yaml")
    }
}

@Test func strategiesThatKnowNoStagesAreRefusedAtTheirLine() {
    let error = #expect(throws: DescriptionError.self) {
        try space(
            beta: "{stages: [1, 1, 1, 1, 1, 1, [1, 2]]}",
            keys: "accuracy: {data: shapes, epochs: 2}\nstrategy: spread"
        )
    }
    #expect(
        error?.description
            == "s.yaml:8: spread tells networks apart by depth, width and resolution as a whole, and beta has a "
            + "coefficient for each stage; use the strategy grid or random.")
}

@Test func factorsOfStagesAreReadAndWritten() throws {
    let text =
        "base: resnet-18\nscaling: {width: 0.5, stage_widths: [1, 1, 2, 1], stage_depths: [2, 1, 1, 1]}\n"
    let read = try Architecture(yaml: text, file: "n.yaml")
    #expect(read.scaling.stages == StageFactors(depths: [2, 1, 1, 1], widths: [1, 1, 2, 1]))
    #expect(try Network(read).dimensions.repeats == [4, 2, 2, 2])
    #expect(try Network(read).dimensions.widths.rows.map(\.channels) == [32, 64, 256, 256])
    #expect(read.yaml.contains("stage_widths: [1.0, 1.0, 2.0, 1.0], stage_depths: [2.0, 1.0, 1.0, 1.0]}"))
    #expect(try Architecture(yaml: read.yaml, file: "n.yaml") == read)
    #expect(try Architecture(yaml: read.json, file: "n.json") == read)
    let error = #expect(throws: DescriptionError.self) {
        try Architecture(yaml: "base: resnet-18\nscaling:\n  stage_widths: [1, 2]\n", file: "n.yaml")
    }
    #expect(
        error?.description
            == "n.yaml:3: stage_widths: 2 factors are given, and the network has 4 stages; give one for each."
    )
}

@Test func anExportedCandidateReadsBackWithItsStages() throws {
    var space = try space(beta: "{stages: [1, 1, 1.3, 1, 1.5, 1, 1]}")
    space.stageAlphas = [Axis](repeating: .list([1, 1.5]), count: 7)
    space.phi = .list([1.5])
    space.budget = Budget(macs: .multiple(1.5), tolerance: 0.9)
    let stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    for found in stream.prefix(40) {
        let export = CandidateExport(
            found.network, coefficients: found.coefficients, ranges: CoefficientRanges(found.coefficients))
        let read = try Architecture(yaml: export.yaml, file: "e.yaml")
        #expect(read == found.network.architecture && read.ownSizes == nil)
        #expect(try Network(read).contentHash == found.network.contentHash)
        #expect(export.yaml.contains("  beta_stages: [1.0, 1.0, 1.3, 1.0, 1.5, 1.0, 1.0]\n"))
        #expect(export.yaml.contains("  same_network:\n    gamma: [1.0, 1.0]\n"))
    }
}
