// Exports for other tools and counting by others' conventions, on the command line.

import Foundation
import Testing

@Suite struct ExportFormatTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func aTrainedNetworkGoesToEveryTool() throws {
        let weights = scratch.path("w.safetensors")
        let small = ["resnet-18", "--width", "0.1", "--resolution", "32", "--classes", "4"]
        try export(small + ["--format", "safetensors", "--seed", "3", "--output", weights])
        for format in ["timm", "torchvision", "onnx"] {
            let (read, made) = (scratch.path("read-\(format)"), scratch.path("made-\(format)"))
            try export(small + ["--format", format, "--weights", weights, "--output", read])
            try export(small + ["--format", format, "--seed", "3", "--output", made])
            #expect(try Data(contentsOf: file(read)) == Data(contentsOf: file(made)), "\(format)")
        }
    }

    @Test func aRefusalIsOneSentence() throws {
        let result = try CompoundTool.run("export", "efficientnet-b0", "--format", "keras", in: scratch)
        #expect(result.status == 1)
        #expect(result.output == "")
        #expect(
            result.errors
                == """
                Error: Keras' EfficientNet pads as TensorFlow does and has an epsilon of 0.001; set 'padding: \
                same' and 'batch_norm_epsilon: 1.0e-3'; export to timm as it is.\n
                """)
    }

    @Test(arguments: [
        (["--format", "onnx"], "onnx is a binary format; give a file with --output."),
        (["--format", "json", "--seed", "1"], "json holds no weights; leave out --seed."),
        (
            ["--format", "timm", "--seed", "1", "--weights", "w.safetensors"],
            "--weights and --seed both give weights; keep one of them."
        ),
        (
            ["--format", "timm", "--output", "a/timm.py"],
            "a file called timm.py would hide the package itself; choose another name."
        ),
    ])
    func optionsThatDoNotGoTogetherAreRefused(options: [String], sentence: String) throws {
        let process = try CompoundTool.start(["export", "resnet-18"] + options, in: scratch)
        process.waitUntilExit()
        #expect(process.terminationStatus == 64)
        let errors = try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
        #expect(errors.contains("Error: \(sentence)\n"), "\(errors)")
    }

    @Test func conventionsStandSideBySide() throws {
        let result = try CompoundTool.run("show", "efficientnet-b4", "--conventions", in: scratch)
        #expect(
            result.output
                == """
                efficientnet-b4: 380 pixels

                convention                  operations         counted so by
                macs                     4,393,771,024  4.39G  torchvision
                macs + bias adds         4,393,801,064  4.39G  pycls
                macs + activations       4,443,260,056  4.44G  the EfficientNet paper
                macs + 2·norms + pooled  4,492,947,056  4.49G  fvcore, timm's tables
                2·macs                   8,787,542,048  8.79G  TensorFlow's profiler

                published  by                                       follows
                    4.2 G  the EfficientNet paper, table 2          none of the five
                  4.394 G  torchvision 0.28, GFLOPS of its weights  macs, macs + bias adds

                """)
    }

    private func export(_ arguments: [String]) throws {
        let process = try CompoundTool.start(["export"] + arguments, in: scratch)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private func file(_ path: String) -> URL { URL(fileURLWithPath: path) }
}
