// Files that cannot be read or written at all.

import Foundation
import TensorFiles
import Testing

@Suite struct FileTests {
    /// The sentence with which both readers refuse a path.
    private func refusal(_ path: String) -> String? {
        do {
            _ = try NumpyArray(contentsOf: path)
            return nil
        } catch let first {
            do {
                _ = try Safetensors(contentsOf: path)
                return nil
            } catch {
                #expect(error == first)
                return error.sentence
            }
        }
    }

    @Test func whatIsNoFileIsNamed() throws {
        let folder = try Folder()
        #expect(refusal(folder.path("none.npy")) == "there is no such file; check the path.")
        #expect(refusal(folder.path) == "this is a directory; name the file inside it.")
        #expect(refusal("/dev/null") == "this is no regular file; save it to disk first.")
        #expect(
            refusal(try folder.write([], to: "empty"))
                == "the file is empty (0 bytes); write or download it again.")
        #expect(
            refusal(try folder.write([1], to: "file") + "/x.npy")
                == "the file cannot be read (not a directory); check its permissions.")
    }

    @Test func aFileLargerThanMemoryIsNotRead() throws {
        let folder = try Folder()
        let path = try folder.write([1], to: "huge.npy")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: 1 << 43)
        #expect(
            refusal(path)
                == "the file has 8796093022208 bytes, too many for this machine's memory; "
                + "use a larger machine.")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func aFullDiskIsNotSuccess() throws {
        #expect {
            try Samples.array.write(to: "/dev/full")
        } throws: {
            "\($0)"
                == "/dev/full: the file cannot be written (no space left on device); choose another place."
        }
    }

    @Test func aFailedWriteLeavesTheOldFileAndNothingElse() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(
            atPath: folder.path("x.npy"), withIntermediateDirectories: true)
        #expect {
            try Samples.array.write(to: folder.path("x.npy"))
        } throws: {
            "\($0)".hasSuffix("x.npy: the file cannot be written (is a directory); choose another place.")
        }
        #expect(folder.contents == ["x.npy"])
    }

    @Test func whatAKilledWriterLeftIsWrittenOver() throws {
        let folder = try Folder()
        _ = try folder.write([UInt8](repeating: 7, count: 100_000), to: "x.npy.part")
        try Samples.array.write(to: folder.path("x.npy"))
        #expect(folder.contents == ["x.npy"])
        #expect(try NumpyArray(contentsOf: folder.path("x.npy")) == Samples.array)
    }

    @Test func writersOfOneFileTakeTurns() async throws {
        let folder = try Folder()
        let path = folder.path("x.safetensors")
        let files = (0..<4).map { number in
            Safetensors(tensors: [
                NamedTensor("x", shape: [50_000], values: [Float](repeating: Float(number), count: 50_000))
            ])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for file in files {
                group.addTask { for _ in 0..<20 { try file.write(to: path) } }
            }
            try await group.waitForAll()
        }
        #expect(files.contains(try Safetensors(contentsOf: path)))
        #expect(folder.contents == ["x.safetensors"])
    }
}
