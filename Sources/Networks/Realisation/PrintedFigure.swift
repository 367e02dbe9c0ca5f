// A number as tables print it, with few digits and a unit, and which of a network's counts it rounds.

/// A number of operations or parameters in print, such as 610.1M or 0.39G.
package struct PrintedFigure: Sendable {
    /// As it was printed.
    package let text: String
    /// The number that it stands for.
    package let value: Double
    /// The digits without the point.
    private let digits: Int
    /// What the last digit counts.
    private let unit: Int

    /// Reads digits, a point and k, M, G, B or T; nil where that is no number or says less than a whole one.
    package init?(_ text: String) {
        let units: [Character: Int] = [
            "k": 3, "K": 3, "M": 6, "m": 6, "G": 9, "g": 9, "B": 9, "b": 9, "T": 12, "t": 12,
        ]
        var number = text.filter { $0 != "," && $0 != " " && $0 != "_" }
        let power = number.last.flatMap { units[$0] }
        if power != nil { number.removeLast() }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, !parts[0].isEmpty || parts.count == 2,
            number.allSatisfy({ $0 == "." || $0.isASCII && $0.isNumber }),
            let digits = Int(parts.joined()), digits > 0
        else { return nil }
        let decimals = parts.count == 2 ? parts[1].count : 0
        guard decimals <= power ?? 0 else { return nil }
        unit = (0..<(power ?? 0) - decimals).reduce(1) { unit, _ in unit * 10 }
        guard digits < Int.max / 4 / unit else { return nil }
        self.text = text
        self.digits = digits
        value = Double(digits) * Double(unit)
    }

    /// Whether a count, cut off after the digits that are printed, is this figure.
    package func isCutOff(from count: Int) -> Bool { count / unit == digits }

    /// Whether a count, rounded to the digits that are printed, is this figure.
    package func isRounded(from count: Int) -> Bool {
        count / unit + (count % unit * 2 >= unit ? 1 : 0) == digits
    }
}

/// One of a network's counts that somebody may have printed.
package struct NetworkCount: Sendable {
    /// The key of the convention in reports for programs.
    package let key: String
    /// What is counted, in words.
    package let meaning: String
    /// Who counts so.
    package let users: String
    /// The count.
    package let value: Int
}

extension Network {
    /// Its operations by every convention, and its parameters by every counting.
    package func counts() throws(NetworkError) -> [NetworkCount] {
        var counts: [NetworkCount] = []
        for convention in FlopConvention.allCases {
            counts.append(
                NetworkCount(
                    key: convention.rawValue, meaning: convention.meaning, users: convention.users,
                    value: try flops(by: convention)))
        }
        for count in ParameterCount.allCases {
            counts.append(
                NetworkCount(
                    key: count.rawValue, meaning: "parameters, \(count.meaning)", users: count.users,
                    value: try parameters(by: count)))
        }
        return counts
    }
}
