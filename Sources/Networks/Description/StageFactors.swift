// Depth and width of single stages, beside those of the whole network. The rows of a stage that has several share its numbers.

import Foundation

/// A number for the depth and for the width of each stage; at least one of the two lists is given.
package struct StageFactors: Hashable, Sendable {
    /// Of each stage's repeats; empty where the stages have none of their own.
    package let depths: [Double]
    /// Of each stage's channels; empty where the stages have none of their own.
    package let widths: [Double]

    /// Numbers one a stage, or nil where both lists are empty.
    package init?(depths: [Double] = [], widths: [Double] = []) {
        if depths.isEmpty, widths.isEmpty { return nil }
        self.depths = depths
        self.widths = widths
    }
}

extension Architecture {
    /// The number of the stage that each row belongs to, counted from 0.
    package var stageNumbers: [Int] {
        var number = -1
        return stages.enumerated().map { index, row in
            if index == 0 || !row.continues { number += 1 }
            return number
        }
    }

    /// How many stages there are; rows that share one count once.
    package var stageCount: Int { stages.indices.count { $0 == 0 || !stages[$0].continues } }

    /// What one number for all stages would come nearest to these: their geometric mean over the blocks of the stage table.
    package func mean(ofStages numbers: [Double]) -> Double {
        guard let first = numbers.first, numbers.contains(where: { $0 != first }) else {
            return numbers.first ?? 1
        }
        var (sum, blocks) = (0.0, 0.0)
        for (row, number) in zip(stages, stageNumbers) {
            sum += Double(row.repeats) * log(numbers[number])
            blocks += Double(row.repeats)
        }
        return exp(sum / blocks)
    }
}

/// The factor of each row of a stage table: the network's own, times that of the row's stage where it has one.
struct RowFactors {
    private let factor: Double
    private let stages: [Double]
    private let numbers: [Int]

    init(_ factor: Double, stages: [Double], of architecture: Architecture) {
        self.factor = factor
        self.stages = stages
        numbers = stages.isEmpty ? [] : architecture.stageNumbers
    }

    /// The factor of a row.
    subscript(row: Int) -> Double { stages.isEmpty ? factor : factor * stages[numbers[row]] }

    /// The first row's, which the stem follows.
    var first: Double { stages.first.map { factor * $0 } ?? factor }

    /// The last row's, which the head follows.
    var last: Double { stages.last.map { factor * $0 } ?? factor }
}
