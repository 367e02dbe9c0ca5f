// A file of weights, whichever names it has: read once, then asked for the weights of a network, and for what the
// weights were trained on.

import NetworkExecution
import Networks
import TensorFiles

/// A safetensors file with the layers' own names, timm's, torchvision's or efficientnet_pytorch's.
///
///     let file = try WeightsFile(contentsOf: "w.safetensors")
///     let (weights, notes) = try file.read(for: network)
package struct WeightsFile: Sendable {
    /// What errors call the file.
    package let path: String
    /// What it holds, names without what wrappers put before all of them.
    package let tensors: Safetensors
    /// What the weights were trained on, where the file says so.
    package let contract: InputContract?
    /// Whose names it has.
    let naming: WeightNaming
    /// What stood before all names.
    private let prefix: String

    /// Reads the file at a path; throws where it, or what it says of its images, is malformed.
    package init(contentsOf path: String) throws {
        try self.init(Safetensors(contentsOf: path), path: path)
    }

    /// The file of these tensors; `path` is its name in errors.
    package init(_ tensors: Safetensors, path: String) throws(WeightsError) {
        self.path = path
        (self.tensors, prefix) = tensors.unwrapped()
        naming = WeightNaming(of: self.tensors)
        contract = try InputContract(metadata: tensors.metadata, file: path)
    }

    /// The weights of a network.
    ///
    /// Everything that does not fit is named in one error: another number of classes or channels as that, with the
    /// option that names it, and everything else tensor by tensor.
    package func weights(for network: Network) throws(WeightsError) -> NetworkWeights {
        let names = try names(for: network)
        do {
            return try weights(tensors, names, for: network)
        } catch {
            throw refusal(of: network, names) ?? error
        }
    }

    /// The weights of a network as they are run, and a note for each thing that is not taken as it is: a stem for
    /// other channels is summed or repeated as timm does.
    package func read(for network: Network) throws(WeightsError) -> (weights: NetworkWeights, notes: [String])
    {
        let names = try names(for: network)
        let stem = try AdaptedStem(tensors, names, file: path, for: network)
        do {
            let weights = try weights(stem.tensors, names, for: network)
            return (weights, notes(for: network) + stem.notes(path))
        } catch {
            throw refusal(of: network, names, adaptsStem: true) ?? error
        }
    }

    /// Whether the names are those of timm's `state_dict` as they stand.
    package var isTimms: Bool { naming == .timm && prefix.isEmpty }

    /// The names by which the file keeps the layers of a network.
    func names(for network: Network) throws(WeightsError) -> [[ParameterName]] {
        try naming.names(of: network, in: tensors, behind: prefix, path)
    }

    /// The weights that tensors of these names are, their batch norms as the network has them.
    func weights(
        _ tensors: Safetensors, _ names: [[ParameterName]], for network: Network
    ) throws(WeightsError) -> NetworkWeights {
        do {
            let weights = try NetworkWeights(tensors, named: names, file: path, for: network)
            return variancesRise(for: network).map(weights.raisingVariances) ?? weights
        } catch {
            if naming == .torchvision(.regNet), let refusal = refusalOfWidths(network, names) {
                throw refusal
            }
            throw error
        }
    }

    /// What names were translated, and how.
    func notes(for network: Network) -> [String] {
        var notes: [String] = []
        if !prefix.isEmpty {
            notes.append("note: \(path): every name begins with \(prefix.quoted), which is left out.")
        }
        if let tool = naming.translated {
            var note = "note: \(path) has the names of \(tool), and its tensors are read by them"
            if variancesRise(for: network) != nil, let epsilon = naming.epsilon(for: network) {
                note +=
                    "; variances are raised so that batch norms compute with epsilon "
                    + "\(network.architecture.batchNormEpsilon) what they did with \(epsilon)"
            }
            notes.append(note + ".")
        }
        return notes
    }

    /// By how much variances have to rise, since only their sum with epsilon counts.
    private func variancesRise(for network: Network) -> Double? {
        guard let epsilon = naming.epsilon(for: network) else { return nil }
        let rise = epsilon - network.architecture.batchNormEpsilon
        return rise > 0 ? rise : nil
    }

    /// The sentence for a file that differs from a network in nothing but classes or channels of the image, where these
    /// are not adapted; nil for all others.
    private func refusal(
        of network: Network, _ names: [[ParameterName]], adaptsStem: Bool = false
    ) -> WeightsError? {
        guard let stem = try? AdaptedStem(tensors, names, file: path, for: network),
            case let classifier = RenewedClassifier(stem.tensors, names, for: network, by: nil),
            (try? NetworkWeights(classifier.tensors, named: names, file: path, for: network)) != nil
        else { return nil }
        let architecture = network.architecture
        var (own, others, options): ([String], [String], [String]) = ([], [], [])
        if let classes = classifier.classes, classes > 0, classes != architecture.classes {
            own.append("\(classes) class\(classes == 1 ? "" : "es")")
            others.append("\(architecture.classes)")
            options.append("--classes \(classes)")
        }
        if !adaptsStem, let channels = stem.channels {
            own.append("\(channels) channel\(channels == 1 ? "" : "s")")
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
