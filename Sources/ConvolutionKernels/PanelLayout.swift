// Where each weight of a matrix or convolution stands among packed ones: what packing for inference, and the arrays of
// parameters and gradients in training, have in common.
//
// A panel is two vectors of output channels wide, or one where that is all that is left. It holds row after row: a row is an input
// channel, or an input channel at a kernel position. Depthwise weights are one panel, as wide as all channels, with a row for each
// kernel position and channel of a group.

import KernelTasks

extension KernelSet {
    /// A channel count rounded up to whole lanes.
    package func padded(_ channels: Int) -> Int {
        (channels + lanes - 1) / lanes * lanes
    }

    /// Column panels of a product with this many output channels.
    package func panels(_ channels: Int) -> Int {
        (padded(channels) + 2 * lanes - 1) / (2 * lanes)
    }
}

/// The order in which the kernels read a layer's weights, for one build of them.
///
///     let layout = PanelLayout(outputs: 40, inputs: 3, for: set)    // 16 floats a vector
///     layout.place(2, 33)    // 32 · 3 + 2 · 16 + 1, in the second panel, which is one vector wide
package struct PanelLayout: Equatable, Sendable {
    /// Where the weights of an output channel stand: the first, and the distances to the next input's and to those of the next
    /// kernel position or transformed matrix.
    package struct Column: Equatable {
        /// The place of the first input's weight at the first position.
        package let start: Int
        /// Floats from one input to the next.
        package let inputStride: Int
        /// Floats from one kernel position, or transformed matrix, to the next.
        package let tapStride: Int

        /// Collects the numbers; see the properties.
        package init(start: Int, inputStride: Int, tapStride: Int) {
            self.start = start
            self.inputStride = inputStride
            self.tapStride = tapStride
        }
    }

    /// Output channels.
    package let outputs: Int
    /// Input channels that an output reads.
    package let inputs: Int
    /// Kernel positions, or transformed matrices.
    package let taps: Int
    /// Output channels, padded to whole lanes.
    package let columns: Int
    /// Rows of a product's right matrix, or taps of a depthwise kernel.
    package let depth: Int
    /// Column panels.
    package let panelCount: Int
    /// Floats of all panels.
    package let count: Int
    /// The panels of a grouped convolution, which differ in their rows.
    package let grouped: GroupedPanels?
    /// Columns of a panel that is not the last.
    private let width: Int
    /// Rows of a panel, and from one tap to the next.
    private let rows: Int
    private let tapRows: Int

    private init(
        outputs: Int, inputs: Int, taps: Int, depth: Int, width: Int, rows: Int, tapRows: Int,
        grouped: GroupedPanels? = nil, _ set: KernelSet
    ) {
        self.outputs = outputs
        self.inputs = inputs
        self.taps = taps
        self.depth = depth
        self.width = width
        self.rows = rows
        self.tapRows = tapRows
        self.grouped = grouped
        columns = set.padded(outputs)
        panelCount = grouped?.panels.count ?? (columns + width - 1) / width
        count = grouped.map { $0.count * taps } ?? rows * columns
    }

    /// The weights of a product of pixels gathered in the order tap, channel. One whose depth is multiplied in pairs has a row
    /// more, which holds the columns' sums of pairs.
    package init(outputs: Int, inputs: Int, taps: Int = 1, isPaired: Bool = false, for set: KernelSet) {
        self.init(
            outputs: outputs, inputs: inputs, taps: taps, depth: inputs * taps, width: 2 * set.lanes,
            rows: inputs * taps + (isPaired ? 1 : 0), tapRows: inputs, set)
    }

    /// Transformed matrices of a convolution: each panel has its part of all of them, each with a row more where pairs are
    /// multiplied.
    package init(outputs: Int, inputs: Int, matrices: Int, isPaired: Bool, for set: KernelSet) {
        let tapRows = inputs + (isPaired ? 1 : 0)
        self.init(
            outputs: outputs, inputs: inputs, taps: matrices, depth: inputs, width: 2 * set.lanes,
            rows: tapRows * matrices, tapRows: tapRows, set)
    }

    /// The weights of a depthwise convolution, or of one whose groups are narrower than a vector.
    package init(depthwise channels: Int, groupWidth: Int = 1, taps: Int, for set: KernelSet) {
        self.init(
            outputs: channels, inputs: groupWidth, taps: taps, depth: taps * groupWidth,
            width: set.padded(channels), rows: taps * groupWidth, tapRows: groupWidth, set)
    }

    /// The weights of a grouped convolution, at kernel positions or in transformed matrices.
    package init(_ panels: GroupedPanels, taps: Int, for set: KernelSet) {
        self.init(
            outputs: panels.groups * panels.outputs, inputs: panels.inputs, taps: taps,
            depth: panels.inputs * taps, width: 2 * set.lanes, rows: 0, tapRows: 0, grouped: panels, set)
    }
}

extension PanelLayout {
    /// A panel of a layout without groups: its first column, how many it has, and the place of its first weight.
    package func panel(_ number: Int) -> (firstColumn: Int, columns: Int, start: Int) {
        precondition(grouped == nil)
        let first = number * width
        return (first, min(width, columns - first), first * rows)
    }

    /// The place of a padded column's weights, in a layout without groups.
    package func column(_ column: Int) -> Column {
        let panel = panel(column / width)
        return Column(
            start: panel.start + column - panel.firstColumn, inputStride: panel.columns,
            tapStride: tapRows * panel.columns)
    }

    /// The place of a matrix's element, in a layout without groups.
    package func place(_ row: Int, _ column: Int) -> Int {
        let column = self.column(column)
        return column.start + row * column.inputStride
    }

    /// Calls `body` with each output channel and where its weights stand.
    package func forEachColumn(_ body: (_ output: Int, _ column: Column) -> Void) {
        guard let grouped else {
            for output in 0..<outputs { body(output, column(output)) }
            return
        }
        for panel in grouped.panels {
            for output in panel.firstColumn..<min(panel.firstColumn + panel.columns, outputs) {
                // The panel's rows begin with the inputs of its first column's group.
                let row = output / grouped.outputs * inputs - panel.firstInput
                body(
                    output,
                    Column(
                        start: panel.weights * taps + row * panel.columns + output - panel.firstColumn,
                        inputStride: panel.columns, tapStride: panel.count))
            }
        }
    }

    /// Calls `body` with the place of each weight in natural order, `[out, in / groups, tap]`, and among packed ones.
    package func forEachWeight(_ body: (_ natural: Int, _ packed: Int) -> Void) {
        forEachColumn { output, column in
            for input in 0..<inputs {
                for tap in 0..<taps {
                    body(
                        (output * inputs + input) * taps + tap,
                        column.start + tap * column.tapStride + input * column.inputStride)
                }
            }
        }
    }

    /// Packs weights in natural order, each divided by a number; what else stands in the panels stays as it is.
    package func pack(_ source: [Float], dividedBy scale: Float = 1, to packed: UnsafeMutablePointer<Float>) {
        precondition(source.count == outputs * inputs * taps)
        forEachWeight { packed[$1] = source[$0] / scale }
    }

    /// Packed weights in natural order.
    package func unpack(_ packed: UnsafePointer<Float>) -> [Float] {
        var weights = [Float](repeating: 0, count: outputs * inputs * taps)
        forEachWeight { weights[$0] = packed[$1] }
        return weights
    }
}
