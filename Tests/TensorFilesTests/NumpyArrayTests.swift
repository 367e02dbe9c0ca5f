// npy: what is read, what is written, and what each broken file is told.

import TensorFiles
import Testing

@Suite struct NumpyArrayTests {
    private static let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    private static let data = Samples.bytes([1, 2, 3, 4, 5, 6])

    @Test func whatIsWrittenIsReadAgain() throws {
        let folder = try Folder()
        for shape in [[2, 3], [6], [1, 2, 1, 3]] {
            let array = NumpyArray(shape: shape, values: [1, 2, 3, 4, 5, 6])
            try array.write(to: folder.path("x.npy"))
            #expect(try NumpyArray(contentsOf: folder.path("x.npy")) == array)
        }
        for array in [NumpyArray(shape: [], values: [4]), NumpyArray(shape: [0, 9], values: [])] {
            #expect(try NumpyArray(bytes: array.bytes, file: "x.npy") == array)
        }
        #expect(folder.contents == ["x.npy"])
    }

    @Test func bytesAreThoseOfNumPy() {
        let header = Self.header + String(repeating: " ", count: 58) + "\n"
        #expect(header.utf8.count == 118)
        #expect(Samples.array.bytes == Samples.npy(header: header, data: Self.data))
    }

    @Test(arguments: [1, 2, 3] as [UInt8])
    func everyVersionIsRead(_ version: UInt8) throws {
        let bytes = Samples.npy(version: version, header: Self.header + "\n", data: Self.data)
        #expect(try NumpyArray(bytes: bytes, file: "x.npy") == Samples.array)
    }

    @Test(arguments: [
        (
            "'descr': '>f4', 'fortran_order': False, 'shape': (2, 3)",
            "the array holds big-endian float32 ('>f4'); save it as x.astype('<f4')."
        ),
        (
            "'descr': '<f8', 'fortran_order': False, 'shape': (3,)",
            "the array holds float64 ('<f8'); save it as x.astype('<f4')."
        ),
        (
            "'descr': '|u1', 'fortran_order': False, 'shape': (24,)",
            "the array holds uint8 ('|u1'); save it as x.astype('<f4')."
        ),
        (
            "'descr': '|O', 'fortran_order': False, 'shape': (2,)",
            "the array holds Python objects ('|O'); save it as x.astype('<f4')."
        ),
        (
            "'descr': '<M8[ns]', 'fortran_order': False, 'shape': (3,)",
            "the array holds '<M8[ns]'; save it as x.astype('<f4')."
        ),
        (
            "'descr': [('r', '<f4')], 'fortran_order': False, 'shape': (6,)",
            "the array holds records; save it as x.astype('<f4')."
        ),
        (
            "'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)",
            "the array is stored column by column (Fortran order); save it as numpy.ascontiguousarray(x)."
        ),
        (
            "'descr': '<f4', 'fortran_order': Maybe, 'shape': (2, 3)",
            "the header is malformed at byte 68 (descr, fortran_order or shape is missing or unknown); "
                + "write or download the file again."
        ),
        (
            "'descr': '<f4', 'fortran_order': False, 'shape': (2, 4)",
            "the shape 2×4 takes 32 bytes after byte 68, but the file ends after 24; it is cut off, "
                + "so copy it again."
        ),
        (
            "'descr': '<f4', 'fortran_order': False, 'shape': (5,)",
            "4 bytes follow the array's end at byte 86; save one array in one file."
        ),
        (
            "'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)",
            "the header's shape 4294967296×4294967296 is larger than any file; write the array again."
        ),
        (
            "'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)",
            "the header is malformed at byte 35 ('descr' is not expected); write or download the file again."
        ),
    ])
    func brokenHeadersAreNamed(_ fields: String, _ sentence: String) {
        let bytes = Samples.npy(header: "{" + fields + "}\n", data: Self.data)
        #expect(Samples.refusal(npy: bytes) == "x.npy: " + sentence)
    }

    @Test func filesThatAreNoneAreNamed() {
        #expect(
            Samples.refusal(npy: Array("PNG, or anything else".utf8))
                == "x.npy: the file does not begin as npy files do; write it with numpy.save.")
        #expect(
            Samples.refusal(npy: [0x93] + Array("NUMPY".utf8) + [9, 0, 0, 0])
                == "x.npy: version 9.0 of the npy format at byte 6 is unknown; write it with numpy.save.")
        #expect(
            Samples.refusal(npy: [0x93] + Array("NUMPY".utf8) + [1, 0, 255, 255, 32])
                == "x.npy: the header runs past the file's end at byte 11; it is cut off, so copy it again.")
        let bytes = Samples.array.bytes
        for length in 0..<bytes.count { #expect(Samples.refusal(npy: Array(bytes.prefix(length))) != nil) }
    }

    @Test func valuesThatAreNoNumbersAreNamed() {
        let array = NumpyArray(shape: [3], values: [1, .infinity, .nan])
        #expect(
            Samples.refusal(npy: array.bytes)
                == "x.npy: the array holds inf at index 1 (byte 132); save an array that is finite.")
    }
}
