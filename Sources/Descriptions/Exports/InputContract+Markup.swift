// The section `input:` of an export: what the weights of the network were trained on, and the names of the classes.

import Foundation
import Networks
import Rendering

extension InputContract {
    /// The contract that an export at a path has; nil where it has none, and where the path leads to no export.
    package init?(exportAt path: String) throws(DescriptionError) {
        let root = try Document.root(ofFile: path)
        guard root.has("network"), let input = try root.section(CandidateExport.sections)["input"] else {
            return nil
        }
        self = try input.inputContract()
    }

    /// The section's keys and values, those that nobody said left out.
    var markup: Markup {
        var entries: [Markup.Entry] = [("channels", .whole(channels)), ("resolution", .whole(resolution))]
        for case (let key, let values?) in [("mean", mean), ("deviation", deviation)] {
            // By way of their texts, so that a float's few digits stay few.
            entries.append((key, .list(values.map { .number(Double("\($0)") ?? Double($0)) })))
        }
        if let classNames { entries.append(("class_names", .list(classNames.map(Markup.text)))) }
        return .block(entries)
    }
}

extension Field {
    /// A contract, of which only the names of classes and the normalisation may be left out.
    func inputContract() throws(DescriptionError) -> InputContract {
        let keys = try section(["channels", "resolution", "mean", "deviation", "class_names"])
        var names: [String]?
        if let fields = try keys["class_names"]?.list() {
            names = []
            for field in fields { names?.append(try field.text("give the name of a class")) }
        }
        do {
            return try InputContract(
                channels: try keys.required("channels").whole(),
                resolution: try keys.required("resolution").whole(),
                mean: try keys["mean"]?.floats(), deviation: try keys["deviation"]?.floats(),
                classNames: names)
        } catch let error as NetworkError {
            guard case .invalid(let path, let reason) = error else { throw fault("\(error)") }
            throw nearest(to: path).fault("\(path.joined(separator: ".")): \(reason)")
        } catch let error as DescriptionError {
            throw error
        } catch {
            throw fault("\(error)")
        }
    }

    private func floats() throws(DescriptionError) -> [Float] {
        var floats: [Float] = []
        for field in try list() { floats.append(Float(try field.number())) }
        return floats
    }
}
