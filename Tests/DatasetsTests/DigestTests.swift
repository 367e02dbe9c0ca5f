// Data sets are told apart by what they hold, and remembered while nothing changes.

import Datasets
import Foundation
import Testing

@Suite struct DigestTests {
    private func photos() throws -> Folder {
        let folder = try Folder()
        for (label, name) in ["a", "b"].enumerated() {
            for index in 0..<3 {
                let red = UInt8(10 * index + label)
                try folder.write(
                    Samples.png(side: 4, red: red, green: 0, blue: 0), to: "\(name)/\(index).png")
            }
        }
        return folder
    }

    private func digest(_ folder: Folder, imageSize: Int? = nil, cache: DigestCache? = nil) throws -> String {
        let options = DatasetOptions(imageSize: imageSize, digests: cache)
        return try DatasetDigest(of: DatasetSource(folder.path), options: options).hexadecimal
    }

    @Test func aCopyIsTheSameAndAChangeIsAnother() throws {
        let folder = try photos()
        let first = try digest(folder)
        #expect(try digest(photos()) == first && first.count == 32)
        #expect(try Dataset.load(folder.path).digest.hexadecimal == first)
        #expect(try digest(folder, imageSize: 2) != first)
        var seen: Set = [first]
        func isNew() throws -> Bool { seen.insert(try digest(folder)).inserted }
        try folder.write(Samples.png(side: 4, red: 99, green: 0, blue: 0), to: "a/0.png")
        #expect(try isNew())
        try folder.write(Samples.png(side: 4, red: 0, green: 0, blue: 0), to: "a/3.png")
        #expect(try isNew())
        try FileManager.default.moveItem(atPath: folder.path + "/a/3.png", toPath: folder.path + "/a/4.png")
        #expect(try isNew())
        try folder.remove("a/4.png")
        try FileManager.default.moveItem(atPath: folder.path + "/a/1.png", toPath: folder.path + "/x.png")
        try FileManager.default.moveItem(atPath: folder.path + "/b/1.png", toPath: folder.path + "/a/1.png")
        try FileManager.default.moveItem(atPath: folder.path + "/x.png", toPath: folder.path + "/b/1.png")
        #expect(try isNew())
    }

    @Test func drawingsAreTheirParameters() throws {
        func digest(_ text: String) throws -> DatasetDigest { try DatasetDigest(of: DatasetSource(text)) }
        #expect(try digest("shapes") == digest("shapes:size=32"))
        #expect(try digest("shapes") != digest("shapes:seed=1"))
        #expect(try Dataset.load("shapes:count=20").digest == digest("shapes:count=20"))
    }

    /// A second look reads no file: a line with another digest for the same state is believed.
    @Test func unchangedFilesAreRemembered() throws {
        let (folder, home) = (try photos(), try Folder())
        let cache = DigestCache(folder: home.path + "/deep/cache", settling: 0)
        let first = try digest(folder, cache: cache)
        let file = home.path + "/deep/cache/dataset-digests"
        let line = try String(contentsOfFile: file, encoding: .utf8)
        #expect(line.contains(first) && line.split(separator: "\n").count == 1)
        #expect(try digest(folder, cache: cache) == first)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == line)
        // A damaged digest is not believed.
        let words = line.split(separator: " ")
        let damaged = "\(words[0]) \(String(first.reversed())) \(words[2])"
        try damaged.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try digest(folder, cache: cache) == first)
        try Data([0xff, 0, 1, 0x0a]).write(to: URL(fileURLWithPath: file))
        #expect(try digest(folder, cache: cache) == first)
        try folder.write(Samples.png(side: 4, red: 77, green: 0, blue: 0), to: "a/0.png")
        #expect(try digest(folder, cache: cache) != first)
    }

    @Test func aCacheThatCannotBeWrittenHarmsNothing() throws {
        let folder = try photos()
        let cache = DigestCache(folder: "/dev/null/cache", settling: 0)
        #expect(try digest(folder, cache: cache) == digest(folder))
        // Files changed a moment ago are not remembered.
        let home = try Folder()
        _ = try digest(folder, cache: DigestCache(folder: home.path, settling: 60))
        #expect(!FileManager.default.fileExists(atPath: home.path + "/dataset-digests"))
    }
}
