// A NumPy file: one array of 32-bit floats with its shape. Versions 1 to 3 are read, version 1 is written.

/// An array as `numpy.save` writes it, without a name.
///
///     let images = try NumpyArray(contentsOf: "x.npy")
///     images.shape   // [8, 3, 48, 48]
package struct NumpyArray: Hashable, Sendable {
    /// The length of each axis; a scalar has none.
    package let shape: [Int]
    /// The values, the last axis fastest.
    package let values: [Float]

    /// An array of these values.
    package init(shape: [Int], values: [Float]) {
        precondition(shape.elements == values.count)
        self.shape = shape
        self.values = values
    }

    /// The array in a file.
    package init(contentsOf path: String) throws(TensorFileError) {
        try self.init(bytes: FileBytes.read(path), file: path)
    }

    /// The array of these bytes; `file` is its name in errors.
    package init(bytes: [UInt8], file: String) throws(TensorFileError) {
        let range = try NumpyArray.headerRange(bytes, file: file)
        var scanner = HeaderScanner(bytes, range, file: file)
        let shape = try NumpyArray.shape(&scanner, file: file)
        let available = bytes.count - range.upperBound
        guard let elements = shape.elements else {
            throw TensorFileError(
                file,
                "the header's shape \(shape.asShape) is larger than any file; write the array again.")
        }
        guard available >= elements * 4 else {
            throw TensorFileError(
                file,
                "the shape \(shape.asShape) takes \(elements * 4) bytes after byte \(range.upperBound), but "
                    + "the file ends after \(available); it is cut off, so copy it again.")
        }
        guard available == elements * 4 else {
            throw TensorFileError(
                file,
                "\(available - elements * 4) bytes follow the array's end at byte "
                    + "\(range.upperBound + elements * 4); save one array in one file.")
        }
        let values = [Float](littleEndian: bytes, at: range.upperBound, count: elements)
        if let index = values.firstNotFinite {
            throw TensorFileError(
                file,
                "the array holds \(values[index]) at index \(index) "
                    + "(byte \(range.upperBound + 4 * index)); save an array that is finite.")
        }
        self.init(shape: shape, values: values)
    }

    /// Writes the file in one piece.
    package func write(to path: String) throws(TensorFileError) {
        try FileBytes.write(bytes, to: path)
    }

    /// The file's bytes, equal to those of `numpy.save`: the values begin at a multiple of 64.
    package var bytes: [UInt8] {
        let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(lengths)), }"
        // NumPy leaves room for the first axis to grow to 21 digits, so that arrays can be appended to.
        if let first = shape.first { header += String(repeating: " ", count: 21 - "\(first)".count) }
        header += String(repeating: " ", count: 64 - (11 + header.utf8.count) % 64) + "\n"
        var bytes = NumpyArray.magic + [1, 0]
        bytes.append(littleEndian: UInt16(header.utf8.count))
        bytes += header.utf8
        bytes.append(littleEndian: values)
        return bytes
    }
}

extension NumpyArray {
    private static let magic = [0x93] + Array("NUMPY".utf8)

    /// Where the header's text lies, within the file.
    private static func headerRange(_ bytes: [UInt8], file: String) throws(TensorFileError) -> Range<Int> {
        guard bytes.starts(with: magic) else {
            throw TensorFileError(
                file, "the file does not begin as npy files do; write it with numpy.save.")
        }
        guard bytes.count >= 8 else {
            throw TensorFileError(file, "the file ends after \(bytes.count) bytes; copy it again.")
        }
        let size: Int
        switch (bytes[6], bytes[7]) {
        case (1, 0): size = 2
        case (2, 0), (3, 0): size = 4
        default:
            throw TensorFileError(
                file,
                "version \(bytes[6]).\(bytes[7]) of the npy format at byte 6 is unknown; "
                    + "write it with numpy.save.")
        }
        let start = 8 + size
        guard let length = bytes.integer(at: 8, size: size), length <= UInt64(bytes.count - start) else {
            throw TensorFileError(
                file,
                "the header runs past the file's end at byte \(bytes.count); it is cut off, so copy it "
                    + "again.")
        }
        return start..<start + Int(length)
    }

    /// The shape that the header's dictionary tells, after checking the rest of it.
    private static func shape(
        _ scanner: inout HeaderScanner, file: String
    ) throws(TensorFileError) -> [Int] {
        var type: String?
        var order: String?
        var shape: [Int]?
        try scanner.expect("{")
        while !scanner.take("}") {
            let key = try scanner.text("'")
            try scanner.expect(":")
            switch key {
            case "descr" where type == nil:
                if scanner.take("[") {
                    throw TensorFileError(file, "the array holds records; save it as x.astype('<f4').")
                }
                type = try scanner.text("'")
            case "fortran_order" where order == nil: order = try scanner.word()
            case "shape" where shape == nil: shape = try tuple(&scanner)
            default: throw scanner.malformed("\(key.quoted) is not expected")
            }
            if !scanner.take(",") {
                try scanner.expect("}")
                break
            }
        }
        try scanner.expectEnd()
        guard let type, let order, let shape, ["True", "False"].contains(order) else {
            throw scanner.malformed("descr, fortran_order or shape is missing or unknown")
        }
        if type != "<f4" {
            throw TensorFileError(file, "the array holds \(meaning(of: type)); save it as x.astype('<f4').")
        }
        if order == "True" {
            throw TensorFileError(
                file,
                "the array is stored column by column (Fortran order); "
                    + "save it as numpy.ascontiguousarray(x).")
        }
        return shape
    }

    /// A tuple of numbers: `()`, `(8,)` or `(8, 3)`.
    private static func tuple(_ scanner: inout HeaderScanner) throws(TensorFileError) -> [Int] {
        var numbers: [Int] = []
        try scanner.expect("(")
        while !scanner.take(")") {
            numbers.append(try scanner.whole())
            if !scanner.take(",") {
                try scanner.expect(")")
                break
            }
        }
        return numbers
    }

    /// A NumPy type code in words.
    private static func meaning(of type: String) -> String {
        if type == ">f4" { return "big-endian float32 ('>f4')" }
        let names = [
            "f2": "float16", "f4": "float32", "f8": "float64", "i1": "int8", "i2": "int16", "i4": "int32",
            "i8": "int64", "u1": "uint8", "u2": "uint16", "u4": "uint32", "u8": "uint64", "b1": "bool",
            "c8": "complex64", "c16": "complex128", "O": "Python objects",
        ]
        guard let name = names[String(type.drop { "<>|=".contains($0) })] else { return type.quoted }
        return "\(name) (\(type.quoted))"
    }
}
