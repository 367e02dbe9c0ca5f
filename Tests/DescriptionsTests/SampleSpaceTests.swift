// The files in search-spaces/, which are examples and must work as they are.

import CompoundSearch
import Descriptions
import Foundation
import Networks
import Testing

private let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "search-spaces").path

private func samples() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
}

private func funnel(of space: SearchSpace) throws -> Funnel {
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    while stream.next() != nil {}
    return stream.funnel
}

@Test func thereAreNineSampleSpaces() throws {
    #expect(
        try samples() == [
            "efficientnet-b0-latency.yaml", "efficientnet-b0.yaml", "fashion-mnist.yaml",
            "own-network.yaml", "regnet.yaml", "resnet-50.yaml", "se-resnet-50.yaml", "shapes.yaml",
            "stage-widths.yaml",
        ])
}

@Test func everySampleSpaceHasAHandfulOfNetworksWithinItsBudget() throws {
    for file in try samples() {
        let funnel = try funnel(of: SearchSpace(contentsOf: "\(folder)/\(file)"))
        print("\(file): \(funnel.points) points, \(funnel.networks) networks, \(funnel.withinBudget) within")
        #expect(funnel.withinBudget >= 5, "\(file)")
        #expect(funnel.unbuildable == 0, "\(file)")
    }
}

@Test func efficientNetB0SpaceHas2541Points847NetworksAnd20WithinBudget() throws {
    let space = try SearchSpace(contentsOf: "\(folder)/efficientnet-b0.yaml")
    let funnel = try funnel(of: space)
    #expect(funnel.points == 2541 && funnel.networks == 847 && funnel.withinBudget == 20)
    #expect(funnel.removed.values.reduce(0, +) == 827 && funnel.unbuildable == 0)
    #expect(
        space
            == SearchSpace(
                name: "efficientnet-b0",
                baseline: try PublishedNetworks.architecture(named: "efficientnet-b0"),
                alpha: .range(low: 1, high: 2, step: 0.05), beta: .range(low: 1, high: 1.5, step: 0.05),
                gamma: .range(low: 1, high: 1.5, step: 0.05),
                budget: Budget(macs: .multiple(2), tolerance: 0.05)))
}
