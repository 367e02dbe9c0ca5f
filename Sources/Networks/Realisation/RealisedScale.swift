// How large a network has become next to its baseline: what rounding left of depth, width and resolution.
// Coefficients are wishes; accuracy and cost follow the sizes that were realised.

import Foundation

/// The three axes along which compound scaling enlarges a network.
package enum ScalingAxis: Int, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// Repeats of blocks; α.
    case depth
    /// Channels; β.
    case width
    /// Height and width of the image; γ.
    case resolution

    /// The axis in a word.
    package var description: String {
        switch self {
        case .depth: "depth"
        case .width: "width"
        case .resolution: "resolution"
        }
    }

    /// The letter of its coefficient.
    package var letter: String {
        switch self {
        case .depth: "α"
        case .width: "β"
        case .resolution: "γ"
        }
    }
}

/// Realised depth, width and resolution as multiples of a baseline's.
package struct RealisedScale: Hashable, Sendable {
    /// Blocks over the baseline's blocks.
    package var depth: Double
    /// Geometric mean, over the baseline's blocks, of realised output channels over the baseline's.
    package var width: Double
    /// Pixels of the image's side over the baseline's.
    package var resolution: Double

    /// Multiples; the baseline itself is (1, 1, 1).
    package init(depth: Double, width: Double, resolution: Double) {
        self.depth = depth
        self.width = width
        self.resolution = resolution
    }

    /// The multiples whose natural logarithms these are, in the order of `ScalingAxis`.
    package init(logarithms: SIMD3<Double>) {
        self.init(depth: exp(logarithms.x), width: exp(logarithms.y), resolution: exp(logarithms.z))
    }

    /// The natural logarithms, in the order of `ScalingAxis`.
    package var logarithms: SIMD3<Double> { SIMD3(log(depth), log(width), log(resolution)) }

    /// The multiple along one axis.
    package subscript(axis: ScalingAxis) -> Double {
        switch axis {
        case .depth: depth
        case .width: width
        case .resolution: resolution
        }
    }
}

extension Dimensions {
    /// These sizes as multiples of a baseline's of the same architecture.
    ///
    /// A stage counts towards the width as often as the baseline has blocks of it. Stem and head do not
    /// count: several rounding rules keep them fixed, and a network is as wide as its blocks are.
    package func scale(relativeTo baseline: Dimensions) -> RealisedScale {
        var logarithm = 0.0
        for (row, repeats) in baseline.repeats.enumerated() {
            let ratio = Double(widths.rows[row].channels) / Double(baseline.widths.rows[row].channels)
            logarithm += Double(repeats) * log(ratio)
        }
        return RealisedScale(
            depth: Double(blocks) / Double(baseline.blocks),
            width: exp(logarithm / Double(baseline.blocks)),
            resolution: Double(resolution) / Double(baseline.resolution))
    }
}

extension Network {
    /// This network's sizes as multiples of a baseline's, or nil where the two have different stages.
    package func scale(relativeTo baseline: Network) -> RealisedScale? {
        guard dimensions.repeats.count == baseline.dimensions.repeats.count,
            dimensions.widths.stem.count == baseline.dimensions.widths.stem.count
        else { return nil }
        return dimensions.scale(relativeTo: baseline.dimensions)
    }

    /// Multiply–accumulates over the baseline's.
    package func macsRatio(to baseline: Network) -> Double {
        Double(cost.macs.value) / Double(baseline.cost.macs.value)
    }
}
