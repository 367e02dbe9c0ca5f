// Batch norm in training, forward: statistics of a convolution's result, and what is made of it.
//
// Rows are taken four at a time, and channels along them: memory is read in order, and what a channel has
// of its own (factors, sums) is loaded once for four rows.

import KernelTasks

/// Rows that are taken together.
let rowGroup = 4

/// Sets one value a channel to zero.
@inline(__always) func clear(_ values: UnsafeMutablePointer<Float>, _ channels: Int) {
    var channel = 0
    while channel < channels {
        save(Lanes(repeating: 0), to: values + channel)
        channel += Lanes.scalarCount
    }
}

/// Sums of each channel and of its squares, after the shift.
package func normStatistics(_ task: NormStatisticsTask) {
    clear(task.sums, task.channels)
    clear(task.squares, task.channels)
    var row = 0
    while row + rowGroup <= task.rows {
        addStatistics(task, first: row, rows: rowGroup)
        row += rowGroup
    }
    while row < task.rows {
        addStatistics(task, first: row, rows: 1)
        row += 1
    }
}

@inline(__always) private func addStatistics(_ task: NormStatisticsTask, first: Int, rows: Int) {
    let values = task.values + first * task.channels
    var channel = 0
    while channel < task.channels {
        let shift = load(task.shift + channel)
        var sum = Lanes(repeating: 0)
        var square = Lanes(repeating: 0)
        for row in 0..<rows {
            let value = load(values + row * task.channels + channel) - shift
            sum += value
            square = multiplyAdd(value, value, square)
        }
        save(load(task.sums + channel) + sum, to: task.sums + channel)
        save(load(task.squares + channel) + square, to: task.squares + channel)
        channel += Lanes.scalarCount
    }
}

/// activation(z · scale + offset + residual), and its sums.
package func normApply(_ task: NormApplyTask) {
    if let sums = task.sums { clear(sums, task.channels) }
    switch task.activation {
    case .identity: apply(task, Identity.self)
    case .silu: apply(task, SiLU.self)
    case .relu: apply(task, ReLU.self)
    case .relu6: apply(task, ReLU6.self)
    case .hardSwish: apply(task, HardSwish.self)
    case .sigmoid: apply(task, Sigmoid.self)
    case .hardSigmoid: apply(task, HardSigmoid.self)
    case .gelu: apply(task, GELU.self)
    }
}

@inline(__always) private func apply<C: Curve>(_ task: NormApplyTask, _ curve: C.Type) {
    var row = 0
    while row + rowGroup <= task.rows {
        apply(task, curve, first: row, rows: rowGroup)
        row += rowGroup
    }
    while row < task.rows {
        apply(task, curve, first: row, rows: 1)
        row += 1
    }
}

@inline(__always) private func apply<C: Curve>(
    _ task: NormApplyTask, _ curve: C.Type, first: Int, rows: Int
) {
    let start = first * task.channels
    var channel = 0
    while channel < task.channels {
        let scale = load(task.scale + channel)
        let offset = load(task.offset + channel)
        var sum = Lanes(repeating: 0)
        for row in 0..<rows {
            let index = start + row * task.channels + channel
            var value = multiplyAdd(load(task.values + index), scale, offset)
            if let residual = task.residual { value += load(residual + index) }
            value = C.value(value)
            save(value, to: task.output + index)
            sum += value
        }
        if let sums = task.sums { save(load(sums + channel) + sum, to: sums + channel) }
        channel += Lanes.scalarCount
    }
}

/// Two tensors, each with a factor a channel, and an offset.
package func channelCombination(_ task: ChannelCombinationTask) {
    var row = 0
    while row + rowGroup <= task.rows {
        combine(task, first: row, rows: rowGroup)
        row += rowGroup
    }
    while row < task.rows {
        combine(task, first: row, rows: 1)
        row += 1
    }
}

@inline(__always) private func combine(_ task: ChannelCombinationTask, first: Int, rows: Int) {
    let start = first * task.channels
    var channel = 0
    while channel < task.channels {
        let leftFactor = load(task.leftFactors + channel)
        let rightFactor = load(task.rightFactors + channel)
        let offset = load(task.offsets + channel)
        for row in 0..<rows {
            let index = start + row * task.channels + channel
            let right = multiplyAdd(load(task.right + index), rightFactor, offset)
            save(multiplyAdd(load(task.left + index), leftFactor, right), to: task.output + index)
        }
        channel += Lanes.scalarCount
    }
}
