// One coefficient's values, read: a range, a list, or a single number.

import CompoundSearch

extension Field {
    /// The values of a coefficient, above zero unless told otherwise.
    func axis(positive: Bool = true) throws(DescriptionError) -> Axis {
        switch node {
        case .mapping: return try range(positive: positive)
        case .sequence: return try values(positive: positive)
        case .scalar, .alias:
            guard let value = try? number() else {
                throw wrong("give {from: 1.0, to: 2.0, step: 0.05}, a list, or a number")
            }
            return .list([try coefficient(value, positive: positive)])
        }
    }

    private func values(positive: Bool) throws(DescriptionError) -> Axis {
        var values: [Double] = []
        for field in try list() {
            values.append(try field.coefficient(field.number(), positive: positive))
        }
        return .list(values)
    }

    private func range(positive: Bool) throws(DescriptionError) -> Axis {
        let keys = try section(["from", "to", "step", "values"])
        if let values = keys["values"] {
            if keys.fields.count > 1 {
                throw fault("\(name) has both values and a range; keep 'values' or 'from', 'to' and 'step'.")
            }
            return try values.values(positive: positive)
        }
        let from = try keys.required("from")
        let to = try keys.required("to")
        let low = try from.coefficient(from.number(), of: name, positive: positive)
        let high = try to.coefficient(to.number(), of: name, positive: positive)
        if low > high {
            throw fault("\(name) runs from \(low.short) down to \(high.short); swap the two bounds.")
        }
        let step = try keys["step"]?.number()
        if let step, step <= 0 {
            throw keys.fields["step"]!.fault(
                "\(name) has a step of \(step.short); give a step above 0, or leave it out for random points."
            )
        }
        if low == high { return .list([low]) }
        if let step {
            if step > high - low, step - (high - low) > 1e-9 * step {
                throw fault(
                    "\(name) has a step of \(step.short), more than the whole range; give a smaller step.")
            }
            if (high - low) / step > 1e9 {
                throw fault("\(name) has more than a billion values; give a larger step.")
            }
        }
        return .range(low: low, high: high, step: step)
    }

    private func coefficient(
        _ value: Double, of axis: String? = nil, positive: Bool
    ) throws(DescriptionError) -> Double {
        if positive, value <= 0 {
            let place = axis.map { "\($0) has '\(name): \(value.short)'" } ?? "\(name) is \(value.short)"
            throw fault("\(place); give a coefficient above 0.")
        }
        return value
    }
}
