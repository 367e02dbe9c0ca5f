// A network is trained, and then used: on files, with the names of its classes, normalised as in training.

import Foundation
import ModelExchange
import Networks
import TensorFiles
import Testing

/// Pictures of two classes that differ in the brightness of a bar, in folders with names that someone may choose.
private struct BarPictures {
    static let classes = ["10", "it's \"bright\" é"]
    let scratch: Scratch

    init(in scratch: Scratch) throws {
        self.scratch = scratch
        for (label, name) in Self.classes.enumerated() {
            let folder = scratch.folder.appendingPathComponent("bars/\(name)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for index in 0..<24 {
                try Self.picture(label, index).png.write(to: folder.appendingPathComponent("\(index).png"))
            }
        }
        _ = try scratch.write(
            """
            name: bars
            stem: {channels: 8, kernel: 3, stride: 2, activation: relu}
            stages:
              - {block: basic, repeats: 1, kernel: 3, stride: 2, expansion: 1, channels: 8, activation: relu}
            scaling: {resolution: 12}
            """, to: "bars.yaml")
    }

    /// 24×24 pixels of a noise that is the same in every run.
    static func picture(_ label: Int, _ index: Int, channels: Int = 3) -> Picture {
        Picture(width: 24, height: 24, channels: channels) { y, x, channel in
            let noise = (x * 7 + y * 13 + channel * 5 + index * 29) * 2_654_435_761 >> 7 & 31
            return (8..<16 ~= y ? (label == 0 ? 60 : 200) : 130) + noise - 16
        }
    }

    /// Trains with these arguments beside the usual ones.
    @discardableResult
    func train(_ arguments: String..., network: String = "bars.yaml") throws -> CompoundTool.Result {
        let usual = ["train", network, "--data", "bars", "--batch", "8", "--image-size", "12"]
        return try CompoundTool.run(usual + arguments, in: scratch)
    }
}

@Suite struct TrainedNetworkTests {
    @Test func aTrainedNetworkNamesTheClassesOfPictures() throws {
        let scratch = try Scratch()
        let bars = try BarPictures(in: scratch)
        let trained = try bars.train("--epochs", "10", "--output", "w.safetensors")
        #expect(trained.status == 0, "\(trained.errors)")

        // Nothing but the weights says what classes, channels and normalisation there are.
        let result = try CompoundTool.run(
            "run", "bars.yaml", "--weights", "w.safetensors", "--input", "bars", "--top", "1", "--format",
            "json", "--output", "files.npy", in: scratch)
        #expect(result.status == 0 && result.errors == "wrote files.npy\n", "\(result.errors)")
        let images = try #require(try result.json() as? [[String: Any]])
        #expect(images.count == 48)
        for image in images {
            let file = try #require(image["file"] as? String)
            let name = try #require((image["top"] as? [[String: Any]])?.first?["name"] as? String)
            #expect(file.hasPrefix("bars/\(name)/"), "\(file) is taken for \(name)")
        }

        // The same files, prepared by hand as the metadata say.
        let contract = try #require(try WeightsFile(contentsOf: scratch.path("w.safetensors")).contract)
        #expect(contract.classNames == BarPictures.classes && contract.resolution == 12)
        let (mean, deviation) = (try #require(contract.mean), try #require(contract.deviation))
        var values: [Float] = []
        for label in 0..<2 {
            // Names are sorted by their bytes, so that 10 comes before 2.
            for index in (0..<24).sorted(by: { "\($0)" < "\($1)" }) {
                let picture = BarPictures.picture(label, index)
                for channel in 0..<3 {
                    for pixel in 0..<144 {
                        let (y, x) = (pixel / 12 * 2, pixel % 12 * 2)
                        let sum = [(0, 0), (0, 1), (1, 0), (1, 1)].reduce(0) {
                            $0 + Int(picture.values[((y + $1.0) * 24 + x + $1.1) * 3 + channel])
                        }
                        values.append((Float(sum) / 1020 - mean[channel]) / deviation[channel])
                    }
                }
            }
        }
        try NumpyArray(shape: [48, 3, 12, 12], values: values).write(to: scratch.path("x.npy"))
        let array = try CompoundTool.run(
            "run", "bars.yaml", "--weights", "w.safetensors", "--input", "x.npy", "--output", "array.npy",
            in: scratch)
        #expect(array.status == 0, "\(array.errors)")
        let logits = try ["files", "array"].map { try NumpyArray(contentsOf: scratch.path("\($0).npy")) }
        #expect(logits[0].shape == [48, 2] && logits[1].shape == [48, 2])
        #expect(zip(logits[0].values, logits[1].values).allSatisfy { abs($0 - $1) < 1e-3 })
        #expect(array.output.hasPrefix("image  class  name"))
    }

    @Test func filesAreGreyOrColourAsTheNetworkWantsThem() throws {
        let scratch = try Scratch()
        let grey = BarPictures.picture(1, 3, channels: 1)
        try grey.png.write(to: scratch.folder.appendingPathComponent("grey.png"))
        let colour = Picture(width: 24, height: 24, channels: 3) { y, x, _ in Int(grey.values[y * 24 + x]) }
        try colour.png.write(to: scratch.folder.appendingPathComponent("colour.png"))
        for channels in ["1", "3"] {
            let network = ["resnet-18", "--width", "0.125", "--resolution", "16", "--classes", "4"]
            let common = network + ["--channels", channels]
            let made = try run(
                ["export"] + common + ["--format", "safetensors", "--seed", "1", "-o", "w"], scratch)
            #expect(made.status == 0, "\(made.errors)")
            let result = try run(
                ["run"] + common + [
                    "--weights", "w", "--input", "grey.png", "--input", "colour.png", "--mean", "0.5",
                    "--deviation", "0.25", "--output", "y.npy",
                ], scratch)
            #expect(result.status == 0, "\(result.errors)")
            let logits = try NumpyArray(contentsOf: scratch.path("y.npy"))
            #expect(logits.shape == [2, 4] && Array(logits.values[..<4]) == Array(logits.values[4...]))
            #expect(result.output.contains("grey.png") && result.output.contains("colour.png"))
        }
    }

    @Test func picturesThatCannotBeRunAreNamed() throws {
        let scratch = try Scratch()
        let network = ["resnet-18", "--width", "0.125", "--resolution", "16", "--classes", "4"]
        #expect(
            try run(["export"] + network + ["--format", "safetensors", "--seed", "1", "-o", "w"], scratch)
                .status == 0)
        let folder = scratch.folder.appendingPathComponent("photos")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try BarPictures.picture(0, 1).png.write(to: folder.appendingPathComponent("a.png"))
        func refuse(_ arguments: String..., status: Int32 = 1, words: String) throws {
            let result = try run(["run"] + network + ["--weights", "w"] + arguments, scratch)
            #expect(result.status == status && result.output.isEmpty)
            #expect(result.errors.contains(words), "\(result.errors)")
        }
        try refuse(
            "--input", "photos", words: "w does not say how its images were normalised; give --mean and")
        try refuse("--input", "none.png", "--unnormalised", words: "none.png: there is no such file")
        try refuse(
            "--input", "photos", "--mean", "0.5,0.5", "--deviation", "1", status: 64,
            words: "--mean has 2 values and the network takes 3 channels")
        try refuse(
            "--input", "photos", "--mean", "-0.5", status: 64, words: "--mean and --deviation belong together"
        )
        try refuse(
            "--input", "photos", "--mean", "0", "--deviation", "0", status: 64,
            words: "--deviation has a value that is not above 0")
        try refuse(
            "--input", "x.npy", "--unnormalised", status: 64,
            words: "an npy file holds images as the network takes")
        try Data("no picture".utf8).write(to: folder.appendingPathComponent("b.jpg"))
        try Picture(width: 30, height: 8, channels: 1) { _, _, _ in 9 }.png
            .write(to: folder.appendingPathComponent("c.png"))
        try refuse(
            "--input", "photos", "--unnormalised", words: "photos/b.jpg: it begins as neither PNG nor JPEG")
        try refuse(
            "--input", "photos/c.png", "--unnormalised",
            words:
                "photos/c.png: it has 30×8 px, less than the resolution 16, and images are never scaled up")
        let left = try run(
            ["run"] + network + ["--weights", "w", "--input", "photos", "--unnormalised", "--skip-corrupt"],
            scratch)
        #expect(
            left.status == 0 && left.errors.contains("left out: photos/b.jpg")
                && left.output.contains("a.png"))
    }

    @Test func weightsOfOtherClassesBeginATrainingAndAreNamedWhereTheyRun() throws {
        let scratch = try Scratch()
        let bars = try BarPictures(in: scratch)
        let made = try run(
            [
                "export", "bars.yaml", "--classes", "5", "--format", "safetensors", "--seed", "1", "-o",
                "five",
            ], scratch)
        #expect(made.status == 0, "\(made.errors)")
        let refused = try bars.train("--epochs", "1", "--weights", "five")
        #expect(
            refused.status == 1
                && refused.errors.contains(
                    "five has 5 classes and the data 2; give --new-classifier to begin with everything else"),
            "\(refused.errors)")
        let alone = try bars.train("--new-classifier")
        #expect(
            alone.status == 64 && alone.errors.contains("--new-classifier says what to take from --weights"))
        let trained = try bars.train(
            "--epochs", "1", "--weights", "five", "--new-classifier", "--output", "two")
        #expect(trained.status == 0)
        #expect(
            trained.errors.contains(
                "note: five has 5 classes and the data 2: all is taken but the classifier, which begins anew.\n"
            ),
            "\(trained.errors)")
        let result = try run(
            ["run", "bars.yaml", "--classes", "2", "--weights", "five", "--input", "bars", "--unnormalised"],
            scratch)
        #expect(result.status == 1)
        #expect(
            result.errors.contains("five has 5 classes, and bars 2; give --classes 5 for the network"),
            "\(result.errors)")
    }

    @Test func aNetworkThatTimmLacksIsTrainedSavedAndRun() throws {
        let scratch = try Scratch()
        let bars = try BarPictures(in: scratch)
        _ = try scratch.write(
            """
            name: mixed
            stem: {channels: 8, kernel: 3, stride: 2, activation: relu}
            stages:
              - {block: basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8}
              - {block: fused-mbconv, repeats: 1, kernel: 3, stride: 2, expansion: 1, channels: 8, se: 0.25}
              - {block: mbconv, repeats: 1, kernel: 3, stride: 1, expansion: 2, channels: 8}
            head: {channels: 16, se: 0.5}
            scaling: {resolution: 12}
            """, to: "mixed.yaml")
        let trained = try bars.train("--epochs", "1", "--output", "w", network: "mixed.yaml")
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(
            trained.errors.contains("note: the tensors have the layers' own names, not timm's, since mixed"))
        let result = try run(["run", "mixed.yaml", "--weights", "w", "--input", "bars/10/0.png"], scratch)
        #expect(result.status == 0 && result.output.contains("it's \"bright\" é"), "\(result.errors)")

        // What the weights were trained on goes on into every export.
        let network = ["mixed.yaml", "--classes", "2", "--weights", "w"]
        let yaml = try run(["export"] + network + ["-o", "mixed-export.yaml"], scratch)
        #expect(yaml.status == 0, "\(yaml.errors)")
        let contract = try #require(try WeightsFile(contentsOf: scratch.path("w")).contract)
        let text = try String(contentsOfFile: scratch.path("mixed-export.yaml"), encoding: .utf8)
        #expect(text.contains("input:\n  channels: 3\n  resolution: 12\n  mean: ["))
        #expect(try run(["export"] + network + ["--format", "onnx", "-o", "m.onnx"], scratch).status == 0)
        let onnx = try Data(contentsOf: URL(fileURLWithPath: scratch.path("m.onnx")))
        let names = try #require(contract.metadata["compound.class_names"])
        #expect(onnx.range(of: Data(names.utf8)) != nil)
        let again = try run(["export"] + network + ["--format", "safetensors", "-o", "v"], scratch)
        #expect(again.status == 0 && again.errors.contains("layers' own names"))
        #expect(try WeightsFile(contentsOf: scratch.path("v")).contract == contract)
    }

    /// Rungs go on from each other's weights, and the best trial's export says what these were trained on.
    @Test func aSearchTrainsNetworksThatTimmLacks() throws {
        let scratch = try Scratch()
        _ = try scratch.write(
            """
            name: mixed
            baseline:
              name: mixed
              stem: {channels: 8, kernel: 3, stride: 2, activation: relu}
              stages:
                - {block: basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8}
                - {block: fused-mbconv, repeats: 1, kernel: 3, stride: 2, expansion: 1, channels: 8, se: 0.25}
              scaling: {width: 1, depth: 1, resolution: 12}
              channels: 1
              classes: 4
            alpha: [1, 2]
            beta: 1
            gamma: 1
            budget: {macs: 1.5x, tolerance: 60%}
            measure: {latency: none}
            accuracy:
              data: shapes:size=12,classes=4,count=1200,frequency=3,noise=0.05
              pretrain: {epochs: 1, images: 400}
              fine_tune: {top: 1, epochs: 2}
              candidates: 1
              fit: false
              validation: 100
              batch: 32
            """, to: "mixed-space.yaml")
        let search = try run(["search", "mixed-space.yaml", "--store", "t.sqlite"], scratch)
        #expect(search.status == 0, "\(search.errors)")
        let final = try #require(try scratch.rows("--table", "rungs", "--where", "final = 1").first)
        let path = scratch.path(try #require(final["weights"] as? String))
        let file = try WeightsFile(contentsOf: path)
        #expect(
            file.tensors.metadata["format"] == "compound"
                && file.tensors.metadata["network_hash"] == final["network_hash"] as? String)
        let contract = try #require(file.contract)
        #expect(contract.classNames?.count == 4 && contract.channels == 1 && contract.resolution == 12)

        let export = try run(
            ["export", "--best", "--objective", "accuracy", "--store", "t.sqlite", "-o", "best.yaml"], scratch
        )
        #expect(export.status == 0, "\(export.errors)")
        let text = try String(contentsOfFile: scratch.path("best.yaml"), encoding: .utf8)
        let mean = try #require(contract.mean?.first)
        #expect(text.contains("input:\n  channels: 1\n  resolution: 12\n  mean: [\(mean)]\n"))

        // Without the metadata of its weights, the network's own file says the same.
        let picture = Picture(width: 12, height: 12, channels: 1) { y, x, _ in (x + y) * 10 }
        try picture.png.write(to: scratch.folder.appendingPathComponent("a.png"))
        var bare = file.tensors
        bare.metadata = [:]
        try bare.write(to: scratch.path("bare"))
        let common = ["run", "best.yaml", "--input", "a.png"]
        let found = try run(common + ["--weights", path], scratch)
        #expect(found.status == 0 && found.output.contains("disc"), "\(found.errors)")
        #expect(try run(common + ["--weights", "bare"], scratch).output == found.output)
    }

    private func run(_ arguments: [String], _ scratch: Scratch) throws -> CompoundTool.Result {
        try CompoundTool.run(arguments, in: scratch)
    }
}
