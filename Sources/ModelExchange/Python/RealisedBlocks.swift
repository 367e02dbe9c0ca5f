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
    /// Channels inside, written and squeezed.
    let widths: BlockWidths

    /// Channels inside: expanded ones, or those of a ResNet block.
    var inner: Int { widths.inner }
    /// Channels that it writes.
    var output: Int { widths.output }
    /// Channels between the two layers of its squeeze-and-excitation.
    var squeezed: Int? { stage.squeezeExcitation == nil ? nil : widths.squeezed }
    /// Channels that this gates.
    var gated: Int { stage.block.gatesOutput ? output : inner }
}

extension Network {
    /// The blocks of each stage; rows of one stage stand together.
    var realisedBlocks: [[RealisedBlock]] {
        var input = dimensions.widths.stemOutput
        var stages: [[RealisedBlock]] = []
        for (index, row) in architecture.stages.enumerated() {
            if index == 0 || !row.continues { stages.append([]) }
            for repetition in 0..<dimensions.repeats[index] {
                let widths = dimensions.widths.rows[index][repetition]
                let isFirst = stages[stages.count - 1].isEmpty
                stages[stages.count - 1].append(
                    RealisedBlock(stage: row, stride: isFirst ? row.stride : 1, input: input, widths: widths))
                input = widths.output
            }
        }
        return stages
    }

    /// Channels of the head's 1×1 convolution before pooling, or nil where there is none.
    var headChannels: Int? { dimensions.widths.head }

    /// Refuses blocks that a tool's plain class of the family does not have.
    func refuseOptions(_ tool: String, except allowed: Set<String> = []) throws(ExportRefusal) {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("\(tool) has no \(sentence); export to onnx.")
        }
        for row in architecture.stages {
            if let option = row.options.given.subtracting(allowed).sorted().first {
                throw refuse("'\(option)' in its blocks")
            }
            if row.gate == .l2Scalar { throw refuse("l2-scalar gate") }
        }
        if architecture.head.gate == .l2Scalar { throw refuse("l2-scalar gate") }
        if architecture.head.pooled != nil, !allowed.contains("pooled") {
            throw refuse("convolution after the pooling")
        }
        if !architecture.stem.before.isEmpty, !allowed.contains("before") {
            throw refuse("stem of several convolutions")
        }
        if architecture.stem.poolsByConvolution, !allowed.contains("poolsByConvolution") {
            throw refuse("convolution in place of the stem's pooling")
        }
    }
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

extension Double {
    /// The number, where it is a whole one.
    var whole: Int? { Int(exactly: self) }

    /// The number without a point where it is a whole one.
    var text: String { whole.map { "\($0)" } ?? "\(self)" }
}
