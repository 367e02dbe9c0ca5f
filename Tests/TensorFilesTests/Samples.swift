// Files to read: valid ones, and what a broken one says.

import Foundation
import TensorFiles

/// Bytes of small valid files.
enum Samples {
    static let safetensors = Safetensors(
        tensors: [
            NamedTensor("conv.weight", shape: [2, 1, 1, 3], values: [1, 2, 3, 4, 5, 6]),
            NamedTensor("bn.bias", shape: [2], values: [-0.5, 0.25]),
            NamedTensor("empty", shape: [0, 4], values: []), NamedTensor("scalar", shape: [], values: [7]),
        ], counters: ["bn.num_batches_tracked": 3], metadata: ["format": "pt"])

    static let array = NumpyArray(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])

    /// A safetensors file with this header and so many bytes of zeros.
    static func safetensors(header: String, data: Int = 0) -> [UInt8] {
        let length = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header.utf8
            + [UInt8](repeating: 0, count: data)
    }

    /// An npy file with this header.
    static func npy(version: UInt8 = 1, header: String, data: [UInt8] = []) -> [UInt8] {
        let length = header.utf8.count
        let size = version == 1 ? 2 : 4
        return [0x93] + "NUMPY".utf8 + [version, 0]
            + (0..<size).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header.utf8 + data
    }

    /// Little-endian bytes of floats.
    static func bytes(_ values: [Float]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    }

    /// The sentence with which reading fails, or nil where it succeeds.
    static func refusal(safetensors bytes: [UInt8]) -> String? {
        do {
            _ = try Safetensors(bytes: bytes, file: "w.safetensors")
            return nil
        } catch { return "\(error)" }
    }

    /// The sentence with which reading fails, or nil where it succeeds.
    static func refusal(npy bytes: [UInt8]) -> String? {
        do {
            _ = try NumpyArray(bytes: bytes, file: "x.npy")
            return nil
        } catch { return "\(error)" }
    }
}

/// A folder that goes with the test.
final class Folder {
    private let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("tensor-files-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}
