// Both readers on damaged files: each input parses or throws the module's error; a trap fails the run, and
// the printed seed repeats it.
//
//     FUZZ=1000000 FUZZ_SEED=7 swift test -c release --disable-testable-imports --filter Fuzz

import Foundation
import TensorFiles
import Testing

@Suite struct FuzzTests {
    private static let count = number("FUZZ") ?? 50_000
    private static let seed = number("FUZZ_SEED") ?? Int(Date().timeIntervalSince1970)

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init)
    }

    @Test func safetensorsIsReadOrRefused() {
        let valid = [
            Samples.safetensors.bytes,
            Samples.safetensors(header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: 4),
            Safetensors(tensors: []).bytes,
        ]
        let words = [
            "{", "}", "[", "]", ",", ":", "\"", "\\u", "\\ud83d", "F32", "I64", "BF16", "0", "-1", "4",
            "18446744073709551616", "9223372036854775807", "\"shape\":", "\"data_offsets\":[0,4]", "\"a\":{",
            "__metadata__",
        ]
        fuzz("safetensors", valid, words, lengthBytes: 0..<8) {
            Samples.safetensors(header: $0, data: 8)
        } refusal: {
            Samples.refusal(safetensors: $0)
        }
    }

    @Test func npyIsReadOrRefused() {
        let valid = [
            Samples.array.bytes, NumpyArray(shape: [], values: [1]).bytes,
            Samples.npy(
                version: 2, header: "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}\n",
                data: [0, 0, 0, 0]),
        ]
        let words = [
            "{", "}", "(", ")", ",", ":", "'", "'descr'", "'<f4'", "'>f8'", "True", "False", "'shape'", "0",
            "-1", "99999999999999999999", "4611686018427387904", "\n", "\\",
        ]
        fuzz("npy", valid, words, lengthBytes: 6..<12) {
            Samples.npy(version: 3, header: $0, data: [0, 0, 0, 0])
        } refusal: {
            Samples.refusal(npy: $0)
        }
    }

    /// Mutates valid files, and every sixteenth time one that `file` makes of a random header, `count` times;
    /// `refusal` reads each.
    private func fuzz(
        _ name: String, _ valid: [[UInt8]], _ words: [String], lengthBytes: Range<Int>,
        file: (String) -> [UInt8], refusal: ([UInt8]) -> String?
    ) {
        print("fuzzing \(name): FUZZ=\(Self.count) FUZZ_SEED=\(Self.seed)")
        var parsed = 0
        for index in 0..<Self.count {
            var mutation = Mutation(seed: Self.seed, index: index)
            let bytes =
                index % 16 == 0
                ? file(mutation.header(of: words))
                : mutation.damaged(valid, words, lengthBytes: lengthBytes)
            guard let sentence = refusal(bytes) else {
                parsed += 1
                continue
            }
            if !sentence.contains(": ") || !sentence.hasSuffix(".") || sentence.contains("\n") {
                Issue.record("input \(index) of seed \(Self.seed): \(sentence)")
            }
        }
        print("fuzzing \(name): \(parsed) parsed, \(Self.count - parsed) refused")
        #expect(parsed < Self.count)
    }
}

/// Random numbers for one input, and what they do to a file.
private struct Mutation: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int, index: Int) {
        state = UInt64(truncatingIfNeeded: seed) &* 0xbf58_476d_1ce4_e5b9 &+ UInt64(index)
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// One of the valid files with one to four changes.
    mutating func damaged(_ valid: [[UInt8]], _ words: [String], lengthBytes: Range<Int>) -> [UInt8] {
        var bytes = valid[below(valid.count)]
        for _ in 0...below(4) {
            switch below(8) {
            case 0, 1: flip(&bytes, 0..<bytes.count)
            case 2: bytes.removeLast(below(bytes.count + 1))
            case 3: flip(&bytes, lengthBytes)
            case 4: bytes.replaceSubrange(range(bytes.count), with: words[below(words.count)].utf8)
            case 5: bytes.insert(contentsOf: words[below(words.count)].utf8, at: below(bytes.count + 1))
            case 6:
                let place = range(bytes.count)
                for index in place { bytes[index] = UInt8(truncatingIfNeeded: next()) }
            default:
                let part = bytes[range(bytes.count)]
                bytes.insert(contentsOf: part, at: below(bytes.count + 1))
            }
        }
        return bytes
    }

    /// Up to 24 words in any order.
    mutating func header(of words: [String]) -> String {
        (0..<below(25)).map { _ in words[below(words.count)] }.joined()
    }

    private mutating func flip(_ bytes: inout [UInt8], _ range: Range<Int>) {
        let range = range.clamped(to: 0..<bytes.count)
        if !range.isEmpty { bytes[range.lowerBound + below(range.count)] ^= 1 << UInt8(below(8)) }
    }

    /// Up to 24 neighbouring bytes.
    private mutating func range(_ count: Int) -> Range<Int> {
        let start = below(count + 1)
        return start..<min(count, start + below(25))
    }

    private mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
