// How the channels of a grouped convolution are cut into panels.

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
