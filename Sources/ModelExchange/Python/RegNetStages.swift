// A RegNet as PyTorch's libraries want to hear of it: equal blocks in every stage.

import Networks

/// The blocks of a RegNet's stage.
struct RegNetStage {
    let channels: Int
    let stride: Int
    let blocks: Int
    let groupWidth: Int
}

extension Network {
    /// The stages, and the ratio of their gates where there are some; throws where `tool`'s RegNet would build another network.
    func regNetStages(
        of tool: String, otherwise other: String
    ) throws(ExportRefusal) -> (stages: [RegNetStage], ratio: Double?) {
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("\(tool)'s RegNet \(sentence); export to \(other).")
        }
        try refuseOptions("\(tool)'s RegNet", except: ["group_width"], otherwise: other)
        let stem = architecture.stem
        let stages = realisedBlocks
        if stages.count != 4 { throw refuse("has four stages, not \(stages.count)") }
        if stem.kernel != 3 || stem.stride != 2 || stem.pooling != nil || architecture.padding == .same {
            throw refuse("has a stem of kernel 3 and stride 2 without pooling, padded symmetrically")
        }
        if architecture.head.channels != nil { throw refuse("has no convolution in its head") }
        guard architecture.hasOneActivation, stem.activation.torchClass != nil else {
            throw refuse("has one activation")
        }
        let gates = Set(architecture.stages.map(\.squeezeExcitation))
        guard gates.count == 1, let gate = gates.first else { throw refuse("gates all of its stages alike") }
        if let gate, gate.activation != stem.activation || gate.gate != .sigmoid {
            throw refuse("gates by its one activation and sigmoid")
        }
        for stage in stages {
            let last = stage[stage.count - 1]
            for block in stage {
                if let gate {
                    let squeezed = Int((Double(block.input) * gate.ratio).rounded(.toNearestOrEven))
                    if block.squeezed != squeezed {
                        throw refuse("squeezes \(block.input) input channels to \(squeezed)")
                    }
                }
                if block.stage.kernel != 3 || block.stage.continues || block.inner != block.output
                    || block.output != last.output || block.widths.groups != last.widths.groups
                {
                    throw refuse("has equal blocks of kernel 3 in a stage")
                }
            }
        }
        let realised = stages.map { stage in
            RegNetStage(
                channels: stage[0].output, stride: stage[0].stride, blocks: stage.count,
                groupWidth: stage[0].inner / stage[0].widths.groups)
        }
        return (realised, gate?.ratio)
    }
}
