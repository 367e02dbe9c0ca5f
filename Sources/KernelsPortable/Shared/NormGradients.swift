// Batch norm in training, backward: gradients before the activation, and of the gate behind it.

import KernelTasks

/// (gradient · factor + addend) · activation′(z · scale + offset + residual), and its sums.
///
/// Without a test in the loop for what most layers have not: where another thread shares the core, every instruction costs time.
package func normGradient(_ task: NormGradientTask) {
    clear(task.sums, task.channels)
    clear(task.products, task.channels)
    if task.residual != nil || task.factors != nil || task.addends != nil {
        anyGradient(task)
    } else if task.activated != nil {
        plainGradientKeepingActivated(task)
    } else {
        plainGradient(task)
    }
}

// Three functions, since the compiler inlines no more than so many loops into one, and what it does not inline is weak.

/// The same for any task.
package func anyGradient(_ task: NormGradientTask) {
    switch task.activation {
    case .identity: multiply(task, Identity.self, isPlain: false, keepsActivated: true)
    case .silu: multiply(task, SiLU.self, isPlain: false, keepsActivated: true)
    case .relu: multiply(task, ReLU.self, isPlain: false, keepsActivated: true)
    case .relu6: multiply(task, ReLU6.self, isPlain: false, keepsActivated: true)
    case .hardSwish: multiply(task, HardSwish.self, isPlain: false, keepsActivated: true)
    case .sigmoid: multiply(task, Sigmoid.self, isPlain: false, keepsActivated: true)
    case .hardSigmoid: multiply(task, HardSigmoid.self, isPlain: false, keepsActivated: true)
    case .gelu: multiply(task, GELU.self, isPlain: false, keepsActivated: true)
    }
}

/// The same without shortcut and gate, keeping what was activated.
package func plainGradientKeepingActivated(_ task: NormGradientTask) {
    switch task.activation {
    case .identity: multiply(task, Identity.self, isPlain: true, keepsActivated: true)
    case .silu: multiply(task, SiLU.self, isPlain: true, keepsActivated: true)
    case .relu: multiply(task, ReLU.self, isPlain: true, keepsActivated: true)
    case .relu6: multiply(task, ReLU6.self, isPlain: true, keepsActivated: true)
    case .hardSwish: multiply(task, HardSwish.self, isPlain: true, keepsActivated: true)
    case .sigmoid: multiply(task, Sigmoid.self, isPlain: true, keepsActivated: true)
    case .hardSigmoid: multiply(task, HardSigmoid.self, isPlain: true, keepsActivated: true)
    case .gelu: multiply(task, GELU.self, isPlain: true, keepsActivated: true)
    }
}

/// The same without shortcut and gate.
package func plainGradient(_ task: NormGradientTask) {
    switch task.activation {
    case .identity: multiply(task, Identity.self, isPlain: true, keepsActivated: false)
    case .silu: multiply(task, SiLU.self, isPlain: true, keepsActivated: false)
    case .relu: multiply(task, ReLU.self, isPlain: true, keepsActivated: false)
    case .relu6: multiply(task, ReLU6.self, isPlain: true, keepsActivated: false)
    case .hardSwish: multiply(task, HardSwish.self, isPlain: true, keepsActivated: false)
    case .sigmoid: multiply(task, Sigmoid.self, isPlain: true, keepsActivated: false)
    case .hardSigmoid: multiply(task, HardSigmoid.self, isPlain: true, keepsActivated: false)
    case .gelu: multiply(task, GELU.self, isPlain: true, keepsActivated: false)
    }
}

/// Whether the task is plain, without shortcut and gate, must be known to the compiler.
@inline(__always) private func multiply<C: Curve>(
    _ task: NormGradientTask, _ curve: C.Type, isPlain: Bool, keepsActivated: Bool
) {
    var row = 0
    while row < task.rows {
        let rows = min(rowGroup, task.rows - row)
        multiply(task, curve, first: row, rows: rows, isPlain: isPlain, keepsActivated: keepsActivated)
        row += rows
    }
}

@inline(__always) private func multiply<C: Curve>(
    _ task: NormGradientTask, _ curve: C.Type, first: Int, rows: Int, isPlain: Bool, keepsActivated: Bool
) {
    let start = first * task.channels
    var channel = 0
    while channel < task.channels {
        let scale = load(task.scale + channel)
        let offset = load(task.offset + channel)
        let mean = load(task.mean + channel)
        let factor = task.factors.map { load($0 + channel) } ?? Lanes(repeating: 1)
        let addend = task.addends.map { load($0 + channel) } ?? Lanes(repeating: 0)
        var sum = Lanes(repeating: 0)
        var product = Lanes(repeating: 0)
        for row in 0..<rows {
            let index = start + row * task.channels + channel
            let value = load(task.values + index)
            var argument = multiplyAdd(value, scale, offset)
            if !isPlain, let residual = task.residual { argument += load(residual + index) }
            let derivative: Lanes
            if keepsActivated, let activated = task.activated {
                let both = C.valueAndDerivative(argument)
                save(both.value, to: activated + index)
                derivative = both.derivative
            } else {
                derivative = C.derivative(argument)
            }
            var gradient = load(task.gradient + index)
            if !isPlain { gradient = multiplyAdd(gradient, factor, addend) }
            gradient *= derivative
            save(gradient, to: task.output + index)
            sum += gradient
            product = multiplyAdd(gradient, value - mean, product)
        }
        save(load(task.sums + channel) + sum, to: task.sums + channel)
        save(load(task.products + channel) + product, to: task.products + channel)
        channel += Lanes.scalarCount
    }
}

/// Σ gradient · activation(z · scale + offset) over the rows of one image.
package func gateGradient(_ task: GateGradientTask) {
    clear(task.output, task.channels)
    switch task.activation {
    case .identity: sum(task, Identity.self)
    case .silu: sum(task, SiLU.self)
    case .relu: sum(task, ReLU.self)
    case .relu6: sum(task, ReLU6.self)
    case .hardSwish: sum(task, HardSwish.self)
    case .sigmoid: sum(task, Sigmoid.self)
    case .hardSigmoid: sum(task, HardSigmoid.self)
    case .gelu: sum(task, GELU.self)
    }
}

@inline(__always) private func sum<C: Curve>(_ task: GateGradientTask, _ curve: C.Type) {
    var row = 0
    while row + rowGroup <= task.rows {
        sum(task, curve, first: row, rows: rowGroup)
        row += rowGroup
    }
    while row < task.rows {
        sum(task, curve, first: row, rows: 1)
        row += 1
    }
}

@inline(__always) private func sum<C: Curve>(
    _ task: GateGradientTask, _ curve: C.Type, first: Int, rows: Int
) {
    let start = first * task.channels
    var channel = 0
    while channel < task.channels {
        let scale = load(task.scale + channel)
        let offset = load(task.offset + channel)
        var sum = Lanes(repeating: 0)
        for row in 0..<rows {
            let index = start + row * task.channels + channel
            let value = C.value(multiplyAdd(load(task.values + index), scale, offset))
            if let activated = task.activated { save(value, to: activated + index) }
            sum = multiplyAdd(load(task.gradient + index), value, sum)
        }
        save(load(task.output + channel) + sum, to: task.output + channel)
        channel += Lanes.scalarCount
    }
}
