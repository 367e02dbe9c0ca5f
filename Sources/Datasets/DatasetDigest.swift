// The identity of a data set: its content. A copy elsewhere is the same; a picture added, removed, renamed, changed or
// put into another class makes another.

/// 128 bits that tell data sets apart by what they hold.
///
///     let digest = try DatasetDigest(of: DatasetSource("photos"), options: options)
///     digest.hexadecimal       // "5b0e…", 32 digits
package struct DatasetDigest: Hashable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The digest that is written so; nil where this is not 32 hexadecimal digits in lower case.
    package init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 32, digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// 32 hexadecimal digits.
    package var hexadecimal: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// The digits.
    package var description: String { hexadecimal }

    /// Counts what changes the images that come of the same files: how they are decoded, scaled, drawn, held out.
    private static let version = 1

    /// The digest of a source, from its files' names within it, their bytes and classes, and from the options that
    /// change what is loaded. No image is decoded. What cannot be read is refused, or counts as unreadable where it
    /// is left out.
    ///
    /// Cost: reading all bytes, or, where no file changed since, asking for the size and time of each.
    package init(
        of source: DatasetSource, options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) {
        self = try DatasetFiles(source, options).digest(options).digest
    }

    /// The digest of images that come from no file.
    init(_ training: LabelledImages, _ test: LabelledImages, _ validation: LabelledImages?) {
        var hash = ContentHash()
        hash.combine(DatasetDigest.version)
        for part in [training, test, validation].compactMap(\.self) {
            for size in [part.count, part.height, part.width, part.channels] { hash.combine(size) }
            hash.combine(part.pixels)
            for label in part.labels { hash.combine(Int(label)) }
        }
        self = hash.digest
    }

    /// The digest of what stands in `files`; each adds its name within `root`, its label and its bytes.
    fileprivate init(_ files: [SourceFile], _ options: DatasetOptions) throws(DatasetError) {
        var hash = ContentHash()
        DatasetDigest.add(options, to: &hash)
        for file in files {
            hash.combine(file.name)
            hash.combine(file.label)
            do throws(DatasetError) {
                hash.combine(try FileBytes.read(file.path))
            } catch {
                // Single files of IDX and CIFAR cannot be left out.
                if !options.skipCorrupt {
                    throw file.label < 0 ? error : error.or(options.wording.skipAdvice)
                }
                hash.combine(-1)
            }
        }
        self = hash.digest
    }

    /// The digest of a drawing.
    fileprivate init(_ shapes: Shapes, _ options: DatasetOptions) {
        var hash = ContentHash()
        DatasetDigest.add(options, to: &hash)
        hash.combine(Array("shapes:\(shapes.text)".utf8))
        self = hash.digest
    }

    /// What is loaded of the same files depends on these options alone: left out is what cannot be read, and that
    /// is a property of the files.
    private static func add(_ options: DatasetOptions, to hash: inout ContentHash) {
        hash.combine(version)
        hash.combine(options.imageSize ?? 0)
        hash.combine(options.seed)
    }
}

/// One file of a data set.
struct SourceFile {
    let path: FilePath
    /// Its name within the data set.
    let name: [UInt8]
    /// The class that its folder gives it, or -1.
    let label: Int
}

extension DatasetFiles {
    /// The digest, and the state in which the files were; nil for a data set without files.
    func digest(
        _ options: DatasetOptions
    ) throws(DatasetError) -> (digest: DatasetDigest, state: FileState?) {
        let files: [SourceFile]
        switch self {
        case .shapes(let shapes): return (DatasetDigest(shapes, options), nil)
        case .idx(let folder): files = DatasetFiles.plain(folder.files)
        case .cifar(let folder): files = DatasetFiles.plain(folder.files)
        case .images(let folder): files = folder.sourceFiles
        }
        let state = FileState(files, options)
        if let known = options.digests?.digest(for: state) { return (known, state) }
        let digest = try DatasetDigest(files, options)
        options.digests?.remember(digest, for: state, unless: { FileState(files, options) != state })
        return (digest, state)
    }

    /// Whether the files are still in a state.
    func isUnchanged(since state: FileState?, _ options: DatasetOptions) -> Bool {
        switch self {
        case .shapes: true
        case .idx(let folder): FileState(DatasetFiles.plain(folder.files), options) == state
        case .cifar(let folder): FileState(DatasetFiles.plain(folder.files), options) == state
        case .images(let folder): FileState(folder.sourceFiles, options) == state
        }
    }

    /// Files that stand side by side, their names alone.
    private static func plain(_ paths: [FilePath]) -> [SourceFile] {
        paths.map { SourceFile(path: $0, name: $0.name.bytes, label: -1) }
    }
}
