// How the channels of a grouped convolution are cut into panels, and where its weights stand in them.

import KernelTasks

/// The panels of a grouped convolution, packed for one build of the kernels.
///
/// A vector of output channels reads the input channels of all groups that it meets. Two neighbours that read the same are one
/// panel; where groups are whole vectors, no weight of a panel is zero for want of a connection.
package struct GroupedPanels: Equatable, Sendable {
    /// Groups of channels that know nothing of each other.
    package let groups: Int
    /// Input channels of a group.
    package let inputs: Int
    /// Output channels of a group.
    package let outputs: Int
    /// The panels, in the order of their columns.
    package let panels: [GroupedPanel]

    /// Cuts the channels of `groups` groups of so many each.
    package init(groups: Int, inputs: Int, outputs: Int, lanes: Int) {
        self.groups = groups
        self.inputs = inputs
        self.outputs = outputs
        var panels: [GroupedPanel] = []
        for column in stride(from: 0, to: groups * outputs, by: lanes) {
            let last = min(column + lanes, groups * outputs) - 1
            let first = column / outputs * inputs
            let count = (last / outputs + 1) * inputs - first
            if let panel = panels.last, panel.columns == lanes, panel.firstInput == first,
                panel.inputs == count
            {
                panels[panels.count - 1].columns += lanes
            } else {
                panels.append(
                    GroupedPanel(
                        firstColumn: column, columns: lanes, firstInput: first, inputs: count,
                        firstOfRun: first, inputsOfRun: count,
                        weights: panels.last.map { $0.weights + $0.count } ?? 0))
            }
        }
        self.panels = panels.inRuns
    }

    /// Input channels of the widest run, from whole vectors to whole vectors.
    package func runStride(lanes: Int) -> Int {
        panels.map { panel in
            let end = panel.firstOfRun + panel.inputsOfRun
            return (end + lanes - 1) / lanes * lanes - panel.firstOfRun / lanes * lanes
        }.max() ?? 0
    }

    /// Input channels of the widest panel.
    package var mostInputs: Int { panels.map(\.inputs).max() ?? 0 }

    /// Floats of all panels, for each kernel position or transformed matrix.
    package var count: Int { panels.last.map { $0.weights + $0.count } ?? 0 }

    /// Calls `body` with each panel and each of its real columns, an output channel.
    package func forEachColumn(_ body: (_ panel: GroupedPanel, _ output: Int) -> Void) {
        for panel in panels {
            for output in panel.firstColumn..<min(panel.firstColumn + panel.columns, groups * outputs) {
                body(panel, output)
            }
        }
    }

    /// The row of a panel, at each kernel position, of the first input channel that an output channel reads.
    package func firstRow(_ panel: GroupedPanel, _ output: Int) -> Int {
        output / outputs * inputs - panel.firstInput
    }

    /// Calls `body` with the place of each weight in natural order, `[out, in / groups, tap]`, and among `taps` positions of
    /// packed panels.
    package func forEachWeight(taps: Int, _ body: (_ natural: Int, _ packed: Int) -> Void) {
        forEachColumn { panel, output in
            let row = firstRow(panel, output)
            for input in 0..<inputs {
                for tap in 0..<taps {
                    body(
                        (output * inputs + input) * taps + tap,
                        panel.weights * taps + (tap * panel.inputs + row + input) * panel.columns + output
                            - panel.firstColumn)
                }
            }
        }
    }
}

extension [GroupedPanel] {
    /// The panels, each with the channels of its run.
    fileprivate var inRuns: [GroupedPanel] {
        var panels = self
        var first = 0
        for index in indices {
            let end = panels[index].firstInput + panels[index].inputs
            guard index + 1 == count || panels[index + 1].firstInput >= end else { continue }
            let start = panels[first].firstInput
            for panel in first...index {
                panels[panel].firstOfRun = start
                panels[panel].inputsOfRun = end - start
            }
            first = index + 1
        }
        return panels
    }
}

extension PackedWeights {
    /// Packs the weights of a grouped convolution, `[out, in / groups, kernel, kernel]`, panel by panel.
    package init(
        grouped source: [Float]?, bias: [Float]?, panels: GroupedPanels, kernel: Int,
        in pool: FloatPool? = nil, for set: KernelSet
    ) throws(AllocationError) {
        let taps = kernel * kernel
        let count = panels.count * taps
        try self.init(
            panels, weights: source == nil ? AlignedFloats(count: 0) : Self.memory(count, pool), count: count,
            bias: bias, for: set)
        guard let source else { return }
        precondition(source.count == outputs * panels.inputs * taps)
        panels.forEachWeight(taps: taps) { weights.start[$1] = source[$0] }
    }

    /// Takes the packed panels of a grouped convolution.
    init(_ panels: GroupedPanels, weights: AlignedFloats, count: Int, bias: [Float]?, for set: KernelSet)
        throws(AllocationError)
    {
        let outputs = panels.groups * panels.outputs
        try self.init(
            depth: panels.mostInputs, outputs: outputs, weights: weights, count: count,
            pairedScale: nil, bias: bias, columns: set.padded(outputs), panelCount: panels.panels.count)
    }
}
