// Small files of each format, built here, and what a broken one says.

import CLibPNG
import CTurboJPEG
import CZlib
import Datasets
import Foundation

/// Bytes of small valid files.
enum Samples {
    /// An IDX file of these lengths; its values are given or count upwards.
    static func idx(_ shape: [Int], _ values: [UInt8]? = nil) -> [UInt8] {
        [0, 0, 8, UInt8(shape.count)] + shape.flatMap(bigEndian)
            + (values ?? (0..<shape.reduce(1, *)).map { UInt8(truncatingIfNeeded: $0) })
    }

    /// A gzip file as zlib writes it.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] { deflated(bytes, windowBits: 31) }

    /// One CIFAR record: its labels and planes of one value for each colour.
    static func cifar(labels: [UInt8], red: UInt8, green: UInt8, blue: UInt8) -> [UInt8] {
        labels + [red, green, blue].flatMap { [UInt8](repeating: $0, count: 1024) }
    }

    /// A PNG with rows of this many bits and of this colour type; `extra` chunks come before the pixels.
    static func png(
        width: Int, height: Int, bits: UInt8 = 8, colour: UInt8 = 2, extra: [(String, [UInt8])] = [],
        interlaced: Bool = false, rows: [[UInt8]]
    ) -> [UInt8] {
        let header = bigEndian(width) + bigEndian(height) + [bits, colour, 0, 0, interlaced ? 1 : 0]
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header)
            + extra.flatMap { chunk($0.0, $0.1) }
            + chunk("IDAT", deflated(rows.flatMap { [0] + $0 }, windowBits: 15)) + chunk("IEND", [])
    }

    /// An RGB PNG of one colour.
    static func png(side: Int, height: Int? = nil, red: UInt8, green: UInt8, blue: UInt8) -> [UInt8] {
        let row = (0..<side).flatMap { _ in [red, green, blue] }
        return png(
            width: side, height: height ?? side, rows: [[UInt8]](repeating: row, count: height ?? side))
    }

    /// One chunk of a PNG with its check sum.
    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(data.count) + body + bigEndian(Int(crc32(0, body, UInt32(body.count))))
    }

    /// A JPEG of RGB pixels.
    static func jpeg(width: Int, height: Int, pixels: [UInt8], subsampling: TJSAMP = TJSAMP_444) -> [UInt8] {
        let handle = tjInitCompress()
        defer { tjDestroy(handle) }
        var data: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        let status = tjCompress2(
            handle, pixels, Int32(width), 0, Int32(height), TJPF_RGB.rawValue, &data, &size,
            Int32(bitPattern: subsampling.rawValue), 95, 0)
        precondition(status == 0)
        defer { tjFree(data) }
        return Array(UnsafeBufferPointer(start: data, count: Int(size)))
    }

    /// RGB pixels of smooth slopes.
    static func slopes(width: Int, height: Int) -> [UInt8] {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let both = 50 + 100 * (x + y) / (width + height)
                pixels += [UInt8(200 * x / width), UInt8(200 * y / height), UInt8(both)]
            }
        }
        return pixels
    }

    static func bigEndian(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }

    private static func deflated(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
        var stream = z_stream()
        precondition(
            deflateInit2_(
                &stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { deflateEnd(&stream) }
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: bytes.count + 1000) { output, count in
            input.withUnsafeMutableBufferPointer {
                stream.next_in = $0.baseAddress
                stream.avail_in = UInt32($0.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            }
            count = Int(stream.total_out)
        }
    }
}

/// The sentence with which something fails, or "" where it succeeds.
func refusal<Value>(_ body: () throws -> Value) -> String {
    do {
        _ = try body()
        return ""
    } catch { return "\(error)" }
}

/// A folder that goes with the test.
final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/datasets-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and the folders on the way to it.
    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    /// The four files of a tiny MNIST: `training` and `test` images of 2×2.
    func writeMNIST(training: [UInt8] = [0, 1, 2], test: [UInt8] = [2], packed: Bool = false) throws {
        for (part, labels) in [("train", training), ("t10k", test)] {
            let images = Samples.idx([labels.count, 2, 2])
            let classes = Samples.idx([labels.count], labels)
            try write(
                packed ? Samples.gzip(images) : images, to: "\(part)-images-idx3-ubyte\(packed ? ".gz" : "")")
            try write(
                packed ? Samples.gzip(classes) : classes,
                to: "\(part)-labels-idx1-ubyte\(packed ? ".gz" : "")")
        }
    }
}

/// SplitMix64.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
