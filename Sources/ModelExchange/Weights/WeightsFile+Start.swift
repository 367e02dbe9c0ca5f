// Weights with which another training begins: for other classes, everything but the classifier is of use.

import NetworkExecution
import Networks
import TensorFiles

/// A file's tensors with the classifier begun anew.
struct RenewedClassifier {
    /// The tensors, all others as they were.
    private(set) var tensors: Safetensors
    /// The classes of the classifier that was replaced: 0 where there was none, nil where it reads other features and
    /// stays.
    private(set) var classes: Int?

    /// Replaces the classifier among tensors of these names; it is zeros unless weights are given.
    init(
        _ tensors: Safetensors, _ names: [[ParameterName]], for network: Network, by fresh: NetworkWeights?
    ) {
        self.tensors = tensors
        guard let name = names.last?.first, let shape = network.layers.last?.operation.matrices.first
        else { return }
        let parts = [".weight", ".bias"].map { name.module + $0 }
        if let found = tensors.tensors.first(where: { $0.name == parts[0] }) {
            guard found.shape.count == 2, found.shape[1] == shape.inputs else { return }
            classes = found.shape[0]
        } else {
            classes = 0
        }
        let matrix = fresh?.layers.last?.first
        self.tensors.tensors.removeAll { parts.contains($0.name) }
        self.tensors.tensors += [
            NamedTensor(
                parts[0], shape: shape.tensorShape(axes: name.axes),
                values: matrix?.weight ?? [Float](repeating: 0, count: shape.count)),
            NamedTensor(
                parts[1], shape: [shape.outputs],
                values: matrix?.bias ?? [Float](repeating: 0, count: shape.outputs)),
        ]
    }
}

extension WeightsFile {
    /// The weights with which the training of a network begins, and a note for each thing that is not taken as it is.
    ///
    /// A classifier of another number of classes, of classes with other names, or none is an error that names the
    /// remedy, unless a new one is asked for: then it has the values of `fresh`, the network's new weights. A stem
    /// for other channels is summed or repeated as timm does. Everything else has to fit.
    package func start(
        of network: Network, classNames: [String]?, fresh: NetworkWeights, newClassifier: Bool
    ) throws(WeightsError) -> (weights: NetworkWeights, notes: [String]) {
        let names = try names(for: network)
        let stem = try AdaptedStem(tensors, names, file: path, for: network)
        let renewed = RenewedClassifier(stem.tensors, names, for: network, by: fresh)
        let reason = whyNotKept(renewed, network, classNames)
        let renews = newClassifier || reason != nil
        let weights = try weights(renews ? renewed.tensors : stem.tensors, names, for: network)
        if let reason, !newClassifier {
            throw WeightsError(
                "\(path) \(reason); give --new-classifier to begin with everything else and a new classifier."
            )
        }
        var notes = notes(for: network) + stem.notes(path)
        if newClassifier {
            notes.append(
                "note: \(path)\(reason.map { " " + $0 } ?? ""): all is taken but the classifier, which begins anew."
            )
        }
        return (weights, notes)
    }

    /// Why the classifier is of no use for the data; nil where it is.
    private func whyNotKept(
        _ renewed: RenewedClassifier, _ network: Network, _ classNames: [String]?
    ) -> String? {
        let wanted = network.architecture.classes
        guard let classes = renewed.classes else { return nil }
        if classes == 0 { return "has no classifier" }
        if classes != wanted { return "has \(classes) classes and the data \(wanted)" }
        if let own = contract?.classNames, let classNames, !InputContract.agree(own, classNames) {
            return "tells other classes apart"
        }
        return nil
    }
}
