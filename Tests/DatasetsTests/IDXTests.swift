// MNIST's files: read packed and plain, and refused by name.

import Datasets
import Foundation
import Testing

@Suite struct IDXTests {
    @Test(arguments: [false, true]) func fourFilesAreADataSet(packed: Bool) throws {
        let folder = try Folder()
        try folder.writeMNIST(training: Array(0..<10), test: [5, 1], packed: packed)
        let data = try Dataset.load("fashion-mnist:" + folder.path)
        #expect(data.name == "fashion-mnist" && data.nativeSize == 2)
        #expect(data.classes.count == 10 && data.classes[9] == "Ankle boot")
        #expect(data.training.pixels == (0..<40).map { UInt8($0) } && data.training.labels == Array(0..<10))
        #expect(data.test.count == 2 && data.test.labels == [5, 1] && data.test.channels == 1)
        #expect(data.skipped.isEmpty)
    }

    @Test func aPathCountsItsClassesOrReadsTheirNames() throws {
        let folder = try Folder()
        try folder.writeMNIST()
        #expect(try Dataset.load(folder.path).classes == ["0", "1", "2"])
        #expect(try Dataset.load(folder.path + "/train-images-idx3-ubyte").name == folder.path)
        try folder.write(Array("a\nb\r\n\nc\n".utf8), to: "classes.txt")
        #expect(try Dataset.load(folder.path).classes == ["a", "b", "c"])
        try folder.write(Array("a\nb\n".utf8), to: "classes.txt")
        #expect(
            refusal { try Dataset.load(folder.path) }.contains(
                "the label of image 2 is 2, but there are only 2"))
    }

    @Test func aPlaceHoldsItByName() throws {
        let folder = try Folder()
        try folder.writeMNIST(training: Array(0..<10))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try folder.write(
                Array(Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))), to: "mnist/" + name)
            try folder.remove(name)
        }
        let data = try Dataset.load("mnist", options: DatasetOptions(places: ["/nowhere", folder.path]))
        #expect(data.training.count == 10)
    }

    @Test func imagesAreScaledDownOnRequestAndNeverUp() throws {
        let folder = try Folder()
        try folder.writeMNIST()
        let small = try Dataset.load(folder.path, options: DatasetOptions(imageSize: 1))
        // Means 1.5, 5.5 and 9.5, halves up.
        #expect(small.training.pixels == [2, 6, 10] && small.nativeSize == 1)
        #expect(
            refusal { try Dataset.load(folder.path, options: DatasetOptions(imageSize: 3)) }
                == "\(folder.path): its images have a side of 2 px, and 3 is asked; they are never scaled "
                + "up, so choose 1 to 2.")
    }

    /// Written by Python's gzip module.
    @Test func aForeignGzipFileIsRead() throws {
        let data = try #require(
            Data(base64Encoded: "H4sIAAAAAAACA2Ng4GBmYGBggmJmLm4eXj5+AUEhYRFRAH8WdFUcAAAA"))
        let file = try IDXFile(bytes: Array(data), rank: 3, file: "x")
        #expect(file.shape == [2, 2, 3] && file.values == Array(10..<22))
    }

    @Test func membersFollowOneAnotherAndZerosPad() throws {
        let packed = Samples.gzip([1, 2]) + Samples.gzip([]) + Samples.gzip([3])
        #expect(try Gzip.unpacked(packed, file: "x", limit: 100) == [1, 2, 3])
        #expect(try Gzip.unpacked(packed + [0, 0, 0], file: "x", limit: 100) == [1, 2, 3])
        #expect(
            refusal { try Gzip.unpacked(packed + [7], file: "x", limit: 100) }
                == "x: 1 bytes that are not gzip follow the end of the packed data; copy or download the "
                + "file again.")
    }

    @Test func everyTruncationOfAGzipFileIsRefused() {
        let packed = Samples.gzip((0..<2000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
        for length in 2..<packed.count {
            let sentence = refusal { try Gzip.unpacked(Array(packed[..<length]), file: "x", limit: 1 << 20) }
            #expect(sentence.contains("the gzip data ends after \(length) bytes"), "\(length)")
        }
    }

    @Test func aWrongCheckSumOrLengthIsRefused() {
        let packed = Samples.gzip([1, 2, 3, 4])
        for (offset, reason) in [(8, "incorrect data check"), (4, "incorrect length check")] {
            var damaged = packed
            damaged[packed.count - offset] ^= 1
            let sentence = refusal { try Gzip.unpacked(damaged, file: "x", limit: 100) }
            #expect(sentence.hasPrefix("x: the gzip data is damaged (\(reason)) after 4 unpacked bytes"))
        }
    }

    @Test func aFloodIsCutShort() {
        let packed = Samples.gzip([UInt8](repeating: 0, count: 1_000_000))
        #expect(packed.count < 2000)
        #expect(
            refusal { try Gzip.unpacked(packed, file: "x", limit: 100_000) }
                .hasPrefix("x: it unpacks to more than 100000 bytes"))
    }

    @Test func largeFilesUnpackWhole() throws {
        var numbers = Numbers(1)
        let bytes = (0..<3_000_000).map { _ in UInt8(numbers.below(64)) }
        #expect(try Gzip.unpacked(Samples.gzip(bytes), file: "x", limit: bytes.count + 1) == bytes)
    }

    @Test func brokenFilesSayWhatIsWrong() {
        let cases: [([UInt8], String)] = [
            ([0, 0, 8], "it ends after 3 bytes, within its header of 16"),
            (
                Samples.idx([3], [1, 2, 3]) + [UInt8](repeating: 0, count: 9),
                "it begins with 00 00 08 01 where an IDX file of images begins with 00 00 08 03"
            ),
            (Array("<!DOCTYPE html><html>".utf8), "it begins with 3c 21 44 4f"),
            (
                Samples.idx([2, 2, 2]).dropLast(),
                "its header says 2×2×2 values, but 7 bytes follow it; it is cut off"
            ),
            (
                Samples.idx([2, 2, 2]) + [0],
                "its header says 2×2×2 values, but 9 bytes follow it, 1 too many"
            ),
            (Samples.idx([0, 2, 2]), "its header says 0×2×2, nothing at all"),
            (
                Samples.idx([0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [1]),
                "values, but 1 bytes follow it; it is cut off"
            ),
        ]
        for (bytes, words) in cases {
            let sentence = refusal { try IDXFile(bytes: bytes, rank: 3, file: "x") }
            #expect(
                sentence.hasPrefix("x: ") && sentence.contains(words) && sentence.hasSuffix("."),
                "\(sentence)")
        }
    }

    @Test func filesThatDoNotBelongTogetherAreRefused() throws {
        let folder = try Folder()
        try folder.writeMNIST()
        try folder.write(Samples.idx([2], [0, 1]), to: "train-labels-idx1-ubyte")
        #expect(
            refusal { try Dataset.load(folder.path) }
                == "\(folder.path)/train-labels-idx1-ubyte: it has 2 labels, but "
                + "\(folder.path)/train-images-idx3-ubyte has 3 images; take both from one source.")
        try folder.writeMNIST(training: [0, 1, 2], test: [3])
        #expect(
            refusal { try Dataset.load(folder.path) }.contains(
                "the label of image 0 is 3, but there are only 3"))
        try folder.writeMNIST(training: [0, 1, 10])
        #expect(
            refusal { try Dataset.load("mnist:" + folder.path) }
                .contains(
                    "train-labels-idx1-ubyte: the label of image 2 is 10, but there are only 10 classes"))
        try folder.writeMNIST()
        try folder.write(Samples.idx([1, 3, 3]), to: "t10k-images-idx3-ubyte")
        #expect(
            refusal { try Dataset.load(folder.path) }.contains(
                "the training images have 2×2 px, the test images 3×3"))
    }

    @Test func missingEmptyAndMisplacedFilesAreNamed() throws {
        let folder = try Folder()
        try folder.writeMNIST()
        try folder.write([], to: "train-labels-idx1-ubyte")
        #expect(
            refusal { try Dataset.load(folder.path) }
                == "\(folder.path)/train-labels-idx1-ubyte: the file is empty (0 bytes); copy or download it again."
        )
        try folder.remove("train-labels-idx1-ubyte")
        #expect(
            refusal { try Dataset.load("fashion-mnist:" + folder.path) }
                == "\(folder.path)/train-labels-idx1-ubyte: there is no such file; install it with apt-get "
                + "install dataset-fashion-mnist, or use --data shapes.")
        try folder.write([1], to: "train-labels-idx1-ubyte/train-labels-idx1-ubyte")
        #expect(
            refusal { try Dataset.load(folder.path) }
                == "\(folder.path)/train-labels-idx1-ubyte: this is a directory, and a file is wanted; put "
                + "the file in its place.")
        try folder.write([1], to: "other/data.tar.gz")
        #expect(
            refusal { try Dataset.load(folder.path + "/other/data.tar.gz") }
                .contains("this is a file, and beside it are neither IDX nor CIFAR files; unpack it"))
    }

    /// Debian's package; the mean and deviation are the ones everybody uses.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
    func fashionMNISTIsReadAsInstalled() throws {
        let data = try Dataset.load(
            "fashion-mnist", options: DatasetOptions(places: ["/usr/share/datasets"]))
        #expect(data.training.count == 60_000 && data.test.count == 10_000 && data.nativeSize == 28)
        #expect((0..<10).allSatisfy { label in data.test.labels.count { $0 == label } == 1_000 })
        let normalisation = try Normalisation(of: data.training, resolution: 28)
        #expect(abs(normalisation.mean[0] - 0.2860) < 5e-5 && abs(normalisation.deviation[0] - 0.3530) < 5e-5)
        let clock = ContinuousClock()
        let time = try clock.measure {
            let normalisation = try Normalisation(of: data.training, resolution: 16)
            _ = try ScaledImages(data.training, resolution: 16, normalisation: normalisation)
        }
        print("60,000 images from 28 to 16 px, normalised: \(time)")
    }
}
