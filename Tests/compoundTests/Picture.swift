// A picture as a PNG file, without a library: stored blocks, two checksums.

import Foundation

/// Grey or RGB values as the bytes of a PNG.
struct Picture {
    let width: Int
    let height: Int
    let channels: Int
    /// The value of each channel of each pixel, row by row.
    var values: [UInt8]

    /// A picture whose values a closure gives for row, column and channel.
    init(width: Int, height: Int, channels: Int, _ value: (Int, Int, Int) -> Int) {
        (self.width, self.height, self.channels) = (width, height, channels)
        values = []
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<channels { values.append(UInt8(clamping: value(y, x, channel))) }
            }
        }
    }

    /// The file.
    var png: Data {
        let header = Self.bigEndian(width) + Self.bigEndian(height) + [8, channels == 1 ? 0 : 2, 0, 0, 0]
        var lines: [UInt8] = []
        for y in 0..<height {
            lines.append(0)
            lines += values[y * width * channels..<(y + 1) * width * channels]
        }
        precondition(lines.count <= 0xffff)
        let (low, high) = (UInt8(lines.count & 0xff), UInt8(lines.count >> 8))
        let stored = [0x78, 0x01, 0x01, low, high, ~low, ~high] + lines + Self.bigEndian(Self.adler(lines))
        return Data(
            [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + Self.chunk("IHDR", header)
                + Self.chunk("IDAT", stored) + Self.chunk("IEND", []))
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        return bigEndian(content.count) + body + bigEndian(checksum(body))
    }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func adler(_ bytes: [UInt8]) -> Int {
        var (a, b) = (1, 0)
        for byte in bytes { (a, b) = ((a + Int(byte)) % 65521, (b + a + Int(byte)) % 65521) }
        return b << 16 | a
    }

    private static func checksum(_ bytes: [UInt8]) -> Int {
        var crc: UInt32 = 0xffff_ffff
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xedb8_8320 }
        }
        return Int(~crc)
    }
}
