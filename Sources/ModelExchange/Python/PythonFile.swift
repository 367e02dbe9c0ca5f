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
    /// Lines that import what the sections need, in any order.
    var imports: [String]
    /// Top-level definitions, `model(**options)` and `load(network, weights)` among them.
    var sections: [String]
    /// How else a user gets the network, after "call model()".
    var offer = ""
}

/// A Python module that builds exactly one network.
package struct PythonFile {
    /// The module's source.
    package let text: String

    /// Writes a network for a target, or says why the target cannot express it. With a test vector, the file
    /// also checks logits; with a contract, it names the classes and prepares images.
    package init(
        _ network: Network, for target: PythonTarget, contract: InputContract? = nil, test: TestVector?,
        toolVersion: String
    ) throws {
        let name = network.architecture.name.pythonText
        let scaling = network.architecture.scaling
        let model =
            switch target {
            case .timm: try network.timmModel()
            case .torchvision: try network.torchvisionModel()
            case .keras: try network.kerasModel()
            }
        let check = target == .keras ? PythonCheck.keras(test) : PythonCheck.torch(test)
        let input = contract.map { PythonInput($0, for: target) }
        let about = """
            \"\"\"\(name) at width \(scaling.width), depth \(scaling.depth) and \(network.dimensions.resolution) pixels.

            Written by compound \(toolVersion) for \(target.rawValue), in realised integers.

            Import it and call model()\(model.offer).

                python FILE --check\(test == nil ? "" : " [WEIGHTS.safetensors]")

            fails where its \(test == nil ? "parameters or macs" : "parameters, macs or logits") are not those of the exported network.
            \"\"\"
            """
        let heading = [
            about, (model.imports + check.imports + (input?.imports ?? [])).pythonImports,
            ([network.pythonFigures(channelsLast: target == .keras, test)] + (input?.constants ?? []))
                .joined(separator: "\n"),
        ]
        let sections =
            [heading.joined(separator: "\n\n")] + model.sections + (input?.sections ?? [])
            + check.sections
        text = sections.joined(separator: "\n\n\n") + "\n"
    }
}

extension Network {
    /// The constants that a module is checked against.
    fileprivate func pythonFigures(channelsLast: Bool, _ test: TestVector?) -> String {
        let shape = input
        let sizes = [shape.height, shape.width]
        let image = channelsLast ? sizes + [shape.channels] : [shape.channels] + sizes
        let list = image.map { "\($0)" }.joined(separator: ", ")
        var lines = [
            "INPUT = (\(list))", "PARAMETERS = \(cost.parameters.value)", "MACS = \(cost.macs.value)",
        ]
        if let test {
            lines.append("LOGITS = [" + test.logits.map { "\($0)" }.joined(separator: ", ") + "]")
            lines.append("TOLERANCE = \(test.tolerance)")
        }
        return lines.joined(separator: "\n")
    }
}

extension [String] {
    /// Import lines, each once: those of Python itself, a blank line, then the others, by module.
    fileprivate var pythonImports: String {
        func module(_ line: String) -> String { String(line.split(separator: " ")[1]) }
        let lines = Set(self + ["import sys"]).sorted {
            (module($0), $1) < (module($1), $0)  // Of one module, "import" before "from".
        }
        let own = lines.filter { ["functools", "math", "sys"].contains(module($0)) }
        return (own + [""] + lines.filter { !own.contains($0) }).joined(separator: "\n")
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
