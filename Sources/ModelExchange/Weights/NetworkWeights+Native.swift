// Weights under the layers' own names, which every network has: what the tool keeps for itself, between rungs of
// training and wherever no other tool has the network.

import NetworkExecution
import Networks
import TensorFiles

extension NetworkWeights {
    /// The weights that tensors with the layers' own names are for a network; `file` is their name in errors.
    ///
    /// Everything that is missing, unknown or of another shape is named in one error.
    package init(native tensors: Safetensors, file: String, for network: Network) throws(WeightsError) {
        try self.init(tensors, named: network.nativeNames(), file: file, for: network)
    }

    /// The weights of a network as tensors with the layers' own names. The metadata says so (`format` is
    /// `compound`), whose weights they are (`network_hash`, with which nothing is refused: weights run at other
    /// resolutions too), and the contract.
    package func nativeTensors(
        for network: Network, contract: InputContract? = nil
    ) throws -> Safetensors {
        var file = try tensors(named: network.nativeNames(), of: network)
        file.counters = [:]
        file.metadata = ["format": WeightNaming.nativeFormat, "network_hash": network.contentHash]
            .merging(contract?.metadata ?? [:]) { $1 }
        return file
    }

    /// The weights for whoever reads them: with timm's names where timm has the network, else with the layers' own,
    /// and then a note that says why.
    package func exchangeTensors(
        for network: Network, contract: InputContract? = nil
    ) throws -> (file: Safetensors, note: String?) {
        do throws(WeightsError) {
            _ = try network.timmNames()
        } catch {
            let note = "note: the tensors have the layers' own names, not timm's, since \(error.reason)."
            return (try nativeTensors(for: network, contract: contract), note)
        }
        return (try timmTensors(for: network, contract: contract), nil)
    }
}

extension WeightsError {
    /// The sentence without its remedy.
    fileprivate var reason: String { String(description.prefix { $0 != ";" }) }
}
