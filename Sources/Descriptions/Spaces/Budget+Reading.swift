// What a candidate may cost, read: multiples, macs, counts, bytes and shares, with the units people write.

import CompoundSearch

extension Field {
    /// A target alone such as `2x`, a list of them, or a mapping of bounds.
    func budget() throws(DescriptionError) -> Budget {
        guard case .mapping = node else {
            return Budget(levels: try targets(), tolerance: Field.usualTolerance)
        }
        let keys = try section([
            "macs", "tolerance", "parameters", "activations", "peak_memory", "latency_ms",
        ])
        var budget = Budget(
            levels: try keys.required("macs").targets(),
            tolerance: try keys["tolerance"]?.share() ?? Field.usualTolerance)
        budget.parameters = try keys["parameters"]?.amount(Quantity.counts, "give a count such as 12M")
        budget.activations = try keys["activations"]?.amount(Quantity.counts, "give a count such as 20M")
        budget.peakActivationBytes = try keys["peak_memory"]?.amount(
            Quantity.bytes, "give bytes such as 64MiB, 67MB or 67108864")
        budget.latencyMilliseconds = try keys["latency_ms"]?.positive()
        return budget
    }

    private static let usualTolerance = 0.05

    /// One target, or several different ones, each a cost level.
    private func targets() throws(DescriptionError) -> [Budget.Target] {
        guard isList else { return [try target()] }
        var targets: [Budget.Target] = []
        for field in try list() {
            let target = try field.target()
            if targets.contains(target) { throw field.fault("\(field.name) is listed before; remove it.") }
            targets.append(target)
        }
        return targets
    }

    /// A multiple of the baseline's macs, or macs.
    private func target() throws(DescriptionError) -> Budget.Target {
        let remedy = "give a multiple such as 2x, or macs such as 780M or 0.78G"
        let quantity = Quantity(try text(remedy))
        if let quantity, quantity.unit == "x" || quantity.unit == "×" {
            guard quantity.number > 0 else { throw wrong(remedy) }
            return .multiple(quantity.number)
        }
        // Nobody means two macs, but easily writes 2 for 2x.
        guard let macs = quantity?.amount(Quantity.counts), macs >= 1000 else { throw wrong(remedy) }
        return .macs(macs)
    }

    /// A share below one: `5%` or `0.05`.
    private func share() throws(DescriptionError) -> Double {
        let remedy = "give a share below 100 % such as 5% or 0.05"
        guard let quantity = Quantity(try text(remedy)), ["", "%"].contains(quantity.unit) else {
            throw wrong(remedy)
        }
        let share = quantity.unit == "%" ? quantity.number / 100 : quantity.number
        guard share >= 0, share < 1 else { throw wrong(remedy) }
        return share
    }

    private func amount(_ units: [String: Double], _ remedy: String) throws(DescriptionError) -> Int {
        guard let amount = Quantity(try text(remedy))?.amount(units) else { throw wrong(remedy) }
        return amount
    }
}

/// A number with the unit after it, such as `0.78G` or `64 MiB`.
struct Quantity {
    /// The finite number.
    let number: Double
    /// The letters after it, or nothing.
    let unit: String
    /// The number where it is a whole one and has no unit, exactly.
    private let whole: Int?

    /// The parts of a text, or nil where it does not begin with a number.
    init?(_ text: String) {
        let unit = String(text.reversed().prefix { $0.isLetter || $0 == "%" || $0 == "×" }.reversed())
        let digits = text.dropLast(unit.count)
        guard let number = Double(decimal: String(digits.last == " " ? digits.dropLast() : digits)) else {
            return nil
        }
        self.number = number
        self.unit = unit
        whole = Int(text)
    }

    /// Thousands, millions, billions (of macs, as papers print them), trillions.
    static let counts = ["": 1, "K": 1e3, "k": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12]
    /// Decimal and binary multiples of a byte.
    static let bytes = [
        "": 1, "B": 1, "kB": 1e3, "KB": 1e3, "KiB": 0x1p10, "MB": 1e6, "MiB": 0x1p20, "GB": 1e9,
        "GiB": 0x1p30,
    ]

    /// The whole number meant, at least 1, or nil for an unknown unit or a size beyond 64 bits.
    func amount(_ units: [String: Double]) -> Int? {
        guard let factor = units[unit] else { return nil }
        if let whole { return whole >= 1 ? whole : nil }
        let amount = (number * factor).rounded()
        return amount >= 1 && amount < 0x1p62 ? Int(amount) : nil
    }
}
