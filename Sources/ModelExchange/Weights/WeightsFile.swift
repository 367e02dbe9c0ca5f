// A file of weights, whichever names it has: read once, then asked for the weights of a network, and for what the
// weights were trained on.

import NetworkExecution
import Networks
import TensorFiles

/// A safetensors file with the layers' own names or timm's.
///
///     let file = try WeightsFile(contentsOf: "w.safetensors")
///     let weights = try file.weights(for: network)
package struct WeightsFile: Sendable {
    /// What errors call the file.
    package let path: String
    /// What it holds.
    package let tensors: Safetensors
    /// What the weights were trained on, where the file says so.
    package let contract: InputContract?

    /// What `format` is in the metadata of a file with the layers' own names; PyTorch's files have `pt`.
    static let nativeFormat = "compound"

    /// Reads the file at a path; throws where it, or what it says of its images, is malformed.
    package init(contentsOf path: String) throws {
        try self.init(Safetensors(contentsOf: path), path: path)
    }

    /// The file of these tensors; `path` is its name in errors.
    package init(_ tensors: Safetensors, path: String) throws(WeightsError) {
        self.path = path
        self.tensors = tensors
        contract = try InputContract(metadata: tensors.metadata, file: path)
    }

    /// The weights of a network.
    ///
    /// Everything that does not fit is named in one error: another number of classes or channels as that, with the
    /// option that names it, and everything else tensor by tensor.
    package func weights(for network: Network) throws(WeightsError) -> NetworkWeights {
        let names = try names(for: network)
        do {
            return try NetworkWeights(tensors, named: names, file: path, for: network)
        } catch {
            throw refusal(of: network, names) ?? error
        }
    }

    /// Whether the names are the layers' own. Programs that rewrite a file may lose its metadata, so that the stem's
    /// name decides too, which is another one in every network of timm.
    package var isNative: Bool {
        tensors.metadata["format"] == WeightsFile.nativeFormat
            || tensors.tensors.contains { $0.name == "stem.weight" }
    }

    /// The names by which the file keeps the layers of a network: the layers' own, or timm's.
    func names(for network: Network) throws(WeightsError) -> [[ParameterName]] {
        isNative ? network.nativeNames() : try network.timmNames()
    }

    /// The sentence for a file that differs from a network in nothing but classes or channels of the image; nil for
    /// all others.
    private func refusal(of network: Network, _ names: [[ParameterName]]) -> WeightsError? {
        guard let adapted = try? AdaptedTensors(tensors, names, file: path, to: network, classifier: nil),
            (try? NetworkWeights(adapted.tensors, named: names, file: path, for: network)) != nil
        else { return nil }
        let architecture = network.architecture
        var (own, others, options): ([String], [String], [String]) = ([], [], [])
        if let classes = adapted.classes, classes > 0 {
            own.append("\(classes) classes")
            others.append("\(architecture.classes)")
            options.append("--classes \(classes)")
        }
        if let channels = adapted.channels {
            own.append("\(channels) channels")
            others.append("\(architecture.channels)")
            options.append("--channels \(channels)")
        }
        if own.isEmpty { return nil }
        return WeightsError(
            "\(path) has \(own.joined(separator: " and ")), and \(architecture.name) "
                + "\(others.joined(separator: " and ")); give \(options.joined(separator: " ")) for the network that "
                + "the weights are of.")
    }
}
