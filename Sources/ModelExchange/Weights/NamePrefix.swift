// What wrappers put before every name of a state_dict: parallel training, compilation, averages, whole checkpoints.

import TensorFiles

extension Safetensors {
    /// What wrappers call the network that they hold.
    private static let wrappers = [
        "module", "model", "_orig_mod", "state_dict", "backbone", "encoder", "timm_model", "ema", "model_ema",
        "ema_model",
        "state_dict_ema",
    ].map { $0 + "." }

    /// PyTorch's count of the states in an average, beside the average.
    private static let averagedStates = "n_averaged"

    /// The file without what wrappers put before all of its names, and what that is.
    func unwrapped() -> (file: Safetensors, prefix: String) {
        var names = tensors.map(\.name) + counters.keys.filter { $0 != Safetensors.averagedStates }
        var prefix = ""
        while !names.isEmpty,
            let wrapper = Safetensors.wrappers.first(where: { wrapper in
                names.allSatisfy { $0.hasPrefix(wrapper) }
            })
        {
            prefix += wrapper
            names = names.map { String($0.dropFirst(wrapper.count)) }
        }
        if prefix.isEmpty { return (self, "") }
        var file = self
        for index in file.tensors.indices { file.tensors[index].name.removeFirst(prefix.count) }
        file.counters[Safetensors.averagedStates] = nil
        file.counters = Dictionary(
            uniqueKeysWithValues: file.counters.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
        return (file, prefix)
    }
}
