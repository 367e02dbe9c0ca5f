// Every reader on damaged files: each input is read or refused with the module's error; a trap fails the run,
// and the printed seed repeats it.
//
//     FUZZ=1000000 FUZZ_SEED=7 swift test -c release --disable-testable-imports --filter DatasetsTests.FuzzTests

import Datasets
import Foundation
import Testing

@Suite struct FuzzTests {
    private static let count = number("FUZZ") ?? 100_000
    private static let seed = number("FUZZ_SEED") ?? Int(Date().timeIntervalSince1970)

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init)
    }

    @Test func idxIsReadOrRefused() {
        fuzz("IDX", [Samples.idx([3, 4, 4]), Samples.idx([1, 1, 1]), Samples.idx([7])], places: 0..<16) {
            let images = try IDXFile(bytes: $0, rank: 3, file: "x")
            _ = try IDXFile.images(
                images, file: "x", labels: IDXFile(bytes: Samples.idx([3], [0, 1, 2]), rank: 1, file: "y"),
                labelFile: "y", classes: 3)
        }
    }

    @Test func gzipIsReadOrRefused() {
        let images = Samples.idx([5, 8, 8])
        let valid = [
            Samples.gzip(images), Samples.gzip(Array(images[..<100])) + Samples.gzip(Array(images[100...])),
        ]
        fuzz("gzip", valid, places: 0..<12) { _ = try IDXFile(bytes: $0, rank: 3, file: "x") }
    }

    @Test func cifarIsReadOrRefused() {
        let ten = Samples.cifar(labels: [3], red: 1, green: 2, blue: 3)
        fuzz(
            "CIFAR", [ten, ten + ten, Samples.cifar(labels: [9, 99], red: 9, green: 8, blue: 7)],
            places: 0..<2
        ) {
            let cifar: CIFAR = ($0.last ?? 0) == 7 ? .hundred : .ten
            _ = try cifar.images($0, file: "x")
        }
    }

    @Test func pngIsReadOrRefused() {
        let valid = [
            Samples.png(side: 5, red: 1, green: 2, blue: 3),
            Samples.png(width: 3, height: 2, colour: 6, rows: [Array(0..<12), Array(12..<24)]),
            Samples.png(
                width: 4, height: 1, bits: 2, colour: 3,
                extra: [("PLTE", Array(0..<12)), ("tRNS", [0, 128])],
                rows: [[0b00_01_10_11]]),
            Samples.png(width: 2, height: 2, bits: 16, colour: 4, rows: [Array(0..<8), Array(8..<16)]),
        ]
        // Half of the inputs get their check sums mended, to reach what stands behind them.
        fuzz("PNG", valid, places: 8..<33, share: 4, mend: mended) {
            _ = try DecodedImage(bytes: $0, file: "x")
        }
    }

    @Test func jpegIsReadOrRefused() {
        let pixels = Samples.slopes(width: 16, height: 16)
        let valid = [
            Samples.jpeg(width: 16, height: 16, pixels: pixels),
            Samples.jpeg(width: 16, height: 16, pixels: pixels, subsampling: .init(2)),
            Array(Data(base64Encoded: Foreign.progressiveJPEG) ?? Data()),
        ]
        fuzz("JPEG", valid, places: 140..<180, share: 4) { _ = try DecodedImage(bytes: $0, file: "x") }
    }

    /// Reads `count` / `share` damaged versions of valid files.
    private func fuzz(
        _ name: String, _ valid: [[UInt8]], places: Range<Int>, share: Int = 1,
        mend: ([UInt8]) -> [UInt8] = { $0 }, _ read: ([UInt8]) throws -> Void
    ) {
        let count = max(1, Self.count / share)
        print("fuzzing \(name): \(count) inputs, FUZZ_SEED=\(Self.seed)")
        var readable = 0
        for index in 0..<count {
            var numbers = Numbers(Self.seed &* 1_000_003 &+ index)
            var bytes = damaged(valid, &numbers, places: places)
            if index % 2 == 0 { bytes = mend(bytes) }
            let sentence = refusal { try read(bytes) }
            if sentence == "" {
                readable += 1
            } else if !sentence.contains(": ") || !sentence.hasSuffix(".") || sentence.contains("\n") {
                Issue.record("input \(index) of seed \(Self.seed): \(sentence)")
            }
        }
        print("fuzzing \(name): \(readable) read, \(count - readable) refused")
        #expect(readable < count)
    }

    /// One of the valid files with one to four changes, often at the `places` of its header.
    private func damaged(_ valid: [[UInt8]], _ numbers: inout Numbers, places: Range<Int>) -> [UInt8] {
        var bytes = valid[numbers.below(valid.count)]
        for _ in 0...numbers.below(4) {
            let start = numbers.below(bytes.count + 1)
            let end = min(bytes.count, start + numbers.below(25))
            switch numbers.below(7) {
            case 0, 1:
                if start < bytes.count { bytes[start] ^= 1 << UInt8(numbers.below(8)) }
            case 2:
                let place = places.lowerBound + numbers.below(places.count)
                if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: numbers.next()) }
            case 3: bytes.removeLast(numbers.below(bytes.count + 1))
            case 4:
                for index in start..<end { bytes[index] = UInt8(truncatingIfNeeded: numbers.next()) }
            case 5: bytes.removeSubrange(start..<end)
            default: bytes.insert(contentsOf: bytes[start..<end], at: numbers.below(bytes.count + 1))
            }
        }
        return bytes
    }

    /// A PNG's chunks as far as they can be followed, with right check sums.
    private func mended(_ bytes: [UInt8]) -> [UInt8] {
        var mended = Array(bytes.prefix(8))
        var place = 8
        while place + 12 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - place - 12 else { break }
            let type = String(decoding: bytes[place + 4..<place + 8].map { $0 & 0x7f }, as: UTF8.self)
            mended += Samples.chunk(type, Array(bytes[place + 8..<place + 8 + length]))
            place += 12 + length
        }
        return mended + bytes[min(place, bytes.count)...]
    }
}
