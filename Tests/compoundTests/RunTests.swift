// Weights out of the tool and into it again, and images through a network.

import Foundation
import TensorFiles
import Testing

@Suite struct RunTests {
    private static let network = [
        "efficientnet-b0", "--width", "0.25", "--depth", "0.5", "--resolution", "48", "--classes", "10",
    ]

    /// A file of the network whose logits PyTorch computed.
    private static func golden(_ file: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("ModelExchangeTests/golden/efficientnet-b0-w0.25-d0.5/\(file)").path
    }

    @Test func runWritesTheLogitsOfPyTorchAndPrintsTheLikeliestClasses() throws {
        let scratch = try Scratch()
        let result = try CompoundTool.run(
            ["run"] + Self.network + [
                "--weights", Self.golden("weights.safetensors"), "--input", Self.golden("input.npy"),
                "--output", "y.npy", "--top", "3", "--format", "json",
            ], in: scratch)
        #expect(result.status == 0 && result.errors == "wrote y.npy\n", "\(result.errors)")
        let logits = try NumpyArray(contentsOf: scratch.path("y.npy"))
        let expected = try NumpyArray(contentsOf: Self.golden("logits.npy"))
        let largest = expected.values.map(abs).max() ?? 0
        #expect(logits.shape == [8, 10])
        #expect(zip(logits.values, expected.values).allSatisfy { abs($0 - $1) <= 1e-4 * largest })

        let images = try #require(try result.json() as? [[String: Any]])
        #expect(images.count == 8)
        for (index, image) in images.enumerated() {
            let top = try #require(image["top"] as? [[String: Any]])
            let row = Array(expected.values[index * 10..<(index + 1) * 10])
            let best = try #require(row.indices.max { row[$0] < row[$1] })
            #expect(top.count == 3 && top[0]["class"] as? Int == best && image["image"] as? Int == index)
            let sum = row.reduce(0) { $0 + exp(Double($1)) }
            let probability = try #require(top[0]["probability"] as? Double)
            #expect(abs(probability - exp(Double(row[best])) / sum) < 1e-4)
        }
    }

    @Test func exportedWeightsRunAndAreTheSameForTheSameSeed() throws {
        let scratch = try Scratch()
        func export(_ arguments: String...) throws -> CompoundTool.Result {
            try CompoundTool.run(
                ["export"] + Self.network + ["--format", "safetensors"] + arguments, in: scratch)
        }
        #expect(try export("--seed", "7", "--output", "a.safetensors").status == 0)
        #expect(try export("--seed", "7", "--output", "b.safetensors").status == 0)
        #expect(try export("--weights", "a.safetensors", "--output", "c.safetensors").status == 0)
        let bytes = try ["a", "b", "c"].map {
            try Data(contentsOf: URL(fileURLWithPath: scratch.path("\($0).safetensors")))
        }
        #expect(bytes[0] == bytes[1] && bytes[0] == bytes[2])

        let result = try CompoundTool.run(
            ["run"] + Self.network + ["--weights", "a.safetensors", "--input", Self.golden("input.npy")],
            in: scratch)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.split(separator: "\n").count == 1 + 8 * 5)
        #expect(result.output.hasPrefix("image  class"))
    }

    @Test func filesThatDoNotFitAreNamed() throws {
        let scratch = try Scratch()
        let weights = Self.golden("weights.safetensors")
        let input = Self.golden("input.npy")
        let image = try NumpyArray(contentsOf: input)
        try NumpyArray(shape: [0, 3, 48, 48], values: []).write(to: scratch.path("none.npy"))
        try NumpyArray(shape: [image.values.count], values: image.values).write(to: scratch.path("flat.npy"))
        func refuse(_ arguments: [String], _ status: Int32, _ words: String) throws {
            let result = try CompoundTool.run(["run"] + arguments, in: scratch)
            #expect(result.status == status && result.output.isEmpty)
            #expect(result.errors.contains(words), "\(result.errors)")
        }
        let files = ["--weights", weights, "--input", input]
        try refuse(
            Self.network + ["--weights", weights, "--input", "flat.npy"], 1,
            "flat.npy: the array is 55296, but efficientnet-b0 takes N×3×48×48; give images of that shape, "
                + "or --resolution and --channels.")
        try refuse(
            Self.network + ["--weights", weights, "--input", "none.npy"], 1,
            "none.npy: the array holds no image; give one or more.")
        try refuse(
            Self.network + ["--weights", weights, "--input", "no.npy"], 1,
            "no.npy: there is no such file; check the path.")
        try refuse(
            Self.network + ["--weights", input, "--input", input], 1, "input.npy: the header of ")
        try refuse(
            ["efficientnet-b0", "--width", "0.5", "--resolution", "48"] + files, 1,
            "does not fit efficientnet-b0: tensors are ")
        try refuse(Self.network + files + ["--top", "0"], 64, "--top 0 is out of range; give 1 or more")
        try refuse(Self.network + ["--input", input], 64, "--weights")
    }

    @Test func weightExportsNeedAFileAndAnOrigin() throws {
        let scratch = try Scratch()
        func refuse(_ arguments: String..., status: Int32 = 64, words: String) throws {
            let result = try CompoundTool.run(
                ["export", "resnet-18", "--format", "safetensors"] + arguments, in: scratch)
            #expect(result.status == status && result.errors.contains(words), "\(result.errors)")
        }
        try refuse("--seed", "1", words: "safetensors is a binary format; give a file with --output.")
        try refuse("--output", "w", words: "give --weights for a file to write again, or --seed")
        try refuse("--output", "w", "--seed", "1", "--weights", "v", words: "keep one of them.")
        let yaml = try CompoundTool.run(["export", "resnet-18", "--seed", "1"], in: scratch)
        #expect(yaml.status == 64 && yaml.errors.contains("yaml holds no weights"))
        try refuse(
            "--output", "w", "--seed", "1", "--width", "900", status: 1, words: "choose a smaller network")
    }
}
