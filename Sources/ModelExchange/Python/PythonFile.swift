// One Python file that builds a network with another tool's own classes, and that checks itself.
//
// Everything in it is a realised integer: the other tool rounds nothing, or rounds to what it is given.

import Networks

/// The tools that a network can be written for.
package enum PythonTarget: String, CaseIterable, Sendable {
    /// PyTorch Image Models.
    case timm
    /// PyTorch's own models.
    case torchvision
    /// Keras Applications.
    case keras
}

/// What a target contributes to a file; the rest is the same for all.
struct PythonModel {
    /// Lines that import what `body` needs, in order.
    var imports: [String]
    /// The definition of `model(**options)` and what else the module offers.
    var body: String
    /// How a user gets the network, after "call model()".
    var offer = ""
}

/// A Python module that builds exactly one network.
package struct PythonFile {
    /// The module's source.
    package let text: String

    /// Writes a network for a target, or says why the target cannot express it. With a test vector, the file
    /// also checks logits.
    package init(
        _ network: Network, for target: PythonTarget, test: TestVector?, toolVersion: String
    ) throws(ExportRefusal) {
        let name = network.architecture.name.pythonText
        let model: PythonModel
        switch target {
        case .timm: model = try network.timmModel(named: "compound_" + name.pythonName)
        case .torchvision: model = try network.torchvisionModel()
        case .keras: model = try network.kerasModel()
        }
        let check = target == .keras ? PythonCheck.keras(test) : PythonCheck.torch(test)
        let shape = network.input
        let size =
            target == .keras
            ? "(\(shape.height), \(shape.width), \(shape.channels))"
            : "(\(shape.channels), \(shape.height), \(shape.width))"
        var parts = [
            """
            \"\"\"\(name), built by \(target.rawValue). Written by compound \(toolVersion).

            Import it and call model()\(model.offer).

                python FILE --check\(test == nil ? "" : " [WEIGHTS.safetensors]")

            counts its parameters and macs\(test == nil ? "" : ", with weights also compares logits,") and fails where they differ.
            \"\"\"
            """,
            (["import sys"] + model.imports + check.imports).pythonImports,
            """
            INPUT = \(size)
            PARAMETERS = \(network.cost.parameters.value)
            MACS = \(network.cost.macs.value)
            """,
        ]
        if let test {
            parts[2] += """

                LOGITS = [\(test.logits.map { "\($0)" }.joined(separator: ", "))]
                TOLERANCE = \(test.tolerance)
                """
        }
        parts += ["", model.body, "", check.body]
        text = parts.joined(separator: "\n\n").replacing("\n\n\n\n", with: "\n\n\n") + "\n"
    }
}

extension [String] {
    /// Import lines, each once: those of Python itself, then the others in alphabetical order.
    fileprivate var pythonImports: String {
        let own = ["sys", "functools"]
        func module(_ line: String) -> String { String(line.split(separator: " ")[1]) }
        let lines = Set(self).sorted { (module($0), $0) < (module($1), $1) }
        let standard = lines.filter { own.contains(module($0)) }.sorted()
        let others = lines.filter { !own.contains(module($0)) }
        return (standard.reversed() + [""] + others).joined(separator: "\n")
    }
}

extension String {
    /// The text without what would end or alter a Python string.
    var pythonText: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map {
                    $0 == "\"" || $0 == "\\" || $0.properties.generalCategory == .control ? "_" : $0
                }))
    }

    /// The text as an identifier's end: ASCII letters, digits and underscores.
    var pythonName: String {
        String(map { $0.isASCII && ($0.isLetter || $0.isNumber) ? Character($0.lowercased()) : "_" })
    }
}
