// PNG and JPEG of every kind become RGB; what cannot is refused by name.

import CTurboJPEG
import Datasets
import Foundation
import Testing

@Suite struct DecodedImageTests {
    private func decoded(_ bytes: [UInt8]) throws -> DecodedImage {
        try DecodedImage(bytes: bytes, file: "x")
    }

    private func pixel(_ image: DecodedImage, _ row: Int, _ column: Int) -> [UInt8] {
        let start = (row * image.width + column) * 3
        return Array(image.pixels[start..<start + 3])
    }

    @Test func everyKindOfPNGBecomesRGB() throws {
        let rgb = try decoded(Samples.png(width: 2, height: 1, rows: [[1, 2, 3, 4, 5, 6]]))
        #expect(rgb.width == 2 && rgb.height == 1 && rgb.pixels == [1, 2, 3, 4, 5, 6])
        let grey = try decoded(Samples.png(width: 2, height: 1, colour: 0, rows: [[7, 200]]))
        #expect(grey.pixels == [7, 7, 7, 200, 200, 200])
        let oneBit = try decoded(Samples.png(width: 2, height: 1, bits: 1, colour: 0, rows: [[0b0100_0000]]))
        #expect(oneBit.pixels == [0, 0, 0, 255, 255, 255])
        let palette = try decoded(
            Samples.png(
                width: 2, height: 1, colour: 3, extra: [("PLTE", [9, 8, 7, 1, 2, 3])], rows: [[1, 0]]))
        #expect(palette.pixels == [1, 2, 3, 9, 8, 7])
    }

    @Test func transparencyIsDropped() throws {
        let rgba = try decoded(
            Samples.png(
                width: 2, height: 2, colour: 6,
                rows: [[1, 2, 3, 0, 4, 5, 6, 128], [7, 8, 9, 255, 1, 1, 1, 1]]))
        #expect(rgba.pixels == [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 1, 1])
        let greyAlpha = try decoded(Samples.png(width: 2, height: 1, colour: 4, rows: [[50, 0, 60, 99]]))
        #expect(greyAlpha.pixels == [50, 50, 50, 60, 60, 60])
    }

    /// Without a gamma chunk these are not linear light: the high byte is the value.
    @Test func sixteenBitsBecomeEight() throws {
        let rgb = try decoded(
            Samples.png(
                width: 1, height: 2, bits: 16,
                rows: [[0, 0, 128, 128, 255, 255], [64, 64, 10, 10, 200, 200]]))
        #expect(rgb.pixels == [0, 128, 255, 64, 10, 200])
        let grey = try decoded(Samples.png(width: 1, height: 1, bits: 16, colour: 0, rows: [[77, 77]]))
        #expect(grey.pixels == [77, 77, 77])
    }

    /// Written, and read for comparison, by Pillow.
    @Test func foreignFilesGiveTheKnownPixels() throws {
        let png = try decoded(bytes(Foreign.palettePNG))
        #expect(png.width == 10 && png.height == 6)
        #expect(pixel(png, 0, 0) == [113, 25, 191])
        #expect(pixel(png, 3, 4) == [113, 100, 161])
        #expect(pixel(png, 5, 9) == [163, 200, 97])
        let jpeg = try decoded(bytes(Foreign.jpeg))
        #expect(jpeg.width == 10 && jpeg.height == 6)
        #expect(pixel(jpeg, 0, 0) == [2, 1, 255])
        #expect(pixel(jpeg, 3, 4) == [98, 151, 145])
        #expect(pixel(jpeg, 5, 9) == [230, 247, 57])
        let progressive = try decoded(bytes(Foreign.progressiveJPEG))
        #expect(pixel(progressive, 0, 0) == [2, 8, 216])
        #expect(pixel(progressive, 3, 4) == [96, 147, 150])
        #expect(pixel(progressive, 5, 9) == [227, 235, 88])
    }

    @Test(arguments: [TJSAMP_444, TJSAMP_420, TJSAMP_GRAY])
    func jpegsComeBackNearly(_ subsampling: TJSAMP) throws {
        let pixels = Samples.slopes(width: 24, height: 17)
        let image = try decoded(Samples.jpeg(width: 24, height: 17, pixels: pixels, subsampling: subsampling))
        #expect(image.width == 24 && image.height == 17)
        if subsampling == TJSAMP_GRAY {
            let pixels = image.pixels
            #expect(stride(from: 0, to: pixels.count, by: 3).allSatisfy { pixels[$0] == pixels[$0 + 1] })
        } else {
            let worst = zip(image.pixels, pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
            #expect(worst <= 12)
        }
    }

    @Test func sizesComeFromTheHeaderAlone() throws {
        let png = Array(Samples.png(side: 5, height: 3, red: 1, green: 1, blue: 1).prefix(33))
        #expect(try DecodedImage.size(bytes: png + Samples.chunk("IDAT", []), file: "x") == (5, 3))
        let jpeg = Samples.jpeg(width: 24, height: 17, pixels: Samples.slopes(width: 24, height: 17))
        #expect(try DecodedImage.size(bytes: jpeg, file: "x") == (24, 17))
    }

    @Test func absurdSizesAreRefusedBeforeAllocation() {
        let png = Samples.png(width: 60_000, height: 60_000, rows: [[0]])
        #expect(
            refusal { try decoded(png) }
                == "x: its header says 60000×60000 pixels, more than the 67108864 that are read; scale it "
                + "down or remove it.")
        var jpeg = Samples.jpeg(width: 16, height: 16, pixels: Samples.slopes(width: 16, height: 16))
        // Height and width stand five bytes after the start-of-frame mark.
        let frame = (0..<jpeg.count - 1).first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc0 } ?? 0
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xea, 0x60, 0xea, 0x60])
        #expect(refusal { try decoded(jpeg) }.hasPrefix("x: its header says 60000×60000 pixels"))
        #expect(
            refusal { try DecodedImage.size(bytes: jpeg, file: "x") }.hasPrefix(
                "x: its header says 60000×60000"))
    }

    @Test func printColoursAndOtherFormatsAreRefused() {
        #expect(
            refusal { try decoded(bytes(Foreign.cmykJPEG)) }
                == "x: its colours are CMYK, for print; convert it to RGB.")
        #expect(
            refusal { try decoded(Array("GIF89a".utf8)) }
                == "x: it begins as neither PNG nor JPEG does; convert it to one of them.")
        #expect(refusal { try decoded([]) }.hasPrefix("x: it begins as neither"))
    }

    @Test func everyTruncationOfPixelsIsRefused() {
        let pixels = Samples.slopes(width: 32, height: 32)
        let png = Samples.png(
            width: 32, height: 32, rows: (0..<32).map { Array(pixels[$0 * 96..<($0 + 1) * 96]) })
        // All but the last 12 bytes, which only mark the end.
        for length in 0..<png.count - 13 {
            #expect(refusal { try decoded(Array(png[..<length])) } != "", "PNG of \(length) bytes")
        }
        let jpeg = Samples.jpeg(width: 32, height: 32, pixels: pixels)
        for length in 0..<jpeg.count - 3 {
            #expect(refusal { try decoded(Array(jpeg[..<length])) } != "", "JPEG of \(length) bytes")
        }
    }

    private func bytes(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }
}
