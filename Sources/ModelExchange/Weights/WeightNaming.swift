// Which tool named the tensors of a file, recognised by names that no other tool gives.

import Networks
import TensorFiles

/// Under whose names a file keeps its tensors.
enum WeightNaming: Hashable {
    /// The layers' own.
    case native
    /// timm's, with which torchvision's ResNets agree; also what nobody else's names are.
    case timm
    /// torchvision's, of one of its classes.
    case torchvision(TorchvisionClass)
    /// Those of the package efficientnet_pytorch.
    case efficientNetPyTorch
    /// Those of a tool whose files are not read.
    case unread(UnreadTool)

    /// What `format` is in the metadata of a file with the layers' own names; PyTorch's files have `pt`.
    static let nativeFormat = "compound"

    /// The naming of a file's tensors.
    init(of file: Safetensors) {
        let names = file.tensors.map(\.name)
        // Programs that rewrite a file may lose its metadata, so that the stem's name decides too, which is another one
        // everywhere else.
        if file.metadata["format"] == WeightNaming.nativeFormat || names.contains("stem.weight") {
            self = .native
        } else if let kind = TorchvisionClass(of: names) {
            self = .torchvision(kind)
        } else if names.contains(where: { $0.hasPrefix("_blocks.") }) {
            self = .efficientNetPyTorch
        } else if let tool = UnreadTool(of: names) {
            self = .unread(tool)
        } else {
            self = .timm
        }
    }

    /// Whose the names are, where they are read and neither the layers' own nor timm's.
    var translated: String? {
        switch self {
        case .native, .timm, .unread: nil
        case .torchvision(let kind): "torchvision's \(kind.rawValue)"
        case .efficientNetPyTorch: "efficientnet_pytorch"
        }
    }

    /// The names of each layer's matrices in the order of ``Operation/matrices``; throws where the tool has none, with
    /// the file's names as they stood behind a prefix.
    func names(
        of network: Network, in file: Safetensors, behind prefix: String, _ path: String
    ) throws(WeightsError) -> [[ParameterName]] {
        switch self {
        case .native: return network.nativeNames()
        case .timm: return try network.timmNames()
        case .torchvision(let kind):
            return try names(of: network, path) { kind.names(of: $0, at: $1, in: network) }
        case .efficientNetPyTorch:
            try EfficientNetPyTorch.check(network, file: path)
            return try names(of: network, path, EfficientNetPyTorch.names)
        case .unread(let tool): throw tool.refusal(of: file, behind: prefix, path)
        }
    }

    /// The epsilon of the batch norms that the weights were trained with, where the tool sets another than PyTorch's.
    func epsilon(for network: Network) -> Double? {
        switch self {
        case .native, .timm, .unread: nil
        case .torchvision(let kind): kind.epsilon(for: network)
        case .efficientNetPyTorch: EfficientNetPyTorch.epsilon
        }
    }

    private func names(
        of network: Network, _ path: String, _ name: (Layer, LayerPlace) -> [ParameterName]
    ) throws(WeightsError) -> [[ParameterName]] {
        var names: [[ParameterName]] = []
        for (layer, place) in zip(network.layers, network.layerPlaces) {
            let own = layer.operation.matrices.isEmpty ? [] : name(layer, place)
            guard own.count == layer.operation.matrices.count else {
                throw WeightsError(
                    "\(path) has the names of \(translated ?? ""), which has no layer \(layer.name) as "
                        + "\(network.architecture.name) has; name the network that the weights are of.")
            }
            names.append(own)
        }
        return names
    }
}

/// Where a layer stands, as tools count that number blocks throughout and parts in a row.
struct LayerPlace {
    /// Stages up to here, with that of the layer.
    var stages = 0
    /// Blocks up to here, with that of the layer.
    var blocks = 0
    /// Layers with weights before it in its block.
    var part = 0
}

extension Network {
    /// The place of each layer.
    fileprivate var layerPlaces: [LayerPlace] {
        var place = LayerPlace()
        var previous: LayerName?
        return layers.map { layer in
            guard let stage = layer.name.stage else { return place }
            if previous?.stage != stage || previous?.block != layer.name.block {
                place = LayerPlace(stages: stage + 1, blocks: place.blocks + 1)
            }
            previous = layer.name
            defer { place.part += layer.operation.matrices.isEmpty ? 0 : 1 }
            return place
        }
    }
}
