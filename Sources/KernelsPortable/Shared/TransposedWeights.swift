// Weights for the product that gives the gradient of a layer's input.

import KernelTasks

/// A range of panels with inputs and outputs exchanged and the taps reversed, by square blocks.
package func transposedWeights(_ task: TransposedWeightsTask) {
    let panelWidth = 2 * Lanes.scalarCount
    let sourceColumns = paddedToLanes(task.outputs)
    let targetColumns = paddedToLanes(task.inputs)
    for panel in task.firstPanel..<task.endPanel {
        let firstInput = panel * panelWidth
        let width = min(panelWidth, targetColumns - firstInput)
        var target = task.output + firstInput * task.taps * task.outputs
        for tap in 0..<task.taps {
            let row = (task.taps - 1 - tap) * task.inputs + firstInput
            var output = 0
            while output < task.outputs {
                let first = output / panelWidth * panelWidth
                let stride = min(panelWidth, sourceColumns - first)
                transpose(
                    task.weights + first * task.taps * task.inputs + row * stride + (output - first),
                    stride: stride, rows: task.inputs - firstInput, to: target, stride: width,
                    rows: task.outputs - output)
                output += SquareBlock.rows
                target += SquareBlock.rows * width
            }
            // The last block may have had fewer rows.
            target -= (output - task.outputs) * width
        }
    }
}

/// As many square blocks as the target has columns, from those below each other; `rows` of either may be
/// fewer.
@inline(__always) private func transpose(
    _ source: UnsafePointer<Float>, stride: Int, rows: Int, to target: UnsafeMutablePointer<Float>,
    stride width: Int, rows targetRows: Int
) {
    let side = SquareBlock.rows
    var column = 0
    while column < width {
        let start = source + column * stride
        if rows - column >= side, targetRows >= side {
            transposeWhole(start, stride, to: target + column, width)
        } else {
            transposePart(start, stride, rows: rows - column, to: target + column, width, rows: targetRows)
        }
        column += side
    }
}

/// A square block.
@inline(never) func transposeWhole(
    _ source: UnsafePointer<Float>, _ stride: Int, to target: UnsafeMutablePointer<Float>, _ width: Int
) {
    SquareBlock(source, stride: stride, limit: SquareBlock.rows).transposed.store(
        to: target, stride: width, limit: SquareBlock.rows)
}

/// A square block of which only the first rows are there, on either side.
@inline(never) func transposePart(
    _ source: UnsafePointer<Float>, _ stride: Int, rows: Int, to target: UnsafeMutablePointer<Float>,
    _ width: Int, rows targetRows: Int
) {
    SquareBlock(source, stride: stride, limit: rows).transposed.store(
        to: target, stride: width, limit: targetRows)
}

/// A channel count rounded up to whole vectors.
@inline(__always) func paddedToLanes(_ channels: Int) -> Int {
    (channels + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
}
