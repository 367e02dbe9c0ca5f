// Stage tables in timm's notation, `ir_r2_k3_s2_e6_c24_se0.25`, or TensorFlow's, `r2_k3_s22_e6_i16_o24_se0.25`: what model
// definitions hold can be pasted, and is the function that they build, or refused with what it is.
//
// Strings say nothing of what the function around them decides: how squeeze-and-excitation rounds and gates, where the head
// stands. That is `BlockStringGenerator`.

import Foundation
import Networks

extension Field {
    /// The rows of a list of block strings, or of a list of such lists, as timm nests them.
    func blockStringStages(
        _ usual: Activation, _ generator: BlockStringGenerator
    ) throws(DescriptionError) -> [Stage] {
        var stages: [Stage] = []
        for list in try blockStrings() {
            for (index, string) in list.enumerated() {
                var stage = try string.blockStringStage(usual, generator)
                if index > 0, stage.stride > 1 {
                    throw string.fault(
                        "timm strides in the first block of a stage alone; write s1 here, "
                            + "or begin a new list.")
                }
                stage.continues = index > 0
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

    private func blockStringStage(
        _ usual: Activation, _ generator: BlockStringGenerator
    ) throws(DescriptionError) -> Stage {
        let text = try blockText()
        let string = try BlockString(text, usual, refuse: { fault("\(text.quoted): \($0)") })
        return try string.isTensorFlows ? string.tensorFlowStage() : string.timmStage(generator)
    }
}

/// One string, taken apart.
struct BlockString {
    /// The kind of block that the string begins with; none in TensorFlow's notation.
    let kind: String
    /// The numbers by their keys, as they are written.
    private let numbers: [String: String]
    /// The activation that the string names, or the usual one.
    let activation: Activation
    /// Whether `skip` or `noskip` is given.
    let skips: Bool?
    /// Makes an error of a sentence.
    let refuse: (String) -> DescriptionError

    /// Takes a string apart; throws at what is neither a number with a key nor a word that is known.
    init(_ text: String, _ usual: Activation, refuse: @escaping (String) -> DescriptionError)
        throws(DescriptionError)
    {
        var parts = text.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        let first = parts[0]
        kind = first.dropFirst().first?.isNumber == true ? "" : parts.removeFirst()
        var numbers: [String: String] = [:]
        var activation = usual
        var skips: Bool?
        for part in parts {
            if part == "noskip" || part == "skip" {
                skips = part == "skip"
            } else if part.first == "n" {
                guard let named = Activation(timm: part) else {
                    throw refuse("\(part.quoted) is no activation here; give nre, nr6, nhs or nsw.")
                }
                activation = named
            } else {
                let key = String(part.prefix { $0.isLetter })
                let number = String(part.dropFirst(key.count))
                guard !key.isEmpty, number.first?.isNumber == true else {
                    throw refuse("\(part.quoted) is no key with a number.")
                }
                if numbers.updateValue(number, forKey: key) != nil {
                    throw refuse("'\(key)' is given more than once; keep one of them.")
                }
            }
        }
        self.numbers = numbers
        self.activation = activation
        self.skips = skips
        self.refuse = refuse
    }

    /// Whether the string is in TensorFlow's notation, which begins with the repeats.
    var isTensorFlows: Bool { kind.isEmpty }

    /// Whether a key is given.
    func has(_ key: String) -> Bool { numbers[key] != nil }

    /// The digits of a key's number.
    func digits(_ key: String) -> String? { numbers[key] }

    /// A number, or nil where the key is not given.
    func number(_ key: String) throws(DescriptionError) -> Double? {
        guard let text = numbers[key] else { return nil }
        guard let number = Double(decimal: text) else {
            if key == "k" || key == "a" || key == "p" { throw mixed(key, text) }
            throw refuse("\(key)\(text) is no number.")
        }
        return number
    }

    /// A whole number that must be given, unless there is a value to take otherwise.
    func whole(_ key: String, otherwise: Int? = nil) throws(DescriptionError) -> Int {
        guard let number = try number(key) else {
            if let otherwise { return otherwise }
            throw refuse("'\(key)' is missing; add it.")
        }
        guard let whole = Int(exactly: number) else {
            if key == "k" || key == "a" || key == "p" { throw mixed(key, numbers[key] ?? "") }
            throw refuse("\(key)\(number.short) is no whole number.")
        }
        return whole
    }

    /// Kernels of several sizes in one convolution (MixNet's), written with points between them.
    private func mixed(_ key: String, _ text: String) -> DescriptionError {
        refuse("\(key)\(text) mixes kernels in one convolution (MixNet), which no block here does.")
    }

    /// Throws at the first key that is none of these.
    func check(_ keys: String..., of what: String) throws(DescriptionError) {
        if let key = numbers.keys.filter({ !keys.contains($0) }).sorted().first {
            throw refuse("\(what) knows no \("\(key)\(numbers[key] ?? "")".quoted).")
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
