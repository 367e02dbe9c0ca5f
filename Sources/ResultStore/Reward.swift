// One figure for accuracy and latency together, as MnasNet's search maximised it.

import CompoundSearch
import Foundation
import GRDB

/// MnasNet's reward, accuracy · (latency / target)^w (Tan et al. 2019, arXiv 1807.11626, equation 2).
package struct Reward: Hashable, Sendable {
    /// The latency aimed at, in milliseconds, above 0.
    package var target: Double
    /// w, the price of latency: −0.07 values twice the latency like 5 % of the accuracy.
    package var exponent: Double

    /// Milliseconds that can be aimed at.
    package static let targetRange = Budget.latencyRange
    /// Values of w.
    package static let exponentRange = -100.0...100

    /// A reward with the paper's exponent.
    package init(target: Double, exponent: Double = -0.07) {
        self.target = target
        self.exponent = exponent
    }

    /// The column by which queries know it.
    package static let column = "reward"

    /// The reward of an accuracy of 0…1 at a latency in milliseconds.
    ///     Reward(target: 10).value(accuracy: 0.8, latency: 20)   // 0.8 · 2^−0.07 = 0.7621
    package func value(accuracy: Double, latency: Double) -> Double {
        accuracy * pow(latency / target, exponent)
    }

    /// The view with the reward as its last column.
    var source: String {
        "(SELECT *, compound_reward(accuracy, latency_ms) AS \(Reward.column) FROM trials)"
    }

    /// What computes the column: SQLite has `pow` only where it was built so.
    var function: DatabaseFunction {
        DatabaseFunction("compound_reward", argumentCount: 2, pure: true) { [self] values in
            guard let accuracy = Double.fromDatabaseValue(values[0]),
                let latency = Double.fromDatabaseValue(values[1])
            else { return nil }
            return value(accuracy: accuracy, latency: latency)
        }
    }
}
