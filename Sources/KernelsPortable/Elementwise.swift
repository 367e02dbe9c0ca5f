// Kernels that touch each element once: gates, sums, activations.

import KernelTasks

/// Multiplies pixels by one factor a channel, in place.
package func scale(_ task: ScaleTask) {
    var values = task.values
    for _ in 0..<task.pixels {
        var channel = 0
        while channel < task.channels {
            save(load(values + channel) * load(task.factors + channel), to: values + channel)
            channel += Lanes.scalarCount
        }
        values += task.channels
    }
}

/// activation(left + right), or activation(left).
package func elementwise(_ task: ElementwiseTask) {
    let finish = Finish(task.activation)
    var index = 0
    if let right = task.right {
        while index < task.count {
            save(finish.apply(to: load(task.left + index) + load(right + index)), to: task.output + index)
            index += Lanes.scalarCount
        }
    } else {
        while index < task.count {
            save(finish.apply(to: load(task.left + index)), to: task.output + index)
            index += Lanes.scalarCount
        }
    }
}
