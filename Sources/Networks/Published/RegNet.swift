// RegNet (Radosavovic et al. 2020, arXiv 2003.13678): widths of all blocks from a line, quantised.

import Foundation

/// The five numbers from which all widths of a RegNet follow, and whether it gates.
package struct RegNetParameters: Hashable, Sendable {
    /// Blocks in all.
    package var depth: Int
    /// w₀, the width of the first block.
    package var initialWidth: Int
    /// w_a, by which the line of widths grows a block.
    package var slope: Double
    /// w_m, the factor between the widths of stages.
    package var multiplier: Double
    /// Channels of a group.
    package var groupWidth: Int
    /// Squeezed channels over the block's input, or nil for RegNetX, which has no gates.
    package var squeezeRatio: Double?

    /// The parameters of a network of the family.
    package init(
        depth: Int, initialWidth: Int, slope: Double, multiplier: Double, groupWidth: Int,
        squeezeRatio: Double? = nil
    ) {
        self.depth = depth
        self.initialWidth = initialWidth
        self.slope = slope
        self.multiplier = multiplier
        self.groupWidth = groupWidth
        self.squeezeRatio = squeezeRatio
    }

    /// Each stage's width and number of blocks (the paper's equations 2 to 4, widths in multiples of 8).
    package var stages: [(width: Int, blocks: Int)] {
        var stages: [(width: Int, blocks: Int)] = []
        for block in 0..<depth {
            let line = Double(initialWidth) + slope * Double(block)
            let exponent = (log(line / Double(initialWidth)) / log(multiplier)).rounded(.toNearestOrEven)
            let width = Double(initialWidth) * pow(multiplier, exponent)
            let quantised = Int((width / 8).rounded(.toNearestOrEven)) * 8
            if stages.last?.width == quantised {
                stages[stages.count - 1].blocks += 1
            } else {
                stages.append((quantised, 1))
            }
        }
        return stages
    }

    /// The rows of the stage table.
    package var rows: [Stage] {
        stages.map { width, blocks in
            var options = BlockOptions()
            options.groupWidth = groupWidth
            let gate = squeezeRatio.map {
                Gate.squeezeExcitation(
                    SqueezeExcitation(ratio: $0, rounding: .nearest, activation: .relu))
            }
            let group = min(groupWidth, width)
            let rounded = Int((Double(width) / Double(group)).rounded(.toNearestOrEven)) * group
            return Stage(
                .regnet, repeats: blocks, kernel: 3, stride: 2, expansion: 1, channels: rounded, gate: gate,
                activation: .relu, options: options)
        }
    }
}

extension Architecture {
    /// A RegNet.
    package static func regNet(_ name: String, _ parameters: RegNetParameters) -> Architecture {
        var rules = RoundingRules()
        rules.stemFixedBelow = .infinity
        return Architecture(
            name: name, stem: Stem(channels: 32, activation: .relu), stages: parameters.rows,
            head: Head(channels: nil, activation: .relu), rules: rules)
    }

    /// All of the paper's networks with parameters as released: 12 RegNetX, then 12 RegNetY.
    static let regNets: [Architecture] =
        regNetX.map { regNet("regnetx-\($0.0)", .init($0, gated: false)) }
        + regNetY.map { regNet("regnety-\($0.0)", .init($0, gated: true)) }

    /// Name, depth, w₀, w_a, w_m, group width.
    fileprivate typealias RegNetRow = (String, Int, Int, Double, Double, Int)

    private static let regNetX: [RegNetRow] = [
        ("002", 13, 24, 36.44, 2.49, 8), ("004", 22, 24, 24.48, 2.54, 16), ("006", 16, 48, 36.97, 2.24, 24),
        ("008", 16, 56, 35.73, 2.28, 16), ("016", 18, 80, 34.01, 2.25, 24), ("032", 25, 88, 26.31, 2.25, 48),
        ("040", 23, 96, 38.65, 2.43, 40), ("064", 17, 184, 60.83, 2.07, 56),
        ("080", 23, 80, 49.56, 2.88, 120), ("120", 19, 168, 73.36, 2.37, 112),
        ("160", 22, 216, 55.59, 2.1, 128), ("320", 23, 320, 69.86, 2.0, 168),
    ]

    private static let regNetY: [RegNetRow] = [
        ("002", 13, 24, 36.44, 2.49, 8), ("004", 16, 48, 27.89, 2.09, 8), ("006", 15, 48, 32.54, 2.32, 16),
        ("008", 14, 56, 38.84, 2.4, 16), ("016", 27, 48, 20.71, 2.65, 24), ("032", 21, 80, 42.63, 2.66, 24),
        ("040", 22, 96, 31.41, 2.24, 64), ("064", 25, 112, 33.22, 2.27, 72),
        ("080", 17, 192, 76.82, 2.19, 56), ("120", 19, 168, 73.36, 2.37, 112),
        ("160", 18, 200, 106.23, 2.48, 112), ("320", 20, 232, 115.89, 2.53, 232),
    ]
}

extension RegNetParameters {
    fileprivate init(_ row: Architecture.RegNetRow, gated: Bool) {
        self.init(
            depth: row.1, initialWidth: row.2, slope: row.3, multiplier: row.4, groupWidth: row.5,
            squeezeRatio: gated ? 0.25 : nil)
    }
}
