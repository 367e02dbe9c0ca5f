// Weights under the names of timm's state_dict, where timm has such a network.

import NetworkExecution
import Networks
import TensorFiles

extension NetworkWeights {
    /// Reads a safetensors file with timm's names for a network.
    ///
    /// Everything that is missing, unknown or of another shape is named in one error.
    package init(timm path: String, for network: Network) throws {
        try self.init(timm: Safetensors(contentsOf: path), file: path, for: network)
    }

    /// The weights that tensors with timm's names are for a network; `file` is their name in errors.
    package init(timm tensors: Safetensors, file: String, for network: Network) throws(WeightsError) {
        try self.init(tensors, named: try network.timmNames(), file: file, for: network)
    }

    /// The weights of a network as tensors with timm's names, those that its `state_dict` has and no others; the
    /// contract goes into the metadata.
    package func timmTensors(
        for network: Network, contract: InputContract? = nil
    ) throws -> Safetensors {
        var file = try tensors(named: network.timmNames(), of: network)
        file.metadata = ["format": "pt"].merging(contract?.metadata ?? [:]) { $1 }
        return file
    }
}
