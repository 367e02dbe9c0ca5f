// What a network is, as an identity: its layers, whatever their names.

import Basics

extension StableHash {
    /// Takes in what a layer does and reads, its name aside.
    mutating func combine(_ layer: Layer) {
        combine(layer.input.layer)
        if layer.shortcuts.isEmpty { combine(-2) }
        for shortcut in layer.shortcuts { combine(shortcut.layer) }
        for size in [layer.input.shape.height, layer.input.shape.width, layer.input.shape.channels] {
            combine(size)
        }
        switch layer.operation {
        case .convolution(let c):
            combine("convolution")
            for size in [c.kernel, c.stride, c.groups, c.outputChannels, c.normalised ? 1 : 0] {
                combine(size)
            }
            combine(c.padding.rawValue)
            combine(c.activation.rawValue)
        case .squeezeExcitation(let gate):
            combine("squeeze-excitation")
            combine(gate.squeezed)
            combine(gate.activation.rawValue)
            combine(gate.gate.rawValue)
        case .scalarGate: combine("scalar-gate")
        case .averagePool(let window):
            combine("average-pool")
            combine(window.kernel)
            combine(window.stride)
        case .maxPool(let window, let padding):
            combine("max-pool")
            combine(window.kernel)
            combine(window.stride)
            combine(padding.rawValue)
        case .globalAveragePool: combine("global-average-pool")
        case .linear(_, let outputs):
            combine("linear")
            combine(outputs)
        case .add(let activation):
            combine("add")
            combine(activation.rawValue)
        }
    }
}
