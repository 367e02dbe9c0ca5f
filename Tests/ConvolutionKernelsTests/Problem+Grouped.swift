// Grouped convolutions: groups narrower than a vector, as wide as one, and wider, which begin at a vector or within one.

import ConvolutionKernels
import KernelTasks

extension Problem {
    /// Input and output channels of a group.
    private static let widths = [
        (1, 2), (2, 1), (3, 3), (4, 4), (5, 7), (8, 8), (7, 24), (16, 16), (24, 24), (24, 8), (40, 40),
        (48, 48), (56, 56),
        (33, 17), (112, 112), (168, 168), (232, 232),
    ]

    /// Gives the problem groups of so many channels.
    mutating func group(_ groups: Int, inputs: Int, outputs: Int) {
        self.groups = groups
        channels = groups * inputs
        self.outputs = groups * outputs
    }

    static var grouped: [Problem] {
        var problems: [Problem] = []
        let windows = [(3, 1), (3, 2), (5, 1), (7, 2), (1, 1), (1, 2), (3, 3)]
        for (index, width) in widths.enumerated() {
            for (number, window) in windows.enumerated() {
                let size = [1, 2, 5, 6, 7, 8, 9, 13, 14, 15, 17, 28, 29][(index * 5 + number) % 13]
                // What is wide is slow to compute plainly.
                let side = width.0 > 60 ? min(size, 7) : size
                let sizes = (1 + (index + number) % 2, max(1, side - number % 3), side, 1)
                for same in [false, true] {
                    var problem = images(.grouped, [sizes])[0]
                        .windowed(kernel: window.0, stride: window.1, same: same)
                    guard problem.outputHeight > 0, problem.outputWidth > 0 else { continue }
                    problem.group(
                        width.0 > 60 ? 2 : 2 + (index + number) % 5, inputs: width.0, outputs: width.1)
                    problem.adds = (index + number) % 2 == 0
                    problem.activation = Activation.allCases[(index + number) % 7]
                    problems.append(problem)
                }
            }
        }
        return problems
    }

    static var groupedWinograd: [Problem] {
        widths.enumerated().flatMap { index, width in
            [2, 4].map { tile in
                var problem = images(.winograd, [(1 + index % 2, 1 + index % 9, 2 + index * 3 % 8, 1)])[0]
                    .windowed(kernel: 3, stride: 1)
                problem.group(2 + index % 3, inputs: width.0, outputs: width.1)
                problem.tile = tile
                problem.adds = index % 2 == 0
                problem.activation = Activation.allCases[index % 7]
                return problem
            }
        }
    }

    private func panels(_ set: KernelSet) -> GroupedPanels {
        GroupedPanels(groups: groups, inputs: channels / groups, outputs: outputs / groups, lanes: set.lanes)
    }

    func solveGrouped(
        _ operands: Operands, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        _ window: Window, with set: KernelSet, parts: Int, byPanels: Bool
    ) {
        let panels = panels(set)
        let packed = packedWeights(
            grouped: operands.weights, bias: operands.bias, panels: panels, kernel: kernel, for: set)
        let strip = GroupedStrip(window, inputs: panels.mostInputs, lanes: set.lanes)
        // Kernels find in their scratch memory whatever was left there.
        let scratch = Guarded(count: strip.count, margin: 64)
        let rows = batch * outputHeight
        for part in 0..<parts {
            let rows = byPanels ? 0..<rows : share(part, parts, rows)
            let columns = byPanels ? share(part, parts, panels.panels.count) : 0..<panels.panels.count
            panels.panels.withUnsafeBufferPointer { panels in
                guard let panels = panels.baseAddress, !columns.isEmpty else { return }
                set.grouped(
                    GroupedTask(
                        input: input, window: window, panels: panels, weights: packed.weights.start,
                        bias: packed.bias.start, residual: adds ? UnsafePointer(output) : nil, output: output,
                        outputs: outputs, columns: packed.columns, activation: activation,
                        scratch: scratch.start, strip: strip, firstRow: rows.lowerBound,
                        endRow: rows.upperBound,
                        firstPanel: columns.lowerBound, endPanel: columns.upperBound))
            }
        }
        precondition(scratch.isIntact, "\(self) wrote outside its scratch memory")
    }

    func solveGroupedWinograd(
        _ operands: Operands, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        _ window: Window, with set: KernelSet, parts: Int, byPanels: Bool
    ) {
        guard let tile = WinogradTile(rawValue: tile) else { return }
        let panels = panels(set)
        let packed = packedWeights(
            winograd: operands.weights, bias: operands.bias, panels: panels, tile: tile, for: set)
        let layout = WinogradScratch(
            tile, tiles: 9, inputStride: panels.runStride(lanes: set.lanes), lanes: set.lanes)
        let scratch = aligned(count: layout.count)
        let tiles = batch * tile.count(window)
        for part in 0..<parts {
            let rows = byPanels ? 0..<tiles : share(part, parts, tiles)
            let columns = byPanels ? share(part, parts, panels.panels.count) : 0..<panels.panels.count
            panels.panels.withUnsafeBufferPointer { panels in
                set.winograd(
                    WinogradTask(
                        input: input, window: window, channels: channels, tile: tile,
                        panels: panels.baseAddress,
                        weights: packed.weights.start, bias: packed.bias.start,
                        residual: adds ? UnsafePointer(output) : nil, output: output, columns: packed.columns,
                        activation: activation, scratch: scratch.start, layout: layout,
                        firstTile: rows.lowerBound, endTile: rows.upperBound, firstPanel: columns.lowerBound,
                        endPanel: columns.upperBound))
            }
        }
    }
}
