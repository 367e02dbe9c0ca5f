// What a candidate may cost, read: multiples, macs, counts, bytes and shares, with the units people write.

import CompoundSearch

extension Field {
    /// A target alone such as `2x`, a list of them, or a mapping of bounds.
    func budget() throws(DescriptionError) -> Budget {
        guard case .mapping = node else {
            return Budget(levels: try targets(), tolerance: Field.usualTolerance)
        }
        let keys = try section([
            "macs", "latency", "tolerance", "parameters", "activations", "peak_memory", "latency_ms",
        ])
        let latency = try keys["latency"]?.latencyTarget()
        var budget = Budget(
            levels: try latency == nil ? keys.required("macs").targets() : keys["macs"]?.targets() ?? [],
            latency: latency,
            tolerance: try keys["tolerance"]?.share()
                ?? (latency == nil ? Field.usualTolerance : Field.usualLatencyTolerance))
        budget.parameters = try keys["parameters"]?.amount(Quantity.counts, "give a count such as 12M")
        budget.activations = try keys["activations"]?.amount(Quantity.counts, "give a count such as 20M")
        budget.peakActivationBytes = try keys["peak_memory"]?.amount(
            Quantity.bytes, "give bytes such as 64MiB, 67MB or 67108864")
        budget.latencyMilliseconds = try keys["latency_ms"]?.number(in: Budget.latencyRange)
        return budget
    }

    private static let usualTolerance = 0.05
    /// Less for latencies, which rounding moves in smaller steps than macs.
    private static let usualLatencyTolerance = 0.02

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
            guard quantity.number.significand > 0 else { throw wrong(remedy) }
            let multiple = quantity.number.double
            guard Budget.multipleRange.contains(multiple) else {
                throw fault(
                    "\(name) is \(multiple.short) times the baseline; \(Budget.multipleRange.remedy) times.")
            }
            return .multiple(multiple)
        }
        // Nobody means two macs, but easily writes 2 for 2x.
        guard let macs = quantity?.amount(Quantity.counts), Budget.macsRange.contains(macs) else {
            throw wrong(remedy)
        }
        return .macs(macs)
    }

    /// A multiple of the baseline's latency, or milliseconds.
    private func latencyTarget() throws(DescriptionError) -> LatencyTarget {
        let remedy = "give a multiple of the baseline's such as 0.5x, or milliseconds such as 10ms"
        guard let quantity = Quantity(try text(remedy)) else { throw wrong(remedy) }
        let number = quantity.number.double
        switch quantity.unit {
        case "x", "×":
            guard Budget.multipleRange.contains(number) else {
                throw fault(
                    "\(name) is \(number.short) times the baseline's; \(Budget.multipleRange.remedy) times.")
            }
            return .multiple(number)
        case "ms", "s", "µs", "us":
            let scales: [String: Double] = ["s": 1000, "µs": 0.001, "us": 0.001]
            let scale = scales[quantity.unit] ?? 1
            guard Budget.latencyRange.contains(number * scale) else {
                throw fault("\(name) is \((number * scale).short) ms; \(Budget.latencyRange.remedy) ms.")
            }
            return .milliseconds(number * scale)
        default: throw wrong(remedy)
        }
    }

    /// A share below one: `5%` or `0.05`.
    private func share() throws(DescriptionError) -> Double {
        let remedy = "give a share below 100 % such as 5% or 0.05"
        guard let quantity = Quantity(try text(remedy)), ["", "%"].contains(quantity.unit) else {
            throw wrong(remedy)
        }
        let share = quantity.number.scaled(byPowerOfTen: quantity.unit == "%" ? -2 : 0).double
        guard Budget.toleranceRange.contains(share) else { throw wrong(remedy) }
        return share
    }

    private func amount(_ units: [String: Int], _ remedy: String) throws(DescriptionError) -> Int {
        guard let amount = Quantity(try text(remedy))?.amount(units), Budget.countRange.contains(amount)
        else { throw wrong(remedy) }
        return amount
    }
}

/// A number with the unit after it, such as `0.78G` or `64 MiB`.
struct Quantity {
    /// The number.
    let number: DecimalNumber
    /// The letters after it, or nothing.
    let unit: String

    /// The parts of a text, or nil where it does not begin with a number.
    init?(_ text: String) {
        let unit = String(text.reversed().prefix { $0.isLetter || $0 == "%" || $0 == "×" }.reversed())
        let digits = text.dropLast(unit.count)
        guard let number = DecimalNumber(String(digits.last == " " ? digits.dropLast() : digits)) else {
            return nil
        }
        self.number = number
        self.unit = unit
    }

    /// Thousands, millions, billions (of macs, as papers print them), trillions.
    static let counts = [
        "": 1, "K": 1_000, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000, "B": 1_000_000_000,
        "T": 1_000_000_000_000,
    ]
    /// Decimal and binary multiples of a byte.
    static let bytes = [
        "": 1, "B": 1, "kB": 1_000, "KB": 1_000, "KiB": 1 << 10, "MB": 1_000_000, "MiB": 1 << 20,
        "GB": 1_000_000_000, "GiB": 1 << 30,
    ]

    /// The nearest whole number, or nil for an unknown unit or a size beyond 64 bits.
    func amount(_ units: [String: Int]) -> Int? { units[unit].flatMap { number.rounded(times: $0) } }
}
