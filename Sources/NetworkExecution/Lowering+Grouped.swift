// Grouped convolutions as steps: directly, or by Winograd's algorithm.

import ConvolutionKernels
import KernelTasks
import Networks

extension Lowering {
    mutating func lowerGrouped(_ index: Int, _ convolution: Convolution) throws(ExecutionError) {
        let layer = layers[index]
        let panels = GroupedPanels(convolution, for: set)
        if let tile = winogradTile(layer, convolution),
            panels.panels.allSatisfy({ $0.inputs >= Tuning.winogradGroupInputs })
        {
            return try lowerWinograd(index, convolution, tile, panels)
        }
        let folded = folded(index)
        let packed = try ExecutionError.memory { () throws(AllocationError) in
            try PackedWeights(
                grouped: folded?.weight, bias: folded?.bias, panels: panels, kernel: convolution.kernel,
                in: pool, for: set)
        }
        weightBytes += packed.bytes
        let input = slot(of: layer.input)
        let (activation, residual, output) = fuseAddition(index, convolution, input: .slot(input))
        let window = window(
            layer, kernel: convolution.kernel, stride: convolution.stride, convolution.padding)
        let strip = GroupedStrip(window, inputs: panels.mostInputs, lanes: set.lanes)
        append(
            index,
            GroupedStep(
                kernel: set.grouped, input: input, window: window, panels: panels, weights: packed,
                residual: residual, output: output, activation: activation,
                scratch: newSlot(threads * strip.count), strip: strip,
                shares: WorkShare.split(
                    rows: batch * window.outputHeight, columns: packed.panelCount, threads: threads)))
    }
}

extension Convolution {
    /// Whether there are several groups, and some of several channels.
    package var isGrouped: Bool { groups > 1 && !isDepthwise }

    /// Whether the depthwise kernel computes it: several groups stand in a vector of so many lanes.
    func hasNarrowGroups(lanes: Int) -> Bool {
        let width = inputChannels / groups
        return kernel == 3 && stride <= 2 && width > 1 && width < lanes && lanes % width == 0
            && outputChannels == inputChannels
    }
}

extension GroupedPanels {
    /// The panels of a convolution.
    package init(_ convolution: Convolution, for set: KernelSet) {
        self.init(
            groups: convolution.groups, inputs: convolution.inputChannels / convolution.groups,
            outputs: convolution.outputChannels / convolution.groups, lanes: set.lanes)
    }
}

/// A grouped convolution; a share's rows are rows of pixels.
struct GroupedStep: Step {
    let kernel: @Sendable (GroupedTask) -> Void
    let input: Int
    let window: Window
    let panels: GroupedPanels
    let weights: PackedWeights
    let residual: Int?
    let output: Int
    let activation: KernelTasks.Activation
    let scratch: Int
    let strip: GroupedStrip
    let shares: [WorkShare]

    var slots: [Int] { [input, residual, output, scratch].compactMap(\.self) }

    func run(_ thread: Int, _ memory: Memory) {
        let share = shares[thread]
        panels.panels.withUnsafeBufferPointer { panels in
            guard let panels = panels.baseAddress else { return }
            kernel(
                GroupedTask(
                    input: memory.slots[input], window: window, panels: panels,
                    weights: weights.weights.start, bias: weights.bias.start,
                    residual: residual.map { UnsafePointer(memory.slots[$0]) }, output: memory.slots[output],
                    outputs: weights.outputs, columns: weights.columns, activation: activation,
                    scratch: memory.slots[scratch] + thread * strip.count, strip: strip,
                    firstRow: share.rows.lowerBound, endRow: share.rows.upperBound,
                    firstPanel: share.columns.lowerBound, endPanel: share.columns.upperBound))
        }
    }
}
