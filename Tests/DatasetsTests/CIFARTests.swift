// CIFAR's binary files: planes become pixels; damaged batches are named, and skipped on request.

import Datasets
import Testing

@Suite struct CIFARTests {
    private func tenFolder() throws -> Folder {
        let folder = try Folder()
        for index in 1...5 {
            try folder.write(
                (0..<10).flatMap {
                    Samples.cifar(labels: [UInt8($0)], red: UInt8(index), green: 100, blue: 200)
                },
                to: "data_batch_\(index).bin")
        }
        try folder.write(Samples.cifar(labels: [9], red: 7, green: 8, blue: 9), to: "test_batch.bin")
        return folder
    }

    @Test func batchesFollowOneAnother() throws {
        let folder = try tenFolder()
        for source in [folder.path, "cifar-10:" + folder.path] {
            let data = try Dataset.load(source)
            #expect(data.training.labels == (0..<50).map { $0 % 10 } && data.test.labels == [9])
            #expect(data.nativeSize == 32 && data.training.channels == 3 && data.classes[9] == "truck")
            #expect(Array(data.training.pixels[30_720..<30_726]) == [2, 100, 200, 2, 100, 200])
            #expect(data.test.pixels.count == 3072)
        }
    }

    @Test func namesAreReadWhereTheyAre() throws {
        let folder = try tenFolder()
        try folder.write(Array((0..<10).map { "class\($0)\n" }.joined().utf8), to: "batches.meta.txt")
        #expect(try Dataset.load(folder.path).classes[3] == "class3")
        try folder.write(Array("cat\ndog\n".utf8), to: "batches.meta.txt")
        #expect(
            refusal { try Dataset.load(folder.path) }
                == "\(folder.path)/batches.meta.txt: it names 2 classes, but there are 10; download or remove it."
        )
    }

    @Test func aHundredClassesAreTheFineOnes() throws {
        let folder = try Folder()
        let record = Samples.cifar(labels: [19, 99], red: 1, green: 2, blue: 3)
        let others = (0..<99).flatMap { Samples.cifar(labels: [0, $0], red: 4, green: 5, blue: 6) }
        try folder.write(Samples.gzip(record + others), to: "train.bin.gz")
        try folder.write(record, to: "test.bin")
        let data = try Dataset.load(folder.path)
        #expect(data.training.labels == [99] + (0..<99) && data.classes.count == 100)
        #expect(Array(data.training.pixels[3072...].prefix(3)) == [4, 5, 6])
        try folder.write(Samples.cifar(labels: [0, 100], red: 4, green: 5, blue: 6), to: "train.bin")
        #expect(
            refusal { try Dataset.load(folder.path) }
                == "\(folder.path)/train.bin: the label of image 0 is 100, but there are only 100 classes; "
                + "download it again.")
    }

    @Test func aDamagedBatchIsNamedOrSkipped() throws {
        let folder = try tenFolder()
        try folder.write([1, 2, 3], to: "data_batch_3.bin")
        let sentence =
            "\(folder.path)/data_batch_3.bin: its 3 bytes are not a whole number of records of 3073; it is "
            + "cut off or not the binary version, so download it again."
        #expect(refusal { try Dataset.load(folder.path) } == sentence)
        let data = try Dataset.load(folder.path, options: DatasetOptions(skipCorrupt: true))
        #expect(data.training.count == 40 && data.skipped == [sentence])
        try folder.write([1, 2, 3], to: "test_batch.bin")
        #expect(
            refusal { try Dataset.load(folder.path, options: DatasetOptions(skipCorrupt: true)) }
                .contains("test_batch.bin: its 3 bytes"))
    }

    @Test func missingBatchesAndPicklesAreNamed() throws {
        let folder = try tenFolder()
        try folder.remove("data_batch_2.bin")
        let sentence = refusal { try Dataset.load("cifar-10:" + folder.path) }
        #expect(
            sentence.hasPrefix("\(folder.path)/data_batch_2.bin: there is no such file; download and unpack"))
        let pickles = try Folder()
        try pickles.write([1], to: "batches.meta")
        #expect(
            refusal { try Dataset.load("cifar-10:" + pickles.path) }
                .hasPrefix("\(pickles.path): these files are the Python version; download"))
    }
}
