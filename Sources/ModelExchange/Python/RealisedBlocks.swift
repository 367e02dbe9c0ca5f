// A network's stages as other tools want to hear of them: block by block, in realised integers.

import Networks

/// One block with the channels that rounding left it.
struct RealisedBlock {
    /// The row of the stage table that it belongs to.
    let stage: Stage
    /// Its own stride.
    let stride: Int
    /// Channels that it reads.
    let input: Int
    /// Channels inside: expanded ones, or those of a ResNet block.
    let inner: Int
    /// Channels that it writes.
    let output: Int
    /// Channels between the two layers of its squeeze-and-excitation.
    let squeezed: Int?
    /// Channels that this gates.
    let gated: Int
}

extension Network {
    /// The blocks of each stage.
    var realisedBlocks: [[RealisedBlock]] {
        var input = dimensions.widths[0]
        return architecture.stages.enumerated().map { index, stage in
            (0..<dimensions.repeats[index]).map { repetition in
                let width = dimensions.widths[index + 1]
                let isMobile = [.mbconv, .fusedMBConv].contains(stage.block)
                let plain = stage.block == .fusedMBConv && stage.expansion == 1
                let inner = isMobile ? (plain ? width : input * stage.expansion) : width
                let output = isMobile ? width : width * stage.expansion
                let gated = isMobile ? inner : output
                defer { input = output }
                return RealisedBlock(
                    stage: stage, stride: repetition == 0 ? stage.stride : 1, input: input, inner: inner,
                    output: output,
                    squeezed: stage.squeezeExcitation.map { $0.squeezed(input: input, gated: gated) },
                    gated: gated)
            }
        }
    }

    /// Channels of the head's 1×1 convolution, or nil where there is none.
    var headChannels: Int? { architecture.head.channels == nil ? nil : dimensions.widths.last }
}

extension Architecture {
    /// Whether every stage repeats one of these blocks.
    func isMade(of kinds: BlockKind...) -> Bool { stages.allSatisfy { kinds.contains($0.block) } }

    /// Whether stem, stages and head activate alike.
    var hasOneActivation: Bool {
        stages.allSatisfy { $0.activation == stem.activation }
            && (head.channels == nil || head.activation == stem.activation)
    }
}

/// The width rule that other tools share: a multiple of `divisor`, never below `limit` of the value.
func divisible(_ value: Double, by divisor: Int = 8, limit: Double = 0.9) -> Int {
    let nearest = max(divisor, Int(value + Double(divisor) / 2) / divisor * divisor)
    return Double(nearest) < limit * value ? nearest + divisor : nearest
}
