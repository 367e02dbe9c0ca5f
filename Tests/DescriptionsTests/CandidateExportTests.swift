// An exported candidate: what it says, and that it is a network file which notices edits.

import CompoundSearch
import Descriptions
import Foundation
import Measurements
import Networks
import Recipes
import Testing

/// The first candidate of a small search, with a measurement made up.
private func candidate() throws -> CandidateExport {
    let space = SearchSpace(
        name: "b0", baseline: try PublishedNetworks.architecture(named: "efficientnet-b0"),
        alpha: .list([1.2, 1.25]), beta: .list([1.1]), gamma: .list([1.1]),
        budget: Budget(macs: .multiple(2), tolerance: 0.5))
    var stream = try CandidateStream(Sampler(space, strategy: .grid, seed: 0))
    let first = stream.next()
    let found = try #require(first)
    while stream.next() != nil {}
    return CandidateExport(
        found.network, coefficients: found.coefficients, ranges: stream.ranges(of: found),
        measurement: CandidateExport.Measurement(
            latency: Latency(
                median: 21.5, minimum: 20.25, halfWidth: 0.125, samples: 300, anchor: 11.5, ratio: 1.875,
                ratioHalfWidth: 0.0625),
            conditions: Conditions(
                machine: Machine(processor: "CPU: 1", cores: 2, memoryBytes: 1 << 33, system: "Linux 6"),
                instructionSet: "avx512", threads: 1, batch: 1, build: "release", toolVersion: "0.1.0",
                anchor: "efficientnet-b0"), measuredAt: "2026-11-23T20:25:59Z"),
        reproduction: CandidateExport.Reproduction(
            study: "00ff", strategy: .grid, seed: .max, point: 0,
            commands: ["compound search b0.yaml --strategy grid", "compound export trial:1 > *.yaml"]))
}

@Test func anExportSaysEverythingKnownAboutACandidate() throws {
    let yaml = try candidate().yaml
    let tail = try #require(yaml.range(of: "realised:")).lowerBound
    #expect(
        yaml.hasPrefix("network:\n  name: efficientnet-b0\n  stem: {channels: 32, kernel: 3, stride: 2}\n"))
    #expect(yaml.contains("  scaling: {width: 1.1, depth: 1.2, resolution: 246.40000000000003}\n"))
    #expect(
        yaml[tail...] == """
            realised:
              resolution: 246
              blocks: 23
              stem_channels: 32
              stages:
                - {repeats: 2, channels: 16, blocks: [[32, 16, 8], [16, 16, 4]]}
                - {repeats: 3, channels: 24, blocks: [[96, 24, 4], [144, 24, 6]]}
                - {repeats: 3, channels: 48, blocks: [[144, 48, 6], [288, 48, 12]]}
                - {repeats: 4, channels: 88, blocks: [[288, 88, 12], [528, 88, 22]]}
                - {repeats: 4, channels: 120, blocks: [[528, 120, 22], [720, 120, 30]]}
                - {repeats: 5, channels: 208, blocks: [[720, 208, 30], [1248, 208, 52]]}
                - {repeats: 2, channels: 352, blocks: [[1248, 352, 52], [2112, 352, 88]]}
              head_channels: 1408
            coefficients:
              alpha: 1.2
              beta: 1.1
              gamma: 1.1
              phi: 1.0
              same_network:
                alpha: [1.2, 1.25]
                beta: [1.1, 1.1]
                gamma: [1.1, 1.1]
            cost:
              macs: 843605664
              bias_adds: 16410
              norm_elements: 12196080
              activations: 12212490
              parameters: 9109994
              weight_bytes: 36304840
              peak_activation_bytes: 7285632
            measurement:
              latency_ms: 21.5
              latency_ms_min: 20.25
              latency_ms_ci95: 0.125
              samples: 300
              anchor_ms: 11.5
              latency_ratio: 1.875
              latency_ratio_ci95: 0.0625
              latency_origin: measured
              instruction_set: avx512
              threads: 1
              batch: 1
              build: release
              tool_version: "0.1.0"
              anchor: efficientnet-b0
              measured_at: "2026-11-23T20:25:59Z"
            machine:
              processor: "CPU: 1"
              cores: 2
              memory_bytes: 8589934592
              system: Linux 6
            reproduce:
              study: "00ff"
              strategy: grid
              seed: 18446744073709551615
              point: 0
              commands:
                - compound search b0.yaml --strategy grid
                - "compound export trial:1 > \\u002a.yaml"

            """)
}

@Test func anExportIsANetworkFile() throws {
    let export = try candidate()
    #expect(try Architecture(yaml: export.yaml, file: "e.yaml") == export.network.architecture)
    #expect(try Architecture(yaml: export.json, file: "e.json") == export.network.architecture)
}

@Test(arguments: PublishedNetworks.all)
func aBuiltInNetworkIsExportedWithoutASearch(_ architecture: Architecture) throws {
    let export = CandidateExport(try Network(architecture))
    #expect(try Architecture(yaml: export.yaml, file: "e.yaml") == architecture)
    let json = try #require(
        try JSONSerialization.jsonObject(with: Data(export.json.utf8)) as? [String: Any])
    #expect(Set(json.keys) == ["network", "realised", "cost"])
    let cost = try #require(json["cost"] as? [String: Any])
    #expect(cost["macs"] as? Int == export.network.cost.macs.value)
}

@Test func theJSONOfACandidateIsJSON() throws {
    let export = try candidate()
    let json = try #require(
        try JSONSerialization.jsonObject(with: Data(export.json.utf8)) as? [String: Any])
    let keys = ["network", "realised", "coefficients", "cost", "measurement", "machine", "reproduce"]
    #expect(Set(json.keys) == Set(keys))
    let reproduce = try #require(json["reproduce"] as? [String: Any])
    #expect(reproduce["commands"] as? [String] == export.reproduction?.commands)
    #expect(reproduce["seed"] as? UInt64 == .max)
    let network = try #require(json["network"] as? [String: Any])
    #expect((network["stages"] as? [[String: Any]])?.count == 7)
}

@Test func anEditedNetworkNoLongerFitsItsCost() throws {
    let export = try candidate()
    let macs = export.network.cost.macs.value
    let parameters = export.network.cost.parameters.value
    func check(_ document: String, _ old: String, _ new: String, at key: String, _ sentence: String) throws {
        try #require(document.contains(old))
        let place = try #require(document.range(of: key)).lowerBound
        let line = document[..<place].count(where: \.isNewline) + 1
        let error = #expect(throws: DescriptionError.self) {
            try Architecture(yaml: document.replacingOccurrences(of: old, with: new), file: "e.yaml")
        }
        #expect(error?.description == "e.yaml:\(line): \(sentence)")
    }
    let remedy = "undo the edit of one, or remove 'cost:'."
    try check(
        export.yaml, "classes: 1000", "classes: 10", at: "  macs:",
        "macs is \(macs), but the network has \(macs - 990 * 1408); \(remedy)")
    try check(
        export.json, "\"macs\": \(macs)", "\"macs\": 7", at: "\"macs\":",
        "macs is 7, but the network has \(macs); \(remedy)")
    try check(
        export.yaml, "parameters: \(parameters)", "parameters: 7", at: "  parameters:",
        "parameters is 7, but the network has \(parameters); \(remedy)")
    try check(export.yaml, "  macs: \(macs)\n", "", at: "cost:", "cost lacks 'macs'; add 'macs:'.")
    try check(
        export.yaml, "machine:", "machines:", at: "machine:",
        "the key 'machines' is unknown; did you mean 'machine'?")
}

@Test func aTimeThatIsNoNumberIsNull() throws {
    var export = try candidate()
    export.measurement?.latency.halfWidth = .nan
    #expect(export.yaml.contains("  latency_ms_ci95: null\n"))
    #expect(export.json.contains("    \"latency_ms_ci95\": null,\n"))
}

@Test func aTrainingRequestIsASectionOfANetworkFile() throws {
    var export = try candidate()
    export.measurement = nil
    export.reproduction = nil
    export.training = CandidateExport.Training(
        rung: TrainingRung(
            phase: .fineTuning, index: 1, seed: 3, startEpochs: 2, epochs: 6, isFinal: true),
        recipe: TrainingRecipe(pretraining: .init(epochs: 2), fineTuning: .init(epochs: 4)).settled(
            forImages: nil),
        resumeFrom: "w/2.safetensors", weightsFile: "w/6.safetensors", checkpointFile: "w/6.checkpoint")
    let yaml = export.yaml
    let training = try #require(yaml.range(of: "training:")).lowerBound
    #expect(
        yaml[training...] == """
            training:
              phase: fine_tune
              rung: 1
              seed: 3
              start_epochs: 2
              epochs: 6
              final: true
              resume_from: w/2.safetensors
              weights: w/6.safetensors
              checkpoint: w/6.checkpoint
              recipe:
                pretrain_epochs: 2
                pretrain_images: null
                fine_tune_epochs: 4
                fine_tune_rate: 0.1
                optimizer: sgd
                schedule: one-cycle
                batch: 128
                rate: 0.4
                weight_decay: 0.0005
                label_smoothing: 0.1
                dropout: null
                drop_path: null
                ema: null
                flip: true
                shift: 0
                validation: 5000
                images: null

            """)
    let read = try Architecture(yaml: export.json, file: "candidate.json")
    #expect(try Network(read).contentHash == export.network.contentHash)
}

@Test func anExportCarriesWhatItsWeightsWereTrainedOn() throws {
    let names = ["null", "10", "it's \"quoted\"", "two\nlines", "caf\u{e9}", "cafe\u{301}", "a: b, [c]", " "]
    var export = CandidateExport(try Network(PublishedNetworks.architecture(named: "resnet-18")))
    let input = try InputContract(
        channels: 3, resolution: 64, mean: [0.485, 0.456, 0.406], deviation: [0.229, 1e-7, 0.33333334],
        classNames: names)
    export.input = input
    #expect(
        export.yaml.contains("\ninput:\n  channels: 3\n  resolution: 64\n  mean: [0.485, 0.456, 0.406]\n"))
    for (text, ending) in [(export.yaml, "yaml"), (export.json, "json")] {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("contract-\(UUID().uuidString).\(ending)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let read = try #require(try InputContract(exportAt: path))
        #expect(read == input && read.classNames?.map { Array($0.utf8) } == names.map { Array($0.utf8) })
        #expect(try Architecture(contentsOf: path).name == "resnet-18")

        try Data(text.replacing("1.0e-07", with: "0").utf8).write(to: URL(fileURLWithPath: path))
        #expect {
            try InputContract(exportAt: path)
        } throws: {
            "\($0)".hasSuffix(": deviation: a value is not above 0; give deviations.")
        }
    }
}

@Test func aNetworkOfOnesOwnSaysNothingOfWeights() throws {
    let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("contract-\(UUID().uuidString).yaml").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(small.utf8).write(to: URL(fileURLWithPath: path))
    #expect(try InputContract(exportAt: path) == nil)
}
