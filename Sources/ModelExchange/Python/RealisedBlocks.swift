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
        var stages: [[RealisedBlock]] = []
        for row in realisedRows {
            if row[0].stage.continues, !stages.isEmpty {
                stages[stages.count - 1] += row
            } else {
                stages.append(row)
            }
        }
        return stages
    }

    /// The blocks of each row of the stage table.
    var realisedRows: [[RealisedBlock]] {
        var input = dimensions.widths.stemOutput
        return zip(architecture.stages, zip(dimensions.repeats, dimensions.widths.rows)).enumerated().map {
            index, row in
            let (stage, (repeats, widths)) = row
            return (0..<repeats).map { repetition in
                let strides = repetition == 0 && (index == 0 || !stage.continues)
                let block = RealisedBlock(
                    stage: stage, stride: strides ? stage.stride : 1, input: input,
                    widths: widths[repetition])
                input = block.output
                return block
            }
        }
    }

    /// Channels of the head's 1×1 convolution before pooling, or nil where there is none.
    var headChannels: Int? { dimensions.widths.head }

    /// Refuses blocks that a tool's plain class of the family does not have, and names another tool that has them. Shortcuts may be
    /// left out where none could be.
    func refuseOptions(
        _ tool: String, except allowed: Set<String> = [], otherwise other: String = "onnx"
    ) throws(ExportRefusal) {
        func refuse(_ sentence: String, _ other: String = "onnx") -> ExportRefusal {
            ExportRefusal("\(tool) has no \(sentence); export to \(other).")
        }
        if architecture.stages.contains(where: { $0.gate == .l2Scalar })
            || architecture.head.gate == .l2Scalar
        {
            throw refuse("l2-scalar gate")
        }
        let leavesOutShortcuts = realisedBlocks.joined().contains {
            !$0.stage.options.hasShortcut && $0.stride == 1 && $0.input == $0.output
        }
        for row in architecture.stages {
            var given = row.options.given.subtracting(allowed)
            if !leavesOutShortcuts { given.remove("shortcut") }
            if let option = given.sorted().first { throw refuse("'\(option)' in its blocks", other) }
        }
        if architecture.head.pooled != nil, !allowed.contains("pooled") {
            throw refuse("convolution after the pooling", other)
        }
        // Of timm's networks ResNets alone have such stems.
        let stem = architecture.isMade(of: .basic) || architecture.isMade(of: .bottleneck) ? other : "onnx"
        if !architecture.stem.before.isEmpty, !allowed.contains("before") {
            throw refuse("stem of several convolutions", stem)
        }
        if architecture.stem.poolsByConvolution, !allowed.contains("poolsByConvolution") {
            throw refuse("convolution in place of the stem's pooling", stem)
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
            && (head.pooled == nil || head.pooled?.activation == stem.activation)
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
