// Which of two networks is more accurate, by how much, and how sure that is. Accuracies compare within one training alone; where seeds
// are common, each is compared with itself, since order of images and split are then the same.

import CompoundSearch
import Foundation
import ResultStore

/// The accuracies of two networks after the same training.
package struct AccuracyDifference: Hashable, Sendable {
    /// How the interval came about.
    package enum Basis: Hashable, Sendable {
        /// From so many seeds that both were trained from.
        case pairedSeeds(Int)
        /// From seeds of each that the other does not have.
        case separateSeeds(Int, Int)
        /// From the number of images that one run of each was judged on; what other seeds would do is left out.
        case images(Int)
        /// There is none: one run of each, and nobody knows on how many images.
        case unknown
    }

    /// The mean accuracy of each over the runs that are compared.
    package let first, second: Double
    /// Half-width of the 95 % interval of the second less the first, or nil where there is none.
    package let halfWidth: Double?
    /// What the interval is from.
    package let basis: Basis
    /// The training that they share.
    package let training: TrainingKey
    /// Epochs behind both.
    package let epochs: Int

    /// The second less the first.
    package var difference: Double { second - first }

    /// The difference after the longest of the latest training that both have, or why there is none, in words that follow "since".
    ///
    ///     switch AccuracyDifference.between(records[0].rungs, records[1].rungs, named: ("trial:3", "trial:7")) { … }
    package static func between(
        _ one: [RungRecord], _ other: [RungRecord], named names: (String, String)
    ) -> Result<AccuracyDifference, Incomparable> {
        let (own, others) = (
            one.filter { $0.finished.result != nil }, other.filter { $0.finished.result != nil }
        )
        for (runs, name) in [(own, names.0), (others, names.1)] where runs.isEmpty {
            return .failure(Incomparable("\(name) has no accuracy in the store"))
        }
        guard let training = Set(own.map(\.training)).intersection(others.map(\.training)).max() else {
            let (a, b) = (own.latest, others.latest)
            return .failure(
                Incomparable("they were trained differently: \(a.difference(from: b)) not the same"))
        }
        let lengths = [own, others].map { runs in
            Set(runs.filter { $0.training == training }.map(\.finished.rung.epochs))
        }
        guard let epochs = lengths[0].intersection(lengths[1]).max() else {
            return .failure(
                Incomparable(
                    "they were trained for \(lengths[0].max() ?? 0) and \(lengths[1].max() ?? 0) epochs"))
        }
        func bySeed(_ runs: [RungRecord]) -> [Int: RungRecord] {
            Dictionary(
                runs.filter { $0.training == training && $0.finished.rung.epochs == epochs }
                    .map { ($0.finished.rung.seed, $0) }, uniquingKeysWith: { first, _ in first })
        }
        return .success(AccuracyDifference(bySeed(own), bySeed(others), epochs: epochs))
    }

    private init(_ own: [Int: RungRecord], _ others: [Int: RungRecord], epochs: Int) {
        self.epochs = epochs
        training = own.values.first?.key ?? TrainingKey(hash: "", trainer: "", recipe: "")
        let common = own.keys.filter { others[$0] != nil }.sorted()
        let seeds =
            common.isEmpty ? (own.keys.sorted(), others.keys.sorted()) : (common, common)
        let (a, b) = (seeds.0.map { own.accuracy($0) }, seeds.1.map { others.accuracy($0) })
        (first, second) = (a.mean, b.mean)
        if common.count > 1 {
            let differences = zip(a, b).map { $1 - $0 }
            let error = (differences.variance / Double(common.count)).squareRoot()
            halfWidth = StudentQuantile.of(freedom: Double(common.count - 1)) * error
            basis = .pairedSeeds(common.count)
        } else if common.isEmpty, a.count > 1, b.count > 1 {
            // Welch: variances of their own, and the degrees of freedom that follow.
            let (u, v) = (a.variance / Double(a.count), b.variance / Double(b.count))
            let freedom = (u + v) * (u + v) / (u * u / Double(a.count - 1) + v * v / Double(b.count - 1))
            halfWidth =
                u + v > 0 ? StudentQuantile.of(freedom: max(1, freedom)) * (u + v).squareRoot() : 0
            basis = .separateSeeds(a.count, b.count)
        } else if let images = own[seeds.0[0]]?.finished.result?.validationImages,
            images == others[seeds.1[0]]?.finished.result?.validationImages, images > 0
        {
            let variance = (first * (1 - first) + second * (1 - second)) / Double(images)
            halfWidth = 1.96 * variance.squareRoot()
            basis = .images(images)
        } else {
            halfWidth = nil
            basis = .unknown
        }
    }

    /// Why accuracies cannot be compared.
    package struct Incomparable: Error, Hashable, Sendable, CustomStringConvertible {
        /// The reason, in words that follow "since".
        package let description: String

        init(_ reason: String) { description = reason }
    }
}

/// Student's distribution: how many standard errors hold 95 %.
enum StudentQuantile {
    /// The 97.5 % quantile with up to ten degrees of freedom.
    private static let few = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]

    /// The 97.5 % quantile; between whole degrees of freedom that of the lower one, which is wider.
    static func of(freedom: Double) -> Double {
        let whole = Int(min(freedom, 1e6))
        if whole <= few.count { return few[max(whole, 1) - 1] }
        // Fisher's expansion around the normal distribution, exact to three digits from here on.
        let (z, n) = (1.959964, Double(whole))
        let cubed = z * z * z
        return z + (cubed + z) / (4 * n) + (5 * cubed * z * z + 16 * cubed + 3 * z) / (96 * n * n)
    }
}

extension [Int: RungRecord] {
    fileprivate func accuracy(_ seed: Int) -> Double { self[seed]?.finished.result?.accuracy ?? .nan }
}

extension [RungRecord] {
    /// The training of the run that was recorded last.
    fileprivate var latest: TrainingKey {
        self.max { $0.id < $1.id }?.key ?? TrainingKey(hash: "", trainer: "", recipe: "")
    }
}

extension TrainingKey {
    /// The fields in which two trainings differ, in words.
    fileprivate func difference(from other: TrainingKey) -> String {
        let fields = [
            ("data", trainer == other.trainer && data == other.data), ("recipe", recipe == other.recipe),
            ("instruction set", instructionSet == other.instructionSet),
            ("version of compound", toolVersion == other.toolVersion),
        ].filter { !$0.1 }.map(\.0)
        return fields.isEmpty ? "what they were trained on is" : fields.joined(separator: " and ") + " are"
    }
}

extension [Double] {
    fileprivate var mean: Double { reduce(0, +) / Double(count) }

    /// The sample's variance.
    fileprivate var variance: Double {
        reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    }
}
