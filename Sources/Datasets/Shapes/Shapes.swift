// The embedded data set: drawn from a seed, no files. Its classes come in pairs of one outline that differ
// only in the direction of fine stripes, so a candidate must see detail of a chosen frequency to tell them
// apart.

/// What to draw.
///
///     try Shapes("size=32,classes=10,frequency=12").dataset()
package struct Shapes: Hashable, Sendable {
    /// The side of every image in pixels.
    package var size: Int
    /// How many classes, 2...20: outlines in pairs.
    package var classes: Int
    /// Training images; a fifth as many are drawn for the test.
    package var count: Int
    /// Cycles of the stripes per image along each axis. Fewer than two pixels a cycle cannot show them, and
    /// one pixel a cycle averages them to nothing.
    package var frequency: Double
    /// Standard deviation of the noise, of a range of 0...1.
    package var noise: Double
    /// Decides every image.
    package var seed: UInt64

    /// The default: 32 px, 10 classes, 10,000 images, 12.8 cycles (2/5 of the side).
    package init(
        size: Int = 32, classes: Int = 10, count: Int = 10_000, frequency: Double? = nil,
        noise: Double = 0.1, seed: UInt64 = 0
    ) {
        self.size = size
        self.classes = classes
        self.count = count
        self.frequency = frequency ?? 2 * Double(size) / 5
        self.noise = noise
        self.seed = seed
    }

    /// Parameters as a user writes them, such as
    /// `size=32,classes=10,count=10000,frequency=12,noise=0.1,seed=0`; each may be left out. Throws where
    /// one is unknown or out of range.
    package init(_ text: String) throws(DatasetError) {
        var values: [String: Substring] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) where !text.isEmpty {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2, Shapes.parameters.contains(String(words[0])) else {
                throw Shapes.refusal(
                    "\(String(part).inQuotes) is no parameter; write parameters as name=value from "
                        + Shapes.parameters.joined(separator: ", ") + ".")
            }
            guard values.updateValue(words[1], forKey: String(words[0])) == nil else {
                throw Shapes.refusal("\(words[0]) is given twice; keep one of the two.")
            }
        }
        let size = try Shapes.number("size", values["size"], default: 32)
        self.init(
            size: size, classes: try Shapes.number("classes", values["classes"], default: 10),
            count: try Shapes.number("count", values["count"], default: 10_000),
            frequency: try Shapes.number("frequency", values["frequency"], default: 2 * Double(size) / 5),
            noise: try Shapes.number("noise", values["noise"], default: 0.1),
            seed: try Shapes.number("seed", values["seed"], default: 0))
        try validate()
    }

    /// All parameters, as `init(_:)` reads them.
    package var text: String {
        "size=\(size),classes=\(classes),count=\(count),frequency=\(frequency),noise=\(noise),seed=\(seed)"
    }

    /// The name of each class, such as "disc falling".
    package var names: [String] {
        (0..<classes).map { Shapes.outlines[$0 / 2].name + ($0 % 2 == 0 ? " falling" : " rising") }
    }

    /// Draws the data set; throws where a parameter is out of range. Cost: about 40 µs for an image of 32×32.
    package func dataset() throws(DatasetError) -> Dataset {
        try validate()
        return Dataset(
            name: "shapes:" + text, classes: names, training: images(count, stream: 0),
            test: images(max(classes, count / 5), stream: 1), skipped: [])
    }

    private static let parameters = ["size", "classes", "count", "frequency", "noise", "seed"]

    private static func refusal(_ sentence: String) -> DatasetError { DatasetError("shapes", sentence) }

    private static func number<Number: LosslessStringConvertible>(
        _ name: String, _ text: Substring?, default standard: Number
    ) throws(DatasetError) -> Number {
        guard let text else { return standard }
        guard let number = Number(String(text)) else {
            throw refusal(
                "\(name) is \(String(text).inQuotes), which is no such number; write \(name)=\(standard).")
        }
        return number
    }

    private func validate() throws(DatasetError) {
        guard (8...1024).contains(size) else {
            throw Shapes.refusal("size is \(size); choose a side of 8 to 1024 pixels.")
        }
        guard (2...2 * Shapes.outlines.count).contains(classes) else {
            throw Shapes.refusal("classes is \(classes); choose 2 to \(2 * Shapes.outlines.count).")
        }
        let most = Memory.limit / (size * size)
        guard count >= classes, count <= most else {
            throw Shapes.refusal(
                "count is \(count); choose at least one image per class (\(classes)) and at most \(most), which "
                    + "fit into memory.")
        }
        guard Memory.has((count + count / 5) * size * size) else {
            throw Shapes.refusal(
                "count is \(count), and its images take more memory than can be had; choose fewer.")
        }
        guard frequency > 0, frequency <= Double(size) / 2 else {
            throw Shapes.refusal(
                "frequency is \(frequency); choose more than 0 and at most \(Double(size) / 2) cycles, the "
                    + "most that \(size) pixels can show.")
        }
        guard (0...1).contains(noise) else {
            throw Shapes.refusal("noise is \(noise); choose 0 to 1, the range of the values.")
        }
    }
}
