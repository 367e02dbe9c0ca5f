// The part of a Python file that says what the trained network expects: the names of its classes, and how an image
// becomes its input, as in training.

import Networks

/// Constants of a contract, and the function that follows it.
struct PythonInput {
    /// Lines that import what the function needs.
    let imports: [String]
    /// `CLASS_NAMES`, and `MEAN` and `STD` of values in 0...1, as far as they are known.
    let constants: [String]
    /// `preprocess(image)`, where mean and deviation are known, of grey and RGB images.
    let sections: [String]

    /// The part for a target; Keras' own networks divide by 255, and their pixels come before their channels.
    init(_ contract: InputContract, for target: PythonTarget) {
        var constants: [String] = []
        if let names = contract.classNames {
            constants.append("CLASS_NAMES = [" + names.map(\.pythonLiteral).joined(separator: ", ") + "]")
        }
        guard let mean = contract.mean, let deviation = contract.deviation else {
            (imports, self.constants, sections) = ([], constants, [])
            return
        }
        func list(_ values: [Float]) -> String { "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }
        constants += [
            "# Mean and deviation of each channel, of values in 0...1.", "MEAN = \(list(mean))",
            "STD = \(list(deviation))",
        ]
        self.constants = constants
        // Pictures are grey or RGB; whoever has other images has a program to prepare them.
        guard [1, 3].contains(contract.channels) else {
            (imports, sections) = ([], [])
            return
        }
        imports = ["import numpy"]
        sections = [PythonInput.preprocess(channels: contract.channels, for: target)]
    }

    private static func preprocess(channels: Int, for target: PythonTarget) -> String {
        let isKeras = target == .keras
        let mode = channels == 1 ? "L" : "RGB"
        let result =
            isKeras
            ? "return 255 * x[numpy.newaxis].astype(numpy.float32)  # The network divides by 255 itself."
            : "return torch.tensor(x.transpose(2, 0, 1)[numpy.newaxis], dtype=torch.float32)"
        return """
            def preprocess(image):
                \"\"\"A PIL image as the network's input: its centre square, each pixel the mean of the area that it covers, normalised.\"\"\"
                image = image.convert("\(mode)")
                side, size = INPUT[\(isKeras ? 0 : 1)], min(image.size)
                left, top = (image.width - size) // 2, (image.height - size) // 2
                x = numpy.asarray(image.crop((left, top, left + size, top + size))).reshape(size, size, -1) / 255
                edges, pixels = numpy.arange(side + 1) * size / side, numpy.arange(size)
                share = numpy.minimum(edges[1:, None], pixels + 1) - numpy.maximum(edges[:-1, None], pixels)
                share = share.clip(0) * side / size
                x = numpy.einsum("ij,jkc,lk->ilc", share, x, share, optimize=True)
                x = (x - numpy.array(MEAN)) / numpy.array(STD)
                \(result)
            """
    }
}

extension String {
    /// This text as a Python literal: ASCII and letters as they are, everything else escaped, so that names that look
    /// alike can be told apart.
    var pythonLiteral: String {
        var literal = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\\(scalar)"
            case " "..."~": literal.unicodeScalars.append(scalar)
            case _ where scalar.value > 0x7f && scalar.properties.isAlphabetic:
                literal.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                literal += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return literal + "\""
    }
}
