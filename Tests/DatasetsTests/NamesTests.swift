// Names are bytes, only regular files are opened, and what is nearly a data set is named.

import Datasets
import Foundation
import Testing

@Suite struct NamesTests {
    private func image(_ red: UInt8) -> [UInt8] { Samples.png(side: 4, red: red, green: 0, blue: 0) }

    /// Writes a file at a path of bytes, making its last folder.
    private func write(_ bytes: [UInt8], _ folder: String, _ name: [UInt8], _ file: String) {
        let directory = (Array((folder + "/").utf8) + name).map { CChar(bitPattern: $0) }
        mkdir(directory + [0], 0o755)
        let descriptor = open(
            directory + (Array(("/" + file).utf8) + [0]).map { CChar(bitPattern: $0) },
            O_WRONLY | O_CREAT, 0o644)
        #expect(descriptor >= 0 && Foundation.write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
    }

    @Test func bothFormsOfAnAccentAndLatinAreThreeClasses() throws {
        let folder = try Folder()
        let names: [[UInt8]] = [[0xc3, 0xa9], [0x65, 0xcc, 0x81], [0xe9]]
        for (index, name) in names.enumerated() {
            for file in ["1.png", "2.png"] {
                write(image(UInt8(index * 100)), folder.path, Array("caf".utf8) + name, file)
            }
        }
        let data = try Dataset.load(folder.path)
        #expect(
            data.classes.map { Array($0.utf8) } == [
                Array("cafe\u{301}".utf8), Array("caf\u{e9}".utf8), Array("caf\\xe9".utf8),
            ])
        #expect(data.training.count == 3 && data.test.count == 3)
        for (label, red) in zip(data.training.labels, stride(from: 0, to: 144, by: 48)) {
            #expect(data.training.pixels[red] == [100, 0, 200][Int(label)])
        }
    }

    @Test func whatIsNoFileIsNamedOrSkippedAndNeverWaitedFor() throws {
        let folder = try Folder()
        for name in ["a", "b"] {
            for index in 0..<2 { try folder.write(image(9), to: "\(name)/\(index).png") }
        }
        symlink("nowhere", folder.path + "/a/link.png")
        #expect(
            refusal { try Dataset.load(folder.path) }
                == "\(folder.path)/a/link.png: this is a link to nowhere; put a file in its place or remove it, or "
                + "leave damaged files out with --skip-corrupt.")
        mkfifo(folder.path + "/b/pipe.jpg", 0o644)
        symlink("nowhere", folder.path + "/c")
        symlink("loop", folder.path + "/loop")
        var options = DatasetOptions(skipCorrupt: true)
        let skipped = try Dataset.load(folder.path, options: options).skipped
        #expect(skipped.count == 4)
        #expect(
            Set(skipped.map { $0.dropFirst(folder.path.count + 1).prefix { $0 != ":" } }) == [
                "a/link.png", "b/pipe.jpg", "c", "loop",
            ], "\(skipped)")
        options = DatasetOptions(wording: .space)
        #expect(refusal { try Dataset.load(folder.path, options: options) }.contains("`skip_corrupt: true`"))
        let idx = try Folder()
        try idx.writeMNIST()
        try idx.remove("train-labels-idx1-ubyte")
        mkfifo(idx.path + "/train-labels-idx1-ubyte", 0o644)
        #expect(refusal { try Dataset.load(idx.path) }.contains("this is a FIFO, no regular file"))
        #expect(refusal { try Dataset.load(idx.path + "/train-labels-idx1-ubyte") }.contains("a FIFO"))
    }

    @Test func lettersAreNumberedFromOneAndGapsAreNamed() throws {
        let folder = try Folder()
        try folder.writeMNIST(training: Array(1...26), test: [26])
        let data = try Dataset.load(folder.path)
        #expect(data.classes == (1...26).map(String.init) && data.test.labels == [25])
        try folder.writeMNIST(training: [0, 2, 3], test: [0])
        #expect(
            refusal { try Dataset.load(folder.path) }.contains(
                "train-labels-idx1-ubyte: no image has label 1, but labels from 0 to 3"))
        try folder.writeMNIST(training: Array(1...9), test: [9])
        #expect(
            refusal { try Dataset.load("fashion-mnist:" + folder.path) }.contains(
                "no image has label 0 (T-shirt/top)"))
    }

    @Test func otherSpellingsOfIDXAreReadOrNamed() throws {
        let folder = try Folder()
        try folder.writeMNIST()
        let names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]
        for name in names {
            let dotted = name.replacingOccurrences(of: "-idx", with: ".idx")
            try FileManager.default.moveItem(
                atPath: folder.path + "/" + name + "-ubyte", toPath: folder.path + "/" + dotted + "-ubyte")
        }
        #expect(try Dataset.load("\(folder.path)").training.count == 3)
        try FileManager.default.moveItem(
            atPath: folder.path + "/train-labels.idx1-ubyte", toPath: folder.path + "/train-labels.idx1")
        #expect(
            refusal { try Dataset.load(folder.path) }
                .contains("there is no such file; if 'train-labels.idx1' is it, rename that"))
    }

    @Test func otherEditionsArchivesAndFoldersAreNamed() throws {
        let folder = try Folder()
        try folder.write([1], to: "py/data_batch_1")
        #expect(refusal { try Dataset.load(folder.path + "/py") }.contains("the Python version; download"))
        #expect(refusal { try Dataset.load(folder.path) }.contains("its data set lies in 'py'"))
        try folder.write([1], to: "zip/x.zip")
        #expect(refusal { try Dataset.load(folder.path + "/zip") }.contains("x.zip: this is an archive"))
        try folder.write(image(1), to: "flat/1.png")
        #expect(
            refusal { try Dataset.load(folder.path + "/flat") }.contains("it holds 1 image, but no class"))
    }

    @Test(arguments: [
        ("Train", "Test", "val"), ("training", "testing", "validation"), ("TRAIN", "test", "Dev"),
    ])
    func threePartsAreReadHoweverTheyAreSpelt(_ train: String, _ test: String, _ held: String) throws {
        let folder = try Folder()
        for (part, red) in [(train, UInt8(1)), (test, 2), (held, 3)] {
            for name in ["a", "b"] { try folder.write(image(red), to: "\(part)/\(name)/1.png") }
        }
        let data = try Dataset.load(folder.path)
        #expect(data.training.pixels[0] == 1 && data.test.pixels[0] == 2)
        #expect(data.validation?.pixels[0] == 3 && data.validation?.count == 2)
        try folder.write(image(1), to: "extra/a/1.png")
        #expect(
            refusal { try Dataset.load(folder.path) }.contains(
                "/extra: it stands beside '\(min(train, test, held))' and is no folder of training"))
    }

    @Test func aClassMayBeCalledTrain() throws {
        let folder = try Folder()
        for name in ["car", "train"] {
            for index in 0..<2 { try folder.write(image(1), to: "\(name)/\(index).png") }
        }
        #expect(try Dataset.load(folder.path).classes == ["car", "train"])
    }

    @Test func theFileThatIsTooSmallIsNamed() throws {
        let folder = try Folder()
        for name in ["a", "b"] {
            for index in 0..<2 { try folder.write(image(1), to: "\(name)/\(index).png") }
        }
        try folder.write(Samples.png(side: 3, height: 2, red: 0, green: 0, blue: 0), to: "a/small.png")
        let data = try Dataset.load(folder.path)
        #expect(data.refusal(ofResolution: 2) == nil)
        #expect(
            data.refusal(ofResolution: 4)
                == "a resolution of 4 is more than the 2 px of its images, the size of \(folder.path)/a/small.png "
                + "(3×2 px), which are never scaled up; choose 2 or less.")
        #expect(
            refusal { try Normalisation(of: data.training, resolution: 4) }.contains("a/small.png (3×2 px)"))
    }

    @Test(arguments: [0, -1, 8193, Int.max, Int.min]) func imageSizesOutOfRangeAreRefused(_ size: Int) {
        #expect(
            refusal { try Dataset.load("shapes", options: DatasetOptions(imageSize: size)) }
                == "--image-size: \(size) px is out of range; give 1 to 8192.")
        #expect(refusal { try Dataset.load("shapes:size=\(Int.max)") }.contains("choose a side of 8 to 1024"))
        #expect(refusal { try Dataset.load("shapes:count=1000000000000") }.contains("fit into memory"))
    }
}
