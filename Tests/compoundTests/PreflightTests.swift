// What is known before anything runs is said before anything runs, by show, train and search alike.

import Foundation
import Testing

@Suite struct PreflightTests {
    private let scratch: Scratch

    /// Ten grey pictures of 16×16 pixels in each of two classes, one of 9×9 in the second, and a network for 8 pixels.
    init() throws {
        scratch = try Scratch()
        for (name, value) in [("dark", 60), ("light", 200)] {
            let folder = scratch.folder.appendingPathComponent("photos/\(name)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for index in 0..<10 {
                let side = name == "light" && index == 7 ? 9 : 16
                let picture = Picture(width: side, height: side, channels: 1) { y, x, _ in
                    value + (x * 7 + y * 5 + index) % 16
                }
                try picture.png.write(to: folder.appendingPathComponent("\(index).png"))
            }
        }
        _ = try scratch.write(
            """
            name: tiny
            stem: {channels: 8, kernel: 3, stride: 2, activation: relu}
            stages:
              - {block: basic, repeats: 1, kernel: 3, stride: 2, expansion: 1, channels: 8, activation: relu}
            scaling: {resolution: 8}
            classes: 2
            """, to: "tiny.yaml")
    }

    private func run(_ arguments: [String]) throws -> CompoundTool.Result {
        try CompoundTool.run(arguments, in: scratch)
    }

    @Test func showSaysWhatTrainWouldDo() throws {
        let result = try run([
            "show", "tiny.yaml", "--mode", "train", "--data", "photos", "--validation", "4", "--batch", "4",
            "--epochs", "3", "--ema", "0.9", "--format", "json",
        ])
        #expect(result.status == 0, "\(result.errors)")
        let plan = try #require(try result.json() as? [String: Any])
        let numbers: [(String, Int)] = [
            ("classes", 2), ("images", 14), ("validation_images", 4), ("test_images", 2), ("batch", 4),
            ("epochs", 3), ("steps_per_epoch", 3), ("steps", 9), ("image_bytes", 20 * 8 * 8 * 3 * 4),
            ("batch_bytes", 4 * 8 * 8 * 3 * 4),
        ]
        for (key, number) in numbers { #expect(plan[key] as? Int == number, "\(key)") }
        let bytes = { (key: String) in plan[key + "_bytes"] as? Int ?? -1 }
        #expect(
            bytes("memory")
                == ["activation", "parameter", "average", "batch", "image"].map(bytes).reduce(0, +)
                + max(bytes("judging"), bytes("saving")))
        #expect(bytes("average") > 0 && bytes("judging") > 0)
        let text = try run(["show", "tiny.yaml", "--mode", "train", "--data", "photos", "--batch", "18"])
        #expect(
            text.output.contains("18 images of photos, 2 classes, 0 held out, 2 to test\n2 epochs of 1 steps")
        )
    }

    /// Each refusal of `train` is that of `show`, word for word; a search says it of its first candidate.
    @Test(arguments: [
        (
            ["--resolution", "10"],
            "photos/light/7.png (9×9 px), which are never scaled up; choose 9 or less."
        ),
        (["--batch", "19"], "a batch of 19 is more than the 18 training images; give a smaller batch."),
        (
            ["--validation", "17"],
            "photos: 17 images are asked for validation, but there are 18 to share with"
        ),
        (["--validation", "15"], "a batch of 4 is more than the 3 training images; give a smaller batch."),
        (["--classes", "3"], "it tells 3 classes apart and photos has 2; give the network `classes: 2`."),
        (["--channels", "1"], "it takes 1 channels and photos has 3; give the network `channels: 3`."),
        (["--images", "1", "--batch", "2"], "a batch of 2 is more than the 1 training images"),
    ]) func whatTrainRefusesShowRefuses(_ options: [String], _ words: String) throws {
        let batch = options.contains("--batch") ? [] : ["--batch", "4"]
        let common = ["tiny.yaml", "--data", "photos"] + batch + options
        let train = try run(["train"] + common)
        let show = try run(["show", "--mode", "train"] + common)
        #expect(train.status == 1 && train.errors.contains(words), "\(train.errors)")
        #expect(show.status == 1 && show.errors == train.errors && show.output.isEmpty)
    }

    @Test func aSearchNamesTheFileThatIsTooSmall() throws {
        _ = try scratch.write(
            """
            name: small
            baseline: tiny.yaml
            alpha: 1
            beta: 1
            gamma: [1.25, 1.5]
            budget: {macs: 2x, tolerance: 60%}
            measure: {latency: none}
            accuracy: {data: photos, pretrain: {epochs: 1}, batch: 4, validation: 4, fit: false}
            """, to: "space.yaml")
        let dry = try run(["search", "space.yaml", "--dry-run"])
        #expect(dry.status == 3)
        #expect(
            dry.errors.contains("a resolution of 10 is more than the 9 px of its images, the size of "),
            "\(dry.errors)")
        #expect(
            dry.errors.contains("photos/light/7.png (9×9 px), which are never scaled up; choose 9 or less."))
    }

    @Test(arguments: [
        (["--epochs", "3"], "add --mode train"), (["--data", "photos"], "add --mode train"),
        (["--images", "3"], "add --mode train"), (["--mode", "train", "--images", "3"], "add --data"),
    ]) func whatBelongsToATrainingNeedsTheMode(_ options: [String], _ words: String) throws {
        let result = try run(["show", "tiny.yaml"] + options)
        #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
    }

    /// A program may train anything; that stochastic depth has nothing to do is known all the same.
    @Test func aDryRunKnowsWhereStochasticDepthChangesNothing() throws {
        _ = try scratch.write(
            """
            name: depth
            baseline: tiny.yaml
            alpha: [1, 2]
            beta: 1
            gamma: 1
            budget: {macs: 1x, tolerance: 99%}
            measure: {latency: none}
            accuracy: {command: [sh], drop_path: 0.2, pretrain: {epochs: 1}, fit: false}
            """, to: "space.yaml")
        _ = try scratch.write(
            try String(contentsOfFile: scratch.path("tiny.yaml"), encoding: .utf8)
                .replacingOccurrences(
                    of: "basic, repeats: 1, kernel: 3, stride: 2, expansion: 1",
                    with: "mbconv, repeats: 1, kernel: 3, stride: 2, expansion: 2"), to: "tiny.yaml")
        let dry = try run(["search", "space.yaml", "--dry-run"])
        #expect(dry.status == 0)
        #expect(
            dry.errors.contains(
                "note: 1 of the 2 networks to train has no shortcuts, so `drop_path` changes nothing there."),
            "\(dry.errors)")
    }

    /// Names are bytes, on the command line and in folders.
    @Test func picturesWithNamesInLatinAreRun() throws {
        let made = try run([
            "export", "tiny.yaml", "--format", "safetensors", "--seed", "1", "-o", "w",
        ])
        #expect(made.status == 0, "\(made.errors)")
        // A shell that knows only bytes gives the name on.
        _ = try scratch.write(
            """
            name=$(printf 'caf\\351')
            mkdir "$name" && cp photos/dark/0.png "$name/$name.png" && cp photos/dark/1.png "$name.png"
            for input in "$name" "$name.png" .; do
              "$1" run tiny.yaml --weights w --unnormalised --top 1 --skip-corrupt --input "$input" || exit
            done
            "$1" run tiny.yaml --weights w --unnormalised --top 1 --input="$name.png" || exit
            "$1" train tiny.yaml --data "$name"
            """, to: "run.sh")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["run.sh", CompoundTool.executable.path]
        process.currentDirectoryURL = scratch.folder
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let (text, _) = (output.fileHandleForReading.readDataToEndOfFile(), process.waitUntilExit())
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        let sentences = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(lines.count { $0.hasPrefix("caf\\xe9/caf\\xe9.png") } == 1, "\(lines) \(sentences)")
        #expect(lines.count { $0.hasPrefix("caf\\xe9.png") } == 2, "\(lines) \(sentences)")
        #expect(lines.contains { $0.hasPrefix("./caf\\xe9/caf\\xe9.png") }, "\(lines)")
        #expect(sentences.contains("Error: caf\\xe9: "), "\(sentences)")
    }
}
