// How a data set is read, and how messages about it word their advice.

import Foundation

/// How to read a data set.
package struct DatasetOptions: Hashable, Sendable {
    /// Leave out what cannot be read and list it, instead of stopping at the first.
    package var skipCorrupt: Bool
    /// The side to which images are scaled down when they are read, 1...8192; nil for their own, or in a folder of
    /// images the smallest there.
    package var imageSize: Int?
    /// Decides which files of a folder without a test part become one, and the order of a folder's images.
    package var seed: UInt64
    /// Folders in which known data sets are looked for, each in a folder of its name.
    package var places: [String]
    /// How advice is worded for the running command.
    package var wording: DatasetWording
    /// Where digests of files that have not changed since are remembered; nil for nowhere.
    package var digests: DigestCache?

    /// The defaults: stop at damage, native size, the usual places, the wording of a command line.
    package init(
        skipCorrupt: Bool = false, imageSize: Int? = nil, seed: UInt64 = 0,
        places: [String] = DatasetOptions.usualPlaces, wording: DatasetWording = .commandLine,
        digests: DigestCache? = .usual
    ) {
        self.skipCorrupt = skipCorrupt
        self.imageSize = imageSize
        self.seed = seed
        self.places = places
        self.wording = wording
        self.digests = digests
    }

    /// The largest side of an image, in pixels.
    package static let largestSide = 8192

    /// Throws where a value is out of range; `Dataset.load` and `DatasetDigest` do so first.
    package func validate() throws(DatasetError) {
        guard let imageSize else { return }
        guard (1...DatasetOptions.largestSide).contains(imageSize) else {
            throw DatasetError(
                wording.imageSize ?? "image size",
                "\(imageSize) px is out of range; give 1 to \(DatasetOptions.largestSide).")
        }
    }

    /// `compound` in the user's cache folder, and where Debian's packages put data sets.
    package static var usualPlaces: [String] { [cacheFolder, "/usr/share/datasets"] }

    /// `$XDG_CACHE_HOME/compound`, else `~/.cache/compound`.
    static var cacheFolder: String {
        let given = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? ""
        return (given.isEmpty ? NSHomeDirectory() + "/.cache" : given) + "/compound"
    }
}

/// How messages call the options of the running command, so that they advise only what it has.
package struct DatasetWording: Hashable, Sendable {
    /// How damaged files are left out, such as `--skip-corrupt`; nil where the command cannot.
    package var skipCorrupt: String?
    /// How images are scaled down when they are read, such as `--image-size`; nil where the command cannot.
    package var imageSize: String?
    /// What stands before the name of a data set, such as `--data `.
    package var data: String

    /// A wording of these names.
    package init(skipCorrupt: String?, imageSize: String?, data: String) {
        self.skipCorrupt = skipCorrupt
        self.imageSize = imageSize
        self.data = data
    }

    /// The flags of `compound train`.
    package static let commandLine = DatasetWording(
        skipCorrupt: "--skip-corrupt", imageSize: "--image-size", data: "--data ")
    /// The keys of a space.
    package static let space = DatasetWording(
        skipCorrupt: "`skip_corrupt: true`", imageSize: "`image_size`", data: "data: ")

    /// The remedy for a file that cannot be read.
    var skipAdvice: String? { skipCorrupt.map { "leave damaged files out with " + $0 } }
}

/// What could not be read and was left out, where that is allowed.
struct Omissions {
    private let options: DatasetOptions
    /// The error of each thing left out.
    private(set) var list: [String] = []
    private var seen: Set<String> = []

    init(_ options: DatasetOptions) { self.options = options }

    /// Notes an error, or throws it with the advice to leave damaged files out.
    mutating func omit(_ error: DatasetError) throws(DatasetError) {
        guard options.skipCorrupt else { throw error.or(options.wording.skipAdvice) }
        // The top of a folder may be listed more than once.
        if seen.insert(error.description).inserted { list.append(error.description) }
    }
}
