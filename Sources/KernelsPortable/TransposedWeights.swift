// Weights for the product that gives the gradient of a layer's input.

import KernelTasks

/// A range of panels with inputs and outputs exchanged, and the taps reversed.
package func transposedWeights(_ task: TransposedWeightsTask) {
    let panelWidth = 2 * Lanes.scalarCount
    let sourceColumns = paddedToLanes(task.outputs)
    let targetColumns = paddedToLanes(task.inputs)
    for panel in task.firstPanel..<task.endPanel {
        let firstInput = panel * panelWidth
        let targetWidth = min(panelWidth, targetColumns - firstInput)
        let inputs = min(targetWidth, task.inputs - firstInput)
        var target = task.output + firstInput * task.taps * task.outputs
        for tap in 0..<task.taps {
            let sourceRow = (task.taps - 1 - tap) * task.inputs + firstInput
            for output in 0..<task.outputs {
                let firstOutput = output / panelWidth * panelWidth
                let sourceWidth = min(panelWidth, sourceColumns - firstOutput)
                let source =
                    task.weights + firstOutput * task.taps * task.inputs + sourceRow * sourceWidth
                    + (output - firstOutput)
                for input in 0..<inputs { target[input] = source[input * sourceWidth] }
                for input in inputs..<targetWidth { target[input] = 0 }
                target += targetWidth
            }
        }
    }
}

/// A channel count rounded up to whole vectors.
@inline(__always) func paddedToLanes(_ channels: Int) -> Int {
    (channels + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
}
