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

                convention                                  operations         counted so by
                macs                                     4,393,771,024  4.39G  torchvision
                macs + bias adds                         4,393,801,064  4.39G  pycls
                macs + activations                       4,443,260,056  4.44G  the EfficientNet paper
                macs + 2·norms + pooled                  4,492,947,056  4.49G  fvcore, timm's tables
                macs + bias adds + 2·norms + activated   4,537,420,584  4.54G  ptflops
                macs + 2·norms + linear                  4,494,481,008  4.49G  thop
                2·macs                                   8,787,542,048  8.79G  TensorFlow's profiler
                2·macs + norms                           8,837,001,040  8.84G  TensorFlow, norms unfolded
                2·macs at 32 pixels, by area            10,162,329,706  10.2G  Ultralytics

                parameters                    count         counted so by
                trainable                19,341,616  19.3M  papers, torchvision, timm
                batch norms folded       19,279,016  19.3M  OpenVINO and other engines
                without batch norms      19,216,416  19.2M  papers on mobile networks
                with running statistics  19,466,816  19.5M  Keras, files of weights

                published  by                                       follows
                    4.2 G  the EfficientNet paper, table 2          none of these
                  4.394 G  torchvision 0.28, GFLOPS of its weights  macs, macs + bias adds

                """)
    }

    @Test(arguments: [
        (
            ["mobilenet-v2", "--width", "1.4", "--matches", "610.1M"],
            """
            mobilenet-v2: 224 pixels
            610.1M is one of its counts.

            matching                                      count  differs by  counted so by
            macs + bias adds + 2·norms + activated  610,098,600      0.00 %  ptflops

            """
        ),
        (
            ["efficientnet-b0", "--matches", "5.268M"],
            """
            efficientnet-b0: 224 pixels
            5.268M is one of its counts.

            matching                            count  differs by  counted so by
            parameters, batch norms folded  5,267,540     -0.01 %  OpenVINO and other engines

            """
        ),
        (
            ["efficientnet-b1", "--resolution", "224", "--matches", "1.148G"],
            """
            efficientnet-b1: 224 pixels
            1.148G is one of its counts. Its digits were cut off, not rounded.

                  matching          count  differs by  counted so by
            2·macs + norms  1,148,643,936     +0.06 %  TensorFlow, norms unfolded

            """
        ),
        (
            ["mobilenet-v2", "--width", "1.4", "--matches", "585M"],
            """
            mobilenet-v2: 224 pixels
            585M is none of its counts.

            nearest                        count  differs by  counted so by
            macs + bias adds         582,196,824     -0.48 %  pycls
            macs                     582,195,824     -0.48 %  torchvision
            macs + activations       591,770,248     +1.16 %  the EfficientNet paper
            macs + 2·norms + pooled  601,430,480     +2.81 %  fvcore, timm's tables

            """
        ),
    ])
    func aFigureIsFoundAmongTheCounts(words: [String], text: String) throws {
        #expect(try CompoundTool.run(["show"] + words, in: scratch).output == text)
    }

    private func export(_ arguments: [String]) throws {
        let process = try CompoundTool.start(["export"] + arguments, in: scratch)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private func file(_ path: String) -> URL { URL(fileURLWithPath: path) }
}
