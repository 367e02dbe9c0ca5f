// One coefficient's values, read: a range, a list, or a single number; or those of each stage.

import CompoundSearch
import Networks

extension Field {
    /// The values of a coefficient, or under `stages` those of each of so many stages; where these differ the network's own is 1.
    func axes(ofStages count: Int) throws(DescriptionError) -> (network: Axis, stages: [Axis]) {
        guard has("stages") else { return (try axis(), []) }
        let field = try section(["stages"]).required("stages")
        let entries = try field.list()
        if entries.count != count {
            throw field.fault(
                SearchError.wrongStages(name, given: entries.count, baseline: count).description)
        }
        var stages: [Axis] = []
        for (index, entry) in entries.enumerated() {
            let name = "\(name) of stage \(index + 1)"
            stages.append(try Field(entry.node, file: file, line: entry.line, name: name).axis())
        }
        return (.list([1]), stages)
    }

    /// The values of a coefficient, each in a range such as `Coefficients.range`.
    func axis(in range: ClosedRange<Double> = Coefficients.range) throws(DescriptionError) -> Axis {
        switch node {
        case .mapping: return try steps(in: range)
        case .sequence: return try values(in: range)
        case .scalar, .alias:
            guard (try? number()) != nil else {
                throw wrong("give {from: 1.0, to: 2.0, step: 0.05}, a list, or a number")
            }
            return .list([try number(in: range)])
        }
    }

    private func values(in range: ClosedRange<Double>) throws(DescriptionError) -> Axis {
        var values: [Double] = []
        for field in try list() { values.append(try field.number(in: range)) }
        return .list(values)
    }

    private func steps(in range: ClosedRange<Double>) throws(DescriptionError) -> Axis {
        let keys = try section(["from", "to", "step", "values"])
        if let values = keys["values"] {
            if keys.fields.count > 1 {
                throw fault("\(name) has both values and a range; keep 'values' or 'from', 'to' and 'step'.")
            }
            return try values.values(in: range)
        }
        let low = try keys.required("from").bound(of: name, in: range)
        let high = try keys.required("to").bound(of: name, in: range)
        if low.double > high.double {
            throw fault(
                "\(name) runs from \(low.double.short) down to \(high.double.short); swap the two bounds.")
        }
        let step = try keys["step"]?.decimal()
        if let step, step.significand <= 0 {
            throw keys.fields["step"]!.fault(
                "\(name) has a step of \(step.double.short); give a step above 0, "
                    + "or leave it out for random points.")
        }
        if low.double == high.double { return .list([low.double]) }
        if let step { try check(step, from: low, to: high) }
        return .range(low: low, high: high, step: step)
    }

    /// Throws where a grid cannot walk the range by this step.
    private func check(
        _ step: DecimalNumber, from low: DecimalNumber, to high: DecimalNumber
    ) throws(DescriptionError) {
        if let steps = DecimalSteps(from: low, to: high, by: step) {
            if steps.count > 1 { return }
            throw fault(
                "\(name) has a step of \(step.double.short), more than the whole range; give a smaller step.")
        }
        if (high.double - low.double) / step.double > Double(Axis.mostValues) - 2 {
            throw fault("\(name) has more than a billion values; give a larger step.")
        }
        throw fault(
            "\(name) has bounds and a step whose digits span more than 38 places; give fewer digits.")
    }

    private func bound(
        of axis: String, in range: ClosedRange<Double>
    ) throws(DescriptionError) -> DecimalNumber {
        let number = try decimal()
        guard range.contains(number.double) else {
            throw fault("\(axis) has '\(name): \(number.double.short)'; \(range.remedy).")
        }
        return number
    }
}
