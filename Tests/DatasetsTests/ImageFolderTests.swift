// Folders of class folders: layouts, crops, the held-out part, and damage that is named or skipped.

import Datasets
import Testing

@Suite struct ImageFolderTests {
    /// `count` images of 4×4 in each of two classes, red and blue.
    private func fill(_ folder: Folder, _ root: String, count: Int = 2, classes: [String] = ["blue", "red"])
        throws
    {
        for name in classes {
            for index in 0..<count {
                try folder.write(
                    Samples.png(
                        side: 4, red: name == "red" ? 250 : UInt8(index), green: 0,
                        blue: name == "blue" ? 250 : 0),
                    to: "\(root)\(name)/\(index).png")
            }
        }
    }

    @Test(arguments: ["test", "val"]) func trainAndTestFoldersAreRead(_ test: String) throws {
        let folder = try Folder()
        try fill(folder, "train/", count: 5)
        try fill(folder, test + "/", count: 1)
        try folder.write([1], to: "train/red/.DS_Store")
        let data = try Dataset.load(folder.path)
        #expect(data.classes == ["blue", "red"] && data.name == folder.path)
        #expect(data.training.count == 10 && data.test.count == 2 && data.nativeSize == 4)
        #expect(data.training.channels == 3 && data.training.labels.count { $0 == 1 } == 5)
        for index in 0..<10 {
            let red = data.training.pixels[index * 48]
            #expect((red == 250) == (data.training.labels[index] == 1))
        }
        // The classes are mixed, so that a prefix holds both.
        #expect(data.training.labels != data.training.labels.sorted())
    }

    @Test func aTenthIsHeldOutBySeed() throws {
        let folder = try Folder()
        try fill(folder, "", count: 20)
        let data = try Dataset.load(folder.path)
        #expect(data.training.count == 36 && data.test.labels.sorted() == [0, 0, 1, 1])
        #expect(try Dataset.load(folder.path) == data)
        let others = try (1..<5).map { seed in
            try Dataset.load(folder.path, options: DatasetOptions(seed: seed)).test.pixels
        }
        #expect(others.contains { $0 != data.test.pixels })
    }

    @Test func theSmallestImageIsTheNativeSize() throws {
        let folder = try Folder()
        try fill(folder, "train/")
        try fill(folder, "test/")
        // 6 wide and 3 high: of the columns 0...5 the centre square is 1...3.
        let row: [UInt8] = [9, 10, 20, 60, 9, 9].flatMap { [$0, 0, 0] }
        try folder.write(Samples.png(width: 6, height: 3, rows: [row, row, row]), to: "test/red/wide.png")
        let data = try Dataset.load(folder.path)
        #expect(data.nativeSize == 3)
        let reds = stride(from: 0, to: data.test.pixels.count, by: 3).map { data.test.pixels[$0] }
        #expect((0..<data.test.count).contains { Array(reds[$0 * 9..<$0 * 9 + 3]) == [10, 20, 60] })
        let small = try Dataset.load(folder.path, options: DatasetOptions(imageSize: 1))
        #expect(small.test.pixels.count == 5 * 3 && small.test.pixels.contains(30))
    }

    @Test func anImageBelowTheAskedSizeIsNamed() throws {
        let folder = try Folder()
        try fill(folder, "train/")
        try fill(folder, "test/")
        try folder.write(Samples.png(side: 3, height: 2, red: 0, green: 0, blue: 0), to: "test/red/small.png")
        #expect(
            refusal { try Dataset.load(folder.path, options: DatasetOptions(imageSize: 4)) }
                == "\(folder.path)/test/red/small.png: it has 3×2 px, less than the image size 4; images "
                + "are never scaled up, so choose at most 2, or remove what is smaller.")
        try folder.write(Samples.png(side: 3, red: 0, green: 0, blue: 0), to: "test/red/other.png")
        #expect(
            refusal { try Dataset.load(folder.path, options: DatasetOptions(imageSize: 4)) }.contains(
                "less than the image size 4, as has 1 other file; images"))
    }

    @Test func pngAndJPEGAreToldByTheirBytes() throws {
        let folder = try Folder()
        try fill(folder, "train/")
        try fill(folder, "test/")
        let jpeg = Samples.jpeg(width: 8, height: 8, pixels: Samples.slopes(width: 8, height: 8))
        for name in ["a.jpg", "b.JPEG", "c.png"] { try folder.write(jpeg, to: "train/red/" + name) }
        #expect(try Dataset.load(folder.path).training.count == 7)
    }

    @Test func damagedFilesAreNamedOrSkippedAndCounted() throws {
        let folder = try Folder()
        try fill(folder, "train/", count: 3)
        try fill(folder, "test/")
        // One fails at its header, one in its pixels, one is no image, one is empty.
        var damaged = Samples.png(side: 4, red: 1, green: 1, blue: 1)
        damaged[damaged.count - 20] ^= 1
        try folder.write(damaged, to: "train/red/pixels.png")
        let sentence = refusal { try Dataset.load(folder.path) }
        #expect(sentence.hasPrefix("\(folder.path)/train/red/pixels.png: it cannot be decoded (IDAT: "))
        #expect(sentence.hasSuffix("; replace or remove it, or leave damaged files out with --skip-corrupt."))
        try folder.write([0xff, 0xd8, 0xff], to: "train/red/header.jpg")
        try folder.write(Array("hello".utf8), to: "train/blue/notes.txt")
        try folder.write([], to: "test/blue/nothing.png")
        let data = try Dataset.load(folder.path, options: DatasetOptions(skipCorrupt: true))
        #expect(data.training.count == 6 && data.test.count == 4)
        let names = data.skipped.map { $0.prefix { $0 != ":" }.dropFirst(folder.path.count + 1) }.sorted()
        #expect(
            names == [
                "test/blue/nothing.png", "train/blue/notes.txt", "train/red/header.jpg",
                "train/red/pixels.png",
            ])
        #expect(data.skipped.contains { $0.contains("the file is empty (0 bytes)") })
        #expect(data.skipped.contains { $0.contains("class folders hold only .png, .jpg and .jpeg files") })
    }

    @Test func aClassWhoseImagesAreAllDamagedIsNamed() throws {
        let folder = try Folder()
        try fill(folder, "train/")
        try fill(folder, "test/")
        for index in 0..<2 { try folder.write([1], to: "train/red/\(index).png") }
        #expect(
            refusal { try Dataset.load(folder.path, options: DatasetOptions(skipCorrupt: true)) }
                == "\(folder.path): no training image of class 'red' is left; add images or remove its folder."
        )
    }

    @Test func layoutsThatCannotBeMeantAreRefused() throws {
        let folder = try Folder()
        #expect(
            refusal { try Dataset.load(folder.path) }.contains(
                "it holds neither class folders nor IDX or CIFAR files"))
        try fill(folder, "test/")
        #expect(
            refusal { try Dataset.load(folder.path) }.contains("there is a folder test, but no folder train"))
        try fill(folder, "train/", classes: ["red"])
        #expect(refusal { try Dataset.load(folder.path) }.contains("/train: it holds 1 class folder; make 2"))
        try fill(folder, "train/", classes: ["green"])
        #expect(
            refusal { try Dataset.load(folder.path) }
                == "\(folder.path)/test/blue: the training images have no class 'blue'; add it there or "
                + "remove it here.")
        try folder.write([1], to: "train/empty/.hidden")
        #expect(
            refusal { try Dataset.load(folder.path) }
                == "\(folder.path)/train/empty: this class folder is empty; put images into it or remove it.")
    }
}
