// A contract as texts by key, the form in which safetensors and ONNX files keep what is no tensor. Lists are JSON, so
// that names of classes may hold anything.

import Foundation
import Networks

extension InputContract {
    /// The contract's texts: `compound.channels`, `.resolution`, `.mean`, `.deviation` and `.class_names`, those that
    /// nobody said left out.
    package var metadata: [String: String] {
        var entries = ["channels": "\(channels)", "resolution": "\(resolution)"]
        entries["mean"] = mean.map { "[" + $0.map { "\($0)" }.joined(separator: ",") + "]" }
        entries["deviation"] = deviation.map { "[" + $0.map { "\($0)" }.joined(separator: ",") + "]" }
        entries["class_names"] = classNames.map(\.json)
        return Dictionary(uniqueKeysWithValues: entries.map { (InputContract.prefix + $0.key, $0.value) })
    }

    /// The contract in a file's texts, or nil where there is none; `file` is its name in errors.
    package init?(metadata: [String: String], file: String) throws(WeightsError) {
        func fault(_ key: String, _ wanted: String) -> WeightsError {
            let text = metadata[InputContract.prefix + key] ?? ""
            return WeightsError(
                "\(file): the metadata '\(InputContract.prefix)\(key)' is \(text.quoted) and should be \(wanted); "
                    + "remove it or write the file again.")
        }
        func whole(_ key: String) throws(WeightsError) -> Int? {
            guard let text = metadata[InputContract.prefix + key] else { return nil }
            guard let number = Int(text) else { throw fault(key, "a whole number") }
            return number
        }
        func list<Value: Decodable>(_ key: String, _ wanted: String) throws(WeightsError) -> [Value]? {
            guard let text = metadata[InputContract.prefix + key] else { return nil }
            guard let values = try? JSONDecoder().decode([Value].self, from: Data(text.utf8)) else {
                throw fault(key, wanted)
            }
            return values
        }
        let mean: [Float]? = try list("mean", "a JSON list of numbers")
        let deviation: [Float]? = try list("deviation", "a JSON list of numbers")
        let classNames: [String]? = try list("class_names", "a JSON list of texts")
        let (channels, resolution) = (try whole("channels"), try whole("resolution"))
        guard let channels, let resolution else {
            if channels == nil, resolution == nil, mean == nil, deviation == nil, classNames == nil {
                return nil
            }
            throw fault(channels == nil ? "channels" : "resolution", "a whole number")
        }
        do {
            try self.init(
                channels: channels, resolution: resolution, mean: mean, deviation: deviation,
                classNames: classNames)
        } catch {
            throw WeightsError("\(file): the metadata \(InputContract.prefix)\(error)")
        }
    }

    /// What all keys begin with, so that a foreign file's own keys are never taken for them.
    private static let prefix = "compound."
}

extension [String] {
    /// The texts as a JSON list.
    fileprivate var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // Strings can always be encoded.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }
}
