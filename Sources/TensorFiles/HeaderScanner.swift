// The literals that headers are made of: JSON's in safetensors, Python's in npy. Every read is bounded by
// the header's end, and whatever is not expected is an error that names its byte.

/// A place in a header, moving towards its end.
struct HeaderScanner {
    private let bytes: [UInt8]
    private let end: Int
    private let file: String
    /// The next byte to read.
    private(set) var position: Int

    /// The bytes of a range that lies within `bytes`.
    init(_ bytes: [UInt8], _ range: Range<Int>, file: String) {
        self.bytes = bytes
        self.file = file
        position = range.lowerBound
        end = range.upperBound
    }

    /// The error for what is not expected at the present byte.
    func malformed(_ what: String) -> TensorFileError {
        TensorFileError(
            file, "the header is malformed at byte \(position) (\(what)); write or download the file again.")
    }

    /// The next byte that is no blank, not consumed.
    mutating func peek() -> UInt8? {
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    /// Consumes a mark if it comes next.
    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    /// Consumes a mark that has to come next.
    mutating func expect(_ mark: Unicode.Scalar) throws(TensorFileError) {
        guard take(mark) else { throw malformed("'\(mark)' is expected") }
    }

    /// Consumes blanks up to the end; anything else is an error.
    mutating func expectEnd() throws(TensorFileError) {
        if peek() != nil { throw malformed("the header should end here") }
    }

    /// A number of digits only.
    mutating func whole() throws(TensorFileError) -> Int {
        guard let first = peek(), isDigit(first) else { throw malformed("a whole number is expected") }
        var number = 0
        while position < end, isDigit(bytes[position]) {
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (next, carry) = tens.addingReportingOverflow(Int(bytes[position] - 48))
            if overflow || carry { throw malformed("a number is too large") }
            number = next
            position += 1
        }
        return number
    }

    /// A word of letters, such as Python's `True`.
    mutating func word() throws(TensorFileError) -> String {
        guard peek() != nil else { throw malformed("a word is expected") }
        let start = position
        while position < end, 65...90 ~= bytes[position] & 0xdf { position += 1 }
        guard position > start else { throw malformed("a word is expected") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A text between two marks of the given kind, with JSON's escapes.
    mutating func text(_ mark: Unicode.Scalar) throws(TensorFileError) -> String {
        guard take(mark) else { throw malformed("a text in \(mark) is expected") }
        var content: [UInt8] = []
        while position < end {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: mark):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw malformed("a text is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): content.append(contentsOf: String(try escape()).utf8)
            case 0..<32: throw malformed("a text holds a control character")
            default: content.append(byte)
            }
        }
        throw malformed("a text has no end")
    }

    private mutating func escape() throws(TensorFileError) -> Unicode.Scalar {
        guard position < end else { throw malformed("an escape has no end") }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "'"):
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw malformed("an escape is unknown")
        }
    }

    /// What follows `\u`: four digits, or a pair of surrogates.
    private mutating func unicodeEscape() throws(TensorFileError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xdc00, end - position >= 6, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let second = try hexadecimal()
            if 0xdc00..<0xe000 ~= second,
                let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
            {
                return scalar
            }
        }
        throw malformed("half a surrogate pair")
    }

    private mutating func hexadecimal() throws(TensorFileError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw malformed("four hexadecimal digits are expected")
            }
            number = number << 4 | UInt32(digit)
            position += 1
        }
        return number
    }

    private func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
}
