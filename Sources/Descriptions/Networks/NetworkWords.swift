// Values that only networks have: activations in anyone's spelling, and sides of what is square.

import Networks

extension Field {
    /// An activation, in any of the spellings that libraries use.
    func activation() throws(DescriptionError) -> Activation {
        let remedy = "give \(Activation.allCases.map(\.rawValue).listed("or"))"
        let text = try text(remedy)
        if let activation = Activation(spelling: text) { return activation }
        // Never the nearest word: ELU is a letter from ReLU and another function.
        throw fault("\(name) is \(text.quoted); \(remedy).")
    }

    /// The side of a window, or a step, alike in both directions.
    func side() throws(DescriptionError) -> Int {
        try refuseRectangle("windows and strides are square here; give one number for both directions")
        return try whole()
    }

    /// Refuses two sides, written as a list, as a mapping or as 250x1300.
    func refuseRectangle(_ remedy: String) throws(DescriptionError) {
        let sides: [String]
        switch node {
        case .sequence(let sequence): sides = sequence.compactMap { $0.scalar?.string }
        case .mapping(let mapping): sides = mapping.compactMap { $0.value.scalar?.string }
        case .scalar(let scalar):
            let marks = Set("x×X*,;/ ")
            sides = scalar.string.split(whereSeparator: marks.contains).map(String.init)
        case .alias: return
        }
        guard sides.count > 1, sides.allSatisfy({ Double(decimal: $0) != nil }) else { return }
        throw fault("\(name) is \(sides.joined(separator: "×")), and \(remedy).")
    }

    /// Refuses keys that give the image a height and a width of its own, or a size by another name.
    func refuseRectangles() throws(DescriptionError) {
        for key in Field.sideKeys where has(key) {
            let field = nearest(to: [key])
            throw field.fault(
                "the key \(key.quoted) is unknown; images are square here, and 'resolution:' under 'scaling:' is "
                    + "their side in pixels.")
        }
    }

    /// What other tools call the sides of an image.
    private static let sideKeys =
        ["", "image_", "input_", "img_"].flatMap { prefix in
            (prefix.isEmpty ? ["height"] : ["height", "width"]).map { prefix + $0 }
        } + ["image_size", "input_size", "input_shape", "img_size", "resolution_height", "resolution_width"]
}
