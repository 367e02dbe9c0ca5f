// Area averaging against its definition, and normalisation after it.

import Datasets
import Testing

@Suite struct ScaledImagesTests {
    private let plain = Normalisation(mean: [0], deviation: [1])

    private func images(side: Int, channels: Int = 1, count: Int = 1, _ pixels: [UInt8]) -> LabelledImages {
        LabelledImages(
            height: side, width: side, channels: channels, pixels: pixels,
            labels: [UInt16](repeating: 0, count: count))
    }

    /// Grey levels as floats of 0...1.
    private func levels(_ levels: Double...) -> [Float] { levels.map { Float($0 / 255) } }

    /// The same by definition: every pixel repeated until the sides divide, then means of whole blocks.
    private func reference(_ pixels: [UInt8], side: Int, channels: Int, to output: Int) -> [Float] {
        let scale = 255 * Double(side * side)
        return (0..<output * output * channels).map { index in
            let (row, column, channel) = (
                index / channels / output, index / channels % output, index % channels
            )
            var sum = 0
            for y in row * side..<(row + 1) * side {
                for x in column * side..<(column + 1) * side {
                    sum += Int(pixels[(y / output * side + x / output) * channels + channel])
                }
            }
            return Float(Double(sum) / scale)
        }
    }

    @Test func aBlockIsItsMean() throws {
        let scaled = try ScaledImages(
            images(side: 4, [1, 3, 0, 0, 5, 7, 0, 4, 255, 255, 9, 9, 255, 255, 9, 10]), resolution: 2,
            normalisation: Normalisation(mean: [0], deviation: [1]))
        #expect(scaled.values == levels(4, 1, 255, 9.25))
        #expect(scaled.resolution == 2 && scaled.channels == 1 && scaled.count == 1)
    }

    @Test func equalSidesChangeNothing() throws {
        let pixels = (0..<49).map { UInt8($0 * 5) }
        let scaled = try ScaledImages(images(side: 7, pixels), resolution: 7, normalisation: plain)
        #expect(scaled.values == pixels.map { Float(Double($0) / 255) })
    }

    @Test(arguments: [(5, 3), (28, 16), (28, 20), (32, 31), (7, 1), (13, 8), (61, 44)], [1, 3])
    func everyPixelCountsByItsOverlap(_ sides: (from: Int, to: Int), _ channels: Int) throws {
        var numbers = Numbers(sides.from * 1000 + sides.to)
        let pixels = (0..<sides.from * sides.from * channels).map { _ in UInt8(numbers.below(256)) }
        let scaled = try ScaledImages(
            images(side: sides.from, channels: channels, pixels), resolution: sides.to,
            normalisation: Normalisation(
                mean: [Float](repeating: 0, count: channels),
                deviation: [Float](repeating: 1, count: channels)))
        let expected = reference(pixels, side: sides.from, channels: channels, to: sides.to)
        #expect(scaled.values == expected)
    }

    /// PyTorch's adaptive average pooling from 3 to 2 means pixels 0...1 and 1...2; the overlap counts the
    /// middle one by half.
    @Test func theMiddlePixelOfThreeIsShared() throws {
        let pixels: [UInt8] = [0, 60, 240, 0, 60, 240, 0, 60, 240]
        let scaled = try ScaledImages(images(side: 3, pixels), resolution: 2, normalisation: plain)
        #expect(scaled.values == levels(20, 180, 20, 180))
    }

    @Test func aResolutionAboveNativeIsRefused() {
        let small = images(side: 2, [0, 0, 0, 0])
        let sentence =
            "resolution 3: the images' native size is 2 px, and they are never scaled up; "
            + "choose a resolution from 1 to 2."
        #expect(refusal { try ScaledImages(small, resolution: 3, normalisation: plain) } == sentence)
        #expect(refusal { try Normalisation(of: small, resolution: 3) } == sentence)
        #expect(refusal { try Normalisation(of: small, resolution: 0) }.hasPrefix("resolution 0: "))
    }

    @Test func imagesThatAreNotSquareAreRefused() {
        let wide = LabelledImages(height: 1, width: 2, channels: 1, pixels: [1, 2], labels: [0])
        #expect(
            refusal { try Normalisation(of: wide, resolution: 1) }
                == "images of 2×1 px: only square images are trained on; crop them.")
    }

    @Test func normalisationIsTakenAfterScaling() throws {
        // Means of the blocks: 10 and 30; single pixels vary more.
        let pair = images(side: 2, count: 2, [0, 20, 0, 20, 20, 40, 30, 30])
        let normalisation = try Normalisation(of: pair, resolution: 1)
        #expect(normalisation.mean == [Float(20.0 / 255)])
        #expect(abs(normalisation.deviation[0] - 10 / 255) < 1e-8)
        let scaled = try ScaledImages(pair, resolution: 1, normalisation: normalisation)
        #expect(abs(scaled.values[0] + 1) < 1e-6 && abs(scaled.values[1] - 1) < 1e-6)
    }

    @Test func eachChannelHasItsOwnNormalisation() throws {
        let pair = images(side: 1, channels: 3, count: 2, [0, 100, 7, 50, 100, 9])
        let normalisation = try Normalisation(of: pair, resolution: 1)
        #expect(normalisation.mean == levels(25, 100, 8))
        // A channel without variation is not divided by zero.
        #expect(normalisation.deviation[1] == 1)
        let scaled = try ScaledImages(pair, resolution: 1, normalisation: normalisation)
        #expect(scaled.values.map { ($0 * 1000).rounded() / 1000 } == [-1, 0, -1, 1, 0, 1])
    }

    @Test func noImagesAreNoValues() throws {
        let none = images(side: 2, count: 0, [])
        let normalisation = try Normalisation(of: none, resolution: 2)
        #expect(normalisation == Normalisation(mean: [0], deviation: [1]))
        #expect(try ScaledImages(none, resolution: 1, normalisation: normalisation).values.isEmpty)
    }
}
