// Weights for a network of other classes or other channels: where training begins with them, everything but the
// classifier is of use, and the stem is taken over as timm does it.

import NetworkExecution
import Networks
import TensorFiles

/// A file's tensors with classifier and stem made to fit a network.
struct AdaptedTensors {
    /// The tensors, the others as they were.
    private(set) var tensors: Safetensors
    /// The classes of the file where they are not the network's, and its classifier was replaced; 0 where the file has
    /// no classifier.
    private(set) var classes: Int?
    /// The channels of the file's images where they are not the network's.
    private(set) var channels: Int?

    /// Adapts tensors of these names; the new classifier is zeros unless one is given. Throws where the channels are
    /// none that timm adapts.
    init(
        _ tensors: Safetensors, _ names: [[ParameterName]], file: String, to network: Network,
        classifier: [MatrixWeights]?, renewsClassifier: Bool = false
    ) throws(WeightsError) {
        self.tensors = tensors
        let layers = network.layers
        if let name = names.last?.first, let shape = layers.last?.operation.matrices.first {
            replaceClassifier(name, shape, by: classifier?.first, always: renewsClassifier)
        }
        if let name = names.first?.first { try adaptStem(name, to: network, file: file) }
    }

    private mutating func replaceClassifier(
        _ name: ParameterName, _ shape: MatrixShape, by fresh: MatrixWeights?, always: Bool
    ) {
        let found = tensors.tensors.first { $0.name == name.module + ".weight" }
        if let found {
            guard found.shape.count == 2, found.shape[1] == shape.inputs else { return }
            if found.shape[0] == shape.outputs, !always { return }
        }
        classes = found?.shape[0] ?? 0
        let weight = fresh?.weight ?? [Float](repeating: 0, count: shape.count)
        let bias = fresh?.bias ?? [Float](repeating: 0, count: shape.outputs)
        tensors.tensors.removeAll { [".weight", ".bias"].map { name.module + $0 }.contains($0.name) }
        tensors.tensors += [
            NamedTensor(
                name.module + ".weight", shape: shape.tensorShape(axes: name.axes), values: weight),
            NamedTensor(name.module + ".bias", shape: [shape.outputs], values: bias),
        ]
    }

    /// timm's rule (`adapt_input_conv`): to one channel by the sum over all, from three to others by repeating them at
    /// 3/channels of their weight, so that a grey image gives what it gave as RGB.
    private mutating func adaptStem(
        _ name: ParameterName, to network: Network, file: String
    ) throws(WeightsError) {
        let wanted = network.architecture.channels
        guard let index = tensors.tensors.firstIndex(where: { $0.name == name.module + ".weight" }),
            case let old = tensors.tensors[index], old.shape.count == 4, old.shape[1] != wanted,
            old.shape[1] > 0
        else { return }
        let own = old.shape[1]
        guard wanted == 1 || own == 3 else {
            throw WeightsError(
                "\(file): its stem reads images of \(own) channels, and \(network.architecture.name) takes "
                    + "\(wanted); weights are taken over from 3 channels to others and from any to 1, so give "
                    + "weights of one of these.")
        }
        channels = own
        let area = old.shape[2] * old.shape[3]
        let scale = Float(3) / Float(wanted)
        var values: [Float] = []
        values.reserveCapacity(old.shape[0] * wanted * area)
        for output in 0..<old.shape[0] {
            for channel in 0..<wanted {
                for place in 0..<area {
                    func weight(_ channel: Int) -> Float {
                        old.values[(output * own + channel) * area + place]
                    }
                    values.append(
                        wanted == 1 ? (0..<own).reduce(0) { $0 + weight($1) } : weight(channel % own) * scale)
                }
            }
        }
        tensors.tensors[index] = NamedTensor(
            old.name, shape: [old.shape[0], wanted] + old.shape[2...], values: values)
    }
}

extension WeightsFile {
    /// The weights with which the training of a network begins, and a note for each thing that is not taken as it is.
    ///
    /// A classifier of another number of classes, or of classes with other names, begins anew, with the values of
    /// `fresh`, the network's new weights; a stem for other channels is summed or repeated as timm does. Everything else
    /// has to fit.
    package func start(
        of network: Network, classNames: [String]?, fresh: NetworkWeights
    ) throws(WeightsError) -> (weights: NetworkWeights, notes: [String]) {
        let names = try names(for: network)
        var others = false
        if let own = contract?.classNames, let classNames { others = !InputContract.agree(own, classNames) }
        let adapted = try AdaptedTensors(
            tensors, names, file: path, to: network, classifier: fresh.layers.last, renewsClassifier: others)
        let weights = try NetworkWeights(adapted.tensors, named: names, file: path, for: network)
        var notes: [String] = []
        if let classes = adapted.classes {
            let reason =
                classes == 0
                ? "has no classifier"
                : classes == network.architecture.classes
                    ? "tells other classes apart"
                    : "has \(classes) classes and the data \(network.architecture.classes)"
            notes.append("note: \(path) \(reason): all is taken but the classifier, which begins anew.")
        }
        if let channels = adapted.channels {
            let wanted = network.architecture.channels
            let how = wanted == 1 ? "summed over them" : "repeated, at \(channels)/\(wanted) of their value"
            notes.append(
                "note: \(path) is of images of \(channels) channels and the data of \(wanted): the stem's weights "
                    + "are \(how).")
        }
        return (weights, notes)
    }
}
