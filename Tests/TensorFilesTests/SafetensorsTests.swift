// safetensors: what is read, what is written, and what each broken file is told.

import TensorFiles
import Testing

@Suite struct SafetensorsTests {
    @Test func whatIsWrittenIsReadAgain() throws {
        let folder = try Folder()
        let path = folder.path("w.safetensors")
        try Samples.safetensors.write(to: path)
        let read = try Safetensors(contentsOf: path)
        #expect(read.counters == ["bn.num_batches_tracked": 3])
        #expect(read.metadata == ["format": "pt"])
        #expect(Set(read.tensors) == Set(Samples.safetensors.tensors))
        #expect(read.bytes == Samples.safetensors.bytes)
        #expect(folder.contents == ["w.safetensors"])
    }

    @Test func bytesAreThoseOfTheReferenceImplementation() {
        let file = Safetensors(
            tensors: [
                NamedTensor("b", shape: [1], values: [2]), NamedTensor("a", shape: [], values: [1]),
            ], counters: ["n": 5])
        let header =
            #"{"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
            + #""a":{"dtype":"F32","shape":[],"data_offsets":[8,12]},"#
            + #""b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}"#
        #expect(header.utf8.count % 8 == 1)
        #expect(
            file.bytes
                == Samples.safetensors(header: header + "       ") + [5, 0, 0, 0, 0, 0, 0, 0]
                + Samples.bytes([1, 2]))
    }

    @Test func anyJSONSpellingIsRead() throws {
        let header =
            " {\n\"__metadata__\" : {\"k\\u00e9\": \"\\ud83d\\ude00\\n\"},\t\"a\\\"b\\/\": "
            + "{\"data_offsets\":[ 0 , 4],\"shape\":[1,1], \"dtype\":\"F32\"} }  "
        let file = try Safetensors(bytes: Samples.safetensors(header: header, data: 4), file: "w")
        #expect(file.metadata == ["ké": "😀\n"])
        #expect(file.tensors == [NamedTensor("a\"b/", shape: [1, 1], values: [0])])
        #expect(try Safetensors(bytes: file.bytes, file: "w") == file)
        #expect(try Safetensors(bytes: Samples.safetensors(header: "{}"), file: "w").tensors.isEmpty)
    }

    @Test(arguments: [
        (
            #"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, 4,
            "tensor 'a' holds 'F16' values; convert it to float32 ('F32')."
        ),
        (
            #"{"a":{"dtype":"I64","shape":[2],"data_offsets":[0,16]}}"#, 16,
            "tensor 'a' holds 'I64' values; convert it to float32 ('F32')."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
            "tensor 'a' of shape 2 does not fill its bytes 0..<4; write the file again."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4,
            "tensor 'a' of shape 1 does not fill its bytes 4..<0; write the file again."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
            "tensor 'a' of shape 4611686018427387904×4 does not fill its bytes 0..<0; write the file again."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4,
            "the header is malformed at byte 55 (a number is too large); write or download the file again."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4,
            "the header is malformed at byte 37 (a whole number is expected); "
                + "write or download the file again."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 0,
            "tensor 'a' ends at data byte 4, but the data end at 0; the file is cut off, "
                + "so download it again."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 9,
            "5 bytes follow the last tensor's end at data byte 4; write the file again."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                + #""b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8,
            "tensor 'b' overlaps the tensor before it (it begins at data byte 0, not 4); "
                + "write the file again."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
            "tensor 'a' follows a gap (it begins at data byte 4, not 0); write the file again."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":1}"#, 4,
            "tensor 'a' occurs twice, again at byte 66; write the file with one tensor of each name."
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1]}}"#, 4,
            "the header is malformed at byte 40 (tensor 'a' lacks its dtype, shape or two data_offsets); "
                + "write or download the file again."
        ),
        (
            "[]", 0,
            "the header is malformed at byte 8 ('{' is expected); write or download the file again."
        ),
        (
            "{}x", 0,
            "the header is malformed at byte 10 (the header should end here); "
                + "write or download the file again."
        ),
    ])
    func brokenHeadersAreNamed(_ header: String, _ data: Int, _ sentence: String) {
        let bytes = Samples.safetensors(header: header, data: data)
        #expect(Samples.refusal(safetensors: bytes) == "w.safetensors: " + sentence)
    }

    @Test func cutOffFilesAreNamed() {
        let bytes = Samples.safetensors.bytes
        #expect(
            Samples.refusal(safetensors: Array(bytes.prefix(5)))
                == "w.safetensors: the file ends within its first 8 bytes, after 5; download it again.")
        #expect(
            Samples.refusal(safetensors: Array(bytes.prefix(20)))
                == "w.safetensors: the header of \(Int(bytes[0]) + 256 * Int(bytes[1])) "
                + "bytes runs past the file's end at byte 20; the file is cut off or is no safetensors file, "
                + "so download it again.")
        #expect(
            Samples.refusal(safetensors: [UInt8](repeating: 255, count: 8))
                == "w.safetensors: the header of 18446744073709551615 bytes runs past the file's end at "
                + "byte 8; the file is cut off or is no safetensors file, so download it again.")
        for length in 0..<bytes.count {
            #expect(Samples.refusal(safetensors: Array(bytes.prefix(length))) != nil)
        }
    }

    @Test func weightsThatAreNoNumbersAreNamed() {
        let header = #"{"fc.bias":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#
        for (value, name) in [(Float.nan, "nan"), (-.infinity, "-inf")] {
            let bytes = Samples.safetensors(header: header) + Samples.bytes([1, 2, value])
            #expect(
                Samples.refusal(safetensors: bytes)
                    == "w.safetensors: tensor 'fc.bias' holds \(name) at index 2 (byte \(bytes.count - 4)); "
                    + "write the file again from weights that are finite.")
        }
    }
}
