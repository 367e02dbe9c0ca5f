// torchvision rounds the widths of three RegNets otherwise than their authors and timm: other networks of the same name.

import Networks

extension WeightsFile {
    /// The sentence for a RegNet of torchvision whose stages have other widths than those of a network; nil for others.
    func refusalOfWidths(_ network: Network, _ names: [[ParameterName]]) -> WeightsError? {
        var (own, others): ([Int], [Int]) = ([], [])
        for (layer, names) in zip(network.layers, names)
        where layer.name.part == .third && layer.name.block == 0 {
            guard let name = names.first,
                let weight = tensors.tensors.first(where: { $0.name == name.module + ".weight" }),
                let width = weight.shape.first
            else { return nil }
            own.append(width)
            others.append(layer.output.shape.channels)
        }
        if own == others { return nil }
        func list(_ widths: [Int]) -> String { widths.map(String.init).joined(separator: ", ") }
        return WeightsError(
            "\(path): the stages of its RegNet have \(list(own)) channels, and those of \(network.architecture.name) "
                + "\(list(others)); torchvision rounds some widths otherwise, so name the network that the weights are "
                + "of, or a YAML file whose stages have these channels.")
    }
}
