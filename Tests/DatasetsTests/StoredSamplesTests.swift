// PNG samples as stored, against what Pillow's convert("RGB") and convert("L") give; and images to run a network on.

import Datasets
import Foundation
import Testing

@Suite struct StoredSamplesTests {
    private struct Kind: Sendable, CustomStringConvertible {
        let description: String
        let bits: UInt8
        let colour: UInt8
        let row: [UInt8]
        var extra: [(String, [UInt8])] = []
        let rgb: [UInt8]
        let grey: [UInt8]
        var width: Int { grey.count }
    }

    private static let palette: [(String, [UInt8])] = [("PLTE", Array(10..<22))]

    private static let kinds = [
        Kind(
            description: "grey 1", bits: 1, colour: 0, row: [0xb0],
            rgb: [255, 0, 255, 255].flatMap { [$0, $0, $0] },
            grey: [255, 0, 255, 255]),
        Kind(
            description: "grey 2", bits: 2, colour: 0, row: [0x1b],
            rgb: [0, 85, 170, 255].flatMap { [$0, $0, $0] },
            grey: [0, 85, 170, 255]),
        Kind(
            description: "grey 4", bits: 4, colour: 0, row: [0x3c], rgb: [51, 51, 51, 204, 204, 204],
            grey: [51, 204]),
        Kind(
            description: "grey 8 with tRNS", bits: 8, colour: 0, row: [7, 9], extra: [("tRNS", [0, 7])],
            rgb: [7, 7, 7, 9, 9, 9], grey: [7, 9]),
        Kind(
            description: "grey and alpha 16", bits: 16, colour: 4, row: [50, 200, 0, 0, 60, 250, 99, 1],
            rgb: [50, 50, 50, 60, 60, 60], grey: [50, 60]),
        Kind(
            description: "RGB 8 with tRNS", bits: 8, colour: 2, row: [10, 20, 30, 200, 100, 50],
            extra: [("tRNS", [0, 10, 0, 20, 0, 30])], rgb: [10, 20, 30, 200, 100, 50], grey: [18, 124]),
        Kind(
            description: "RGB 16", bits: 16, colour: 2,
            row: [10, 255, 20, 128, 30, 127, 200, 0, 100, 254, 50, 129],
            rgb: [10, 20, 30, 200, 100, 50], grey: [18, 124]),
        Kind(
            description: "RGBA 16", bits: 16, colour: 6, row: [10, 255, 20, 128, 30, 127, 0, 9],
            rgb: [10, 20, 30], grey: [18]),
        Kind(
            description: "palette 2 with tRNS", bits: 2, colour: 3, row: [0x1b],
            extra: palette + [("tRNS", [0, 128])], rgb: Array(10..<22), grey: [11, 14, 17, 20]),
        Kind(
            description: "palette 4", bits: 4, colour: 3, row: [0x31], extra: palette,
            rgb: [19, 20, 21, 13, 14, 15], grey: [20, 14]),
    ]

    /// Chunks on colour, of which none changes a sample.
    private static let colour: [[(String, [UInt8])]] = [
        [], [("gAMA", Samples.bigEndian(45455))], [("gAMA", Samples.bigEndian(100_000))],
        [("gAMA", Samples.bigEndian(22_727))], [("sRGB", [0])],
        [("cHRM", [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000].flatMap(Samples.bigEndian))],
        [("iCCP", Array("x".utf8) + [0, 0, 1, 2, 3])],
    ]

    @Test(arguments: kinds.indices) func samplesAreAsStored(_ index: Int) throws {
        let kind = Self.kinds[index]
        for colour in Self.colour {
            let image = try DecodedImage(
                bytes: Samples.png(
                    width: kind.width, height: 1, bits: kind.bits, colour: kind.colour,
                    extra: colour + kind.extra,
                    rows: [kind.row]),
                file: "x")
            #expect(image.pixels == kind.rgb, "\(kind) \(colour.map(\.0))")
            #expect(image.grey == kind.grey, "\(kind) \(colour.map(\.0))")
        }
    }

    /// Adam7 sends 5×3 pixels in the rows of its passes.
    @Test func interlacedSamplesComeToTheirPlaces() throws {
        let passes: [[UInt8]] = [
            [0], [40], [20], [100, 120, 140], [10, 30], [110, 130], [50, 60, 70, 80, 90],
        ]
        let image = try DecodedImage(
            bytes: Samples.png(width: 5, height: 3, colour: 0, interlaced: true, rows: passes), file: "x")
        #expect(image.grey == (0..<15).map { UInt8($0 * 10) })
    }

    @Test func filesAndFoldersArePreparedForANetwork() throws {
        let folder = try Folder()
        try folder.write(
            Samples.png(width: 2, height: 1, rows: [[10, 20, 30, 200, 100, 50]]), to: "wide.png")
        try folder.write(Samples.png(side: 2, red: 51, green: 102, blue: 204), to: "more/b.png")
        let files = try ImageFiles([folder.path + "/more", folder.path]).files
        #expect(files.map(\.name) == ["/more/b.png", "/more/b.png", "/wide.png"].map { folder.path + $0 })
        let plain = Normalisation(mean: [0, 0, 0], deviation: [1, 1, 1])
        #expect(try files[0].image(channels: 3, resolution: 1, plain).values == [0.2, 0.4, 0.8])
        let grey = try files[0].image(
            channels: 1, resolution: 2, Normalisation(mean: [0.5], deviation: [0.25]))
        #expect(grey.values == [Float](repeating: (Float(98) / 255 - 0.5) / 0.25, count: 4))
        #expect(
            refusal { try files[2].image(channels: 3, resolution: 2, plain) }
                == "\(folder.path)/wide.png: it has 2×1 px, less than the resolution 2, and images are never scaled up; "
                + "choose a larger image.")
        #expect(
            refusal { try files[0].image(channels: 3, resolution: .max, plain) }.contains("less than the res")
        )
        #expect(refusal { try ImageFiles([folder.path + "/none"]) }.contains("there is no such file"))
        try folder.write([1], to: "more/read.me")
        let more = try ImageFiles([folder.path + "/more"]).files
        #expect(more.count == 2)
        #expect(
            refusal { try more[1].image(channels: 3, resolution: 1, plain) }
                == "\(folder.path)/more/read.me: it is no .png, .jpg or .jpeg file; name the images themselves, or "
                + "remove it.")
    }

    @Test func filesInFoldersOfAnyBytesAreFound() throws {
        let folder = try Folder()
        try folder.write(Samples.png(side: 2, red: 51, green: 102, blue: 204), to: "a.png")
        let latin = Array((folder.path + "/caf").utf8) + [0xe9] + Array(".png".utf8)
        #expect(
            rename(folder.path + "/a.png", latin.map { CChar(bitPattern: $0) } + [0]) == 0)
        let files = try ImageFiles([folder.path]).files
        #expect(files.map(\.name) == [folder.path + "/caf\\xe9.png"])
        let plain = Normalisation(mean: [0, 0, 0], deviation: [1, 1, 1])
        #expect(try files[0].image(channels: 3, resolution: 1, plain).values == [0.2, 0.4, 0.8])
    }
}
