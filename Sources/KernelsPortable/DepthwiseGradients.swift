// Gradients of a depthwise convolution: of its input and of its weights.

import KernelTasks

/// The gradient of a range of input rows.
package func depthwiseInputGradient(_ task: DepthwiseInputGradientTask) {
    let window = task.window
    for row in task.firstRow..<task.endRow {
        let image = row / window.inputHeight
        let rows = TapsOfPixel(
            window, position: row - image * window.inputHeight, padding: window.padTop,
            count: window.outputHeight)
        let gradientRow = image * window.outputHeight + rows.output
        for x in 0..<window.inputWidth {
            let columns = TapsOfPixel(
                window, position: x, padding: window.padLeft, count: window.outputWidth)
            let gradient =
                task.outputGradient + (gradientRow * window.outputWidth + columns.output) * task.channels
            let weights = task.weights + (rows.tap * window.kernel + columns.tap) * task.channels
            let output = task.inputGradient + (row * window.inputWidth + x) * task.channels
            var channel = 0
            while channel < task.channels {
                var sum = Lanes(repeating: 0)
                for tapRow in 0..<rows.count {
                    for tap in 0..<columns.count {
                        sum = multiplyAdd(
                            load(gradient - (tapRow * window.outputWidth + tap) * task.channels + channel),
                            load(
                                weights + (tapRow * window.kernel + tap) * window.stride * task.channels
                                    + channel),
                            sum)
                    }
                }
                save(sum, to: output + channel)
                channel += Lanes.scalarCount
            }
        }
    }
}

/// The gradient of the weights of a range of channels.
package func depthwiseWeightGradient(_ task: DepthwiseWeightGradientTask) {
    let window = task.window
    let kernel = window.kernel
    for tap in 0..<kernel * kernel {
        let tapRow = tap / kernel
        let tapColumn = tap - tapRow * kernel
        let first = max(0, (window.padLeft - tapColumn + window.stride - 1) / window.stride)
        let space = window.inputWidth - 1 + window.padLeft - tapColumn
        let last = space < 0 ? -1 : min(window.outputWidth - 1, space / window.stride)
        var channel = task.firstChannel
        while channel < task.endChannel {
            let output = task.output + tap * task.channels + channel
            var sum = task.accumulates ? load(output) : Lanes(repeating: 0)
            for row in task.firstRow..<task.endRow {
                let image = row / window.outputHeight
                let y =
                    (row - image * window.outputHeight) * window.stride - window.padTop + tapRow
                guard y >= 0, y < window.inputHeight, first <= last else { continue }
                let x = first * window.stride - window.padLeft + tapColumn
                var input =
                    task.input + ((image * window.inputHeight + y) * window.inputWidth + x) * task.channels
                    + channel
                var gradient =
                    task.outputGradient + (row * window.outputWidth + first) * task.channels + channel
                for _ in first...last {
                    sum = multiplyAdd(load(input), load(gradient), sum)
                    input += window.stride * task.channels
                    gradient += task.channels
                }
            }
            save(sum, to: output)
            channel += Lanes.scalarCount
        }
    }
}
