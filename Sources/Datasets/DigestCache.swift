// Digests of data sets whose files have not changed since: a small file in the user's cache folder. It is a
// convenience and nothing else. Damaged lines are passed over, and where it cannot be written nothing is lost but time.

import Foundation

/// What tells whether files changed: their paths, sizes, times and inodes.
struct FileState: Hashable {
    /// A hash of them all.
    let key: DatasetDigest
    /// When the last of them was changed, in seconds since 1970.
    let newest: Double

    init(_ files: [SourceFile], _ options: DatasetOptions) {
        var hash = ContentHash()
        var newest = 0.0
        hash.combine(options.imageSize ?? 0)
        hash.combine(options.seed)
        hash.combine(options.skipCorrupt ? 1 : 0)
        hash.combine(Array(FileManager.default.currentDirectoryPath.utf8))
        for file in files {
            var status = stat()
            let found = file.path.withCString { stat($0, &status) } == 0
            hash.combine(file.path.bytes)
            hash.combine(file.name)
            hash.combine(file.label)
            guard found else { continue }
            for time in [status.st_mtim, status.st_ctim] {
                hash.combine(Int(time.tv_sec))
                hash.combine(Int(time.tv_nsec))
                newest = max(newest, Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
            }
            hash.combine(Int(status.st_size))
            hash.combine(UInt64(status.st_ino))
            hash.combine(UInt64(status.st_dev))
        }
        key = hash.digest
        self.newest = newest
    }
}

/// The file with known digests, a line for each state that a data set was seen in.
package struct DigestCache: Hashable, Sendable {
    private let folder: String
    private let settling: Double

    /// A cache in this folder, which is made when it is first needed. Files changed within the last `settling`
    /// seconds are not remembered, since a further change might leave their time as it is.
    package init(folder: String, settling: Double = 2) {
        self.folder = folder
        self.settling = settling
    }

    /// The one in `$XDG_CACHE_HOME/compound`, else `~/.cache/compound`.
    package static var usual: DigestCache { DigestCache(folder: DatasetOptions.cacheFolder) }

    /// Lines that are kept, the newest.
    private static let most = 1000

    private var path: String { folder + "/dataset-digests" }

    func digest(for state: FileState) -> DatasetDigest? {
        lines().last { $0.key == state.key }?.digest
    }

    /// Adds a digest, unless the files changed since or a moment before.
    func remember(_ digest: DatasetDigest, for state: FileState, unless changed: () -> Bool) {
        let now = Date().timeIntervalSince1970
        guard now - state.newest >= settling, !changed() else { return }
        let lines = lines().filter { $0.key != state.key }.suffix(DigestCache.most - 1)
        let text = (lines + [Line(key: state.key, digest: digest)]).map(\.text).joined()
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard FileBytes.kind(FilePath(path)) != .folder else { return }
        try? Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private struct Line {
        let key: DatasetDigest
        let digest: DatasetDigest

        init(key: DatasetDigest, digest: DatasetDigest) {
            self.key = key
            self.digest = digest
        }

        /// Reads what `text` writes; nil where anything of it is damaged.
        init?(_ text: Substring) {
            let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 3, let key = DatasetDigest(hexadecimal: words[0]),
                let digest = DatasetDigest(hexadecimal: words[1])
            else { return nil }
            self.init(key: key, digest: digest)
            if words[2] != check { return nil }
        }

        /// The line, ended by a check of itself.
        var text: String { "\(key) \(digest) \(check)\n" }

        private var check: String {
            var hash = ContentHash()
            for word in [key.high, key.low, digest.high, digest.low] { hash.combine(word) }
            return hash.digest.hexadecimal
        }
    }

    private func lines() -> [Line] {
        guard let bytes = try? FileBytes.read(FilePath(path)), bytes.count < 1 << 20 else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Line($0) }
    }
}
