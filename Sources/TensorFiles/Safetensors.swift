// A safetensors file: the length of a JSON header, the header, and the values of all tensors end to end.
// This file writes; reading is in `Safetensors+Reading.swift`.

/// Named float tensors, as PyTorch and its relatives exchange them.
///
///     let file = try Safetensors(contentsOf: "weights.safetensors")
///     file.tensors[0].name   // "blocks.0.0.bn1.bias"
package struct Safetensors: Hashable, Sendable {
    /// The tensors; no two of the same name.
    package var tensors: [NamedTensor]
    /// Single whole numbers, such as PyTorch's count of the batches that a batch norm has seen.
    package var counters: [String: Int64]
    /// Texts about the file.
    package var metadata: [String: String]

    /// A file of these tensors.
    package init(
        tensors: [NamedTensor], counters: [String: Int64] = [:], metadata: [String: String] = [:]
    ) {
        self.tensors = tensors
        self.counters = counters
        self.metadata = metadata
    }

    /// Writes the file in one piece.
    package func write(to path: String) throws(TensorFileError) {
        try FileBytes.write(bytes, to: path)
    }

    /// The file's bytes, equal to those of the reference implementation: counters before floats, each sorted
    /// by name, the header padded with blanks to a multiple of eight.
    package var bytes: [UInt8] {
        let counters = counters.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let tensors = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var header = Array("{".utf8)
        var end = 0
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\($0.key.json):\($0.value.json)" }
            header += Array("\"__metadata__\":{\(pairs.joined(separator: ","))},".utf8)
        }
        func append(_ name: String, _ kind: String, _ shape: [Int], bytes: Int) {
            let lengths = shape.map(String.init).joined(separator: ",")
            let offsets = "\(end),\(end + bytes)"
            let text =
                "\(name.json):{\"dtype\":\"\(kind)\",\"shape\":[\(lengths)],\"data_offsets\":[\(offsets)]},"
            header += Array(text.utf8)
            end += bytes
        }
        for counter in counters { append(counter.key, "I64", [], bytes: 8) }
        for tensor in tensors { append(tensor.name, "F32", tensor.shape, bytes: 4 * tensor.values.count) }
        if header.last == UInt8(ascii: ",") { header.removeLast() }
        header.append(UInt8(ascii: "}"))
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + end)
        bytes.append(littleEndian: UInt64(header.count))
        bytes += header
        for counter in counters { bytes.append(littleEndian: counter.value) }
        for tensor in tensors { bytes.append(littleEndian: tensor.values) }
        return bytes
    }
}

extension String {
    /// This text as a JSON string.
    fileprivate var json: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{c}": text += "\\f"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
