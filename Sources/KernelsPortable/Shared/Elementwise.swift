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

/// A range of packed panels, each row multiplied by its factor.
package func gatedWeights(_ task: GatedWeightsTask) {
    for panel in task.firstPanel..<task.endPanel {
        let column = panel * 2 * Lanes.scalarCount
        let width = min(2 * Lanes.scalarCount, task.columns - column)
        let rows = panelRows(task.depth, isPaired: task.isPaired)
        var source = task.weights + column * rows
        var target = task.output + column * rows
        for row in 0..<task.depth {
            let factor = Lanes(repeating: task.factors[row])
            var index = 0
            while index < width {
                save(load(source + index) * factor, to: target + index)
                index += Lanes.scalarCount
            }
            source += width
            target += width
        }
        if task.isPaired { pairColumns(target - task.depth * width, width: width, depth: task.depth) }
    }
}

/// activation(left + right), or activation(left), in blocks that stay in the first cache for the curve.
package func elementwise(_ task: ElementwiseTask) {
    let finish = Finish(task.activation)
    let block = 64 * Lanes.scalarCount
    var first = 0
    while first < task.count {
        let end = min(task.count, first + block)
        var index = first
        while index < end {
            var sum = load(task.left + index)
            if let right = task.right { sum += load(right + index) }
            save(finish.limited(sum), to: task.output + index)
            index += Lanes.scalarCount
        }
        finish.curve(task.output + first, rows: 1, columns: end - first, stride: 0)
        first = end
    }
}
