// Stage tables in timm's notation, `ir_r2_k3_s2_e6_c24_se0.25`: what timm's model definitions hold can be pasted.
//
// A string is read only where timm's block and ours are the same function; everything else is refused.

import Foundation
import Networks

extension Field {
    /// The rows of a list of block strings, or of a list of such lists, as timm nests them.
    func timmStages(_ usual: Activation) throws(DescriptionError) -> [Stage] {
        var stages: [Stage] = []
        for list in try blockStrings() {
            for (index, string) in list.enumerated() {
                let stage = try string.timmStage(usual)
                if index > 0, stage.stride > 1 {
                    throw string.fault(
                        "timm strides in the first block of a stage alone; write s1 here, "
                            + "or begin a new list.")
                }
                stages.append(stage)
            }
        }
        return stages
    }

    /// The block string behind a path such as `stages.2.kernel`, in a network whose table is made of them.
    func blockString(at path: [String]) -> Field? {
        guard path.count > 1, path[0] == "stages", let index = Int(path[1]), has("timm") else { return nil }
        guard let strings = try? Array(nearest(to: ["timm"]).blockStrings().joined()) else { return nil }
        return strings.indices.contains(index) ? strings[index] : nil
    }

    /// The strings, those of an inner list together, each at its own line.
    private func blockStrings() throws(DescriptionError) -> [[Field]] {
        var lists: [[Field]] = []
        for field in try list() {
            guard case .sequence = field.node else {
                lists.append([field.atOwnLine])
                continue
            }
            lists.append(try field.list().map(\.atOwnLine))
        }
        return lists
    }

    /// The text's line, which in YAML's block scalars is the one after its mark.
    private var atOwnLine: Field {
        guard case .scalar(let scalar) = node, scalar.style == .literal || scalar.style == .folded else {
            return self
        }
        return Field(node, file: file, line: line + 1, name: name)
    }

    /// The string, without the line end that a block scalar adds.
    func blockText() throws(DescriptionError) -> String {
        try text("give a block string such as ir_r2_k3_s2_e6_c24_se0.25")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func timmStage(_ usual: Activation) throws(DescriptionError) -> Stage {
        let string = try blockText()
        func refuse(_ sentence: String) -> DescriptionError { fault("\(string.quoted): \(sentence)") }
        let parts = string.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard let kind = BlockStringKind(rawValue: parts[0]) else {
            throw refuse("no block here is timm's '\(parts[0])'; give ds, ir, er or cn.")
        }
        var numbers: [String: Double] = [:]
        var activation = usual
        var skips = false
        for part in parts.dropFirst() {
            if part == "noskip" {
                throw refuse("blocks here add their input wherever shapes agree; leave out 'noskip'.")
            } else if part == "skip" {
                skips = true
            } else if part.first == "n" {
                guard let named = Activation(timm: part) else {
                    throw refuse("\(part.quoted) is no activation here; give nre, nr6, nhs or nsw.")
                }
                activation = named
            } else {
                let key = String(part.prefix { $0.isLetter })
                guard ["r", "k", "s", "e", "c", "se"].contains(key) else {
                    throw refuse("no block here has \(part.quoted); leave it out.")
                }
                guard let number = Double(decimal: String(part.dropFirst(key.count))) else {
                    throw refuse("\(part.quoted) lacks a number.")
                }
                if numbers.updateValue(number, forKey: key) != nil {
                    throw refuse("'\(key)' is given more than once; keep one of them.")
                }
            }
        }
        func whole(_ key: String) throws(DescriptionError) -> Int {
            guard let number = numbers[key] else { throw refuse("'\(key)' is missing; add it.") }
            guard let whole = Int(exactly: number) else {
                throw refuse("\(key)\(number.short) is no whole number, which blocks here need.")
            }
            return whole
        }
        let expansion = kind.expands || numbers["e"] != nil ? try whole("e") : 1
        if let reason = kind.refusal(expansion: expansion, gated: numbers["se"] != nil, skips: skips) {
            throw refuse(reason)
        }
        let ratio = numbers["se"] ?? 0
        if (ratio * 8).rounded() != ratio * 8 {
            throw refuse(
                "timm rounds se\(ratio.short) to the nearest channel and blocks here down; "
                    + "give a multiple of 0.125, or write the stage under 'stages:'.")
        }
        return Stage(
            kind.block, repeats: try whole("r"), kernel: try whole("k"), stride: try whole("s"),
            expansion: expansion, channels: try whole("c"),
            squeezeExcitation: ratio == 0 ? nil : SqueezeExcitation(ratio: ratio, activation: activation),
            activation: activation)
    }
}

/// timm's blocks that the generator builds too.
private enum BlockStringKind: String {
    /// Depthwise and pointwise: mbconv of expansion 1.
    case ds
    /// The inverted residual: mbconv.
    case ir
    /// Its fused form.
    case er
    /// One convolution: fused of expansion 1.
    case cn

    var block: BlockKind { self == .ds || self == .ir ? .mbconv : .fusedMBConv }

    /// Whether the string has to say by how much.
    var expands: Bool { self == .ir || self == .er }

    /// Why timm's block is another function than ours, or nil where it is the same.
    func refusal(expansion: Int, gated: Bool, skips: Bool) -> String? {
        switch self {
        case .ds where expansion != 1: "'ds' does not expand; write e1, or ir."
        case .ir where expansion == 1:
            "timm's 'ir' of e1 keeps a 1×1 convolution that mbconv lacks; write ds."
        case .er where expansion == 1:
            "timm's 'er' of e1 keeps a 1×1 convolution that fused blocks lack; write cn."
        case .cn where expansion != 1: "'cn' does not expand; write e1, or er."
        case .cn where gated: "timm's 'cn' takes no 'se'; leave it out."
        case .cn where !skips: "blocks here add their input wherever shapes agree; add 'skip'."
        default: nil
        }
    }
}

extension Activation {
    /// The activation that a part of a block string names.
    fileprivate init?(timm part: String) {
        switch part {
        case "nre": self = .relu
        case "nr6": self = .relu6
        case "nhs": self = .hardSwish
        case "nsw": self = .silu
        default: return nil
        }
    }
}
