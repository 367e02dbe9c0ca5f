// Reading safetensors, strictly: every byte of the file belongs to the header or to exactly one tensor.

extension Safetensors {
    /// The file at a path.
    package init(contentsOf path: String) throws(TensorFileError) {
        try self.init(bytes: FileBytes.read(path), file: path)
    }

    /// The file of these bytes; `file` is its name in errors.
    package init(bytes: [UInt8], file: String) throws(TensorFileError) {
        guard let length = bytes.integer(at: 0, size: 8) else {
            throw TensorFileError(
                file, "the file ends within its first 8 bytes, after \(bytes.count); download it again.")
        }
        guard length <= UInt64(bytes.count - 8) else {
            throw TensorFileError(
                file,
                "the header of \(length) bytes runs past the file's end at byte \(bytes.count); "
                    + "the file is cut off or is no safetensors file, so download it again.")
        }
        let start = 8 + Int(length)
        var reader = HeaderReader(scanner: HeaderScanner(bytes, 8..<start, file: file), file: file)
        try reader.read()
        try reader.checkExtents(dataBytes: bytes.count - start)

        self.init(tensors: [], metadata: reader.metadata)
        for entry in reader.entries {
            let place = start + entry.begin
            if entry.kind == .counter {
                counters[entry.name] = bytes.integer(at: place, size: 8).map { Int64(bitPattern: $0) }
                continue
            }
            let values = [Float](littleEndian: bytes, at: place, count: (entry.end - entry.begin) / 4)
            if let index = values.firstNotFinite {
                throw TensorFileError(
                    file,
                    "tensor \(entry.name.quoted) holds \(values[index]) at index \(index) "
                        + "(byte \(place + 4 * index)); write the file again from weights that are finite.")
            }
            tensors.append(NamedTensor(entry.name, shape: entry.shape, values: values))
        }
    }
}

/// What the header says of one tensor.
private struct Entry {
    enum Kind {
        case floats
        case counter
    }

    let name: String
    let kind: Kind
    let shape: [Int]
    let begin: Int
    let end: Int
}

/// Reads the JSON header; nothing but what the format has is accepted.
private struct HeaderReader {
    var scanner: HeaderScanner
    let file: String
    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    init(scanner: HeaderScanner, file: String) {
        self.scanner = scanner
        self.file = file
    }

    mutating func read() throws(TensorFileError) {
        var names: Set<String> = []
        try object { (reader, name) throws(TensorFileError) in
            guard names.insert(name).inserted else {
                throw TensorFileError(
                    reader.file,
                    "tensor \(name.quoted) occurs twice, again at byte \(reader.scanner.position); "
                        + "write the file with one tensor of each name.")
            }
            if name == "__metadata__" {
                try reader.object { (reader, key) throws(TensorFileError) in
                    let text = try reader.scanner.text("\"")
                    guard reader.metadata.updateValue(text, forKey: key) == nil else {
                        throw reader.scanner.malformed("metadata \(key.quoted) occurs twice")
                    }
                }
            } else {
                reader.entries.append(try reader.entry(name))
            }
        }
        try scanner.expectEnd()
    }

    /// The pairs of an object; `value` has to consume each value.
    private mutating func object(
        _ value: (inout HeaderReader, String) throws(TensorFileError) -> Void
    ) throws(TensorFileError) {
        try scanner.expect("{")
        if scanner.take("}") { return }
        repeat {
            let key = try scanner.text("\"")
            try scanner.expect(":")
            try value(&self, key)
        } while scanner.take(",")
        try scanner.expect("}")
    }

    private mutating func numbers() throws(TensorFileError) -> [Int] {
        var numbers: [Int] = []
        try scanner.expect("[")
        if scanner.take("]") { return [] }
        repeat { numbers.append(try scanner.whole()) } while scanner.take(",")
        try scanner.expect("]")
        return numbers
    }

    private mutating func entry(_ name: String) throws(TensorFileError) -> Entry {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        try object { (reader, key) throws(TensorFileError) in
            switch key {
            case "dtype" where type == nil: type = try reader.scanner.text("\"")
            case "shape" where shape == nil: shape = try reader.numbers()
            case "data_offsets" where offsets == nil: offsets = try reader.numbers()
            default: throw reader.scanner.malformed("\(key.quoted) of tensor \(name.quoted) is not expected")
            }
        }
        guard let type, let shape, let offsets, offsets.count == 2 else {
            throw scanner.malformed("tensor \(name.quoted) lacks its dtype, shape or two data_offsets")
        }
        let isCounter = type == "I64" && shape.isEmpty
        guard type == "F32" || isCounter else {
            throw TensorFileError(
                file, "tensor \(name.quoted) holds \(type.quoted) values; convert it to float32 ('F32').")
        }
        let size = isCounter ? 8 : 4
        guard let elements = shape.elements, offsets[0] <= offsets[1],
            offsets[1] - offsets[0] == elements * size
        else {
            throw TensorFileError(
                file,
                "tensor \(name.quoted) of shape \(shape.asShape) does not fill its bytes "
                    + "\(offsets[0])..<\(offsets[1]); write the file again.")
        }
        return Entry(
            name: name, kind: isCounter ? .counter : .floats, shape: shape, begin: offsets[0], end: offsets[1]
        )
    }

    /// Sorts the entries by place; throws unless they cover all data without gap or overlap.
    mutating func checkExtents(dataBytes: Int) throws(TensorFileError) {
        entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
        var covered = 0
        for entry in entries {
            guard entry.begin == covered else {
                let what = entry.begin < covered ? "overlaps the tensor before it" : "follows a gap"
                throw TensorFileError(
                    file,
                    "tensor \(entry.name.quoted) \(what) (it begins at data byte \(entry.begin), not "
                        + "\(covered)); write the file again.")
            }
            covered = entry.end
            guard covered <= dataBytes else {
                throw TensorFileError(
                    file,
                    "tensor \(entry.name.quoted) ends at data byte \(covered), but the data end at "
                        + "\(dataBytes); the file is cut off, so download it again.")
            }
        }
        guard covered == dataBytes else {
            throw TensorFileError(
                file,
                "\(dataBytes - covered) bytes follow the last tensor's end at data byte \(covered); "
                    + "write the file again.")
        }
    }
}
