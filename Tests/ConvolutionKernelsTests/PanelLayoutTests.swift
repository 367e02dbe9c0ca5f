// Where weights stand among packed ones, by hand with vectors of four floats, and for all sizes at once.

import ConvolutionKernels
import KernelTasks
import Testing

@Suite struct PanelLayoutTests {
    /// Four floats a vector, so panels of eight columns, on every machine.
    private static let set = InstructionSet.portable.kernels

    @Test func aProductsLastPanelMayBeOneVectorWide() {
        let layout = PanelLayout(outputs: 10, inputs: 3, for: Self.set)
        #expect(layout.columns == 12 && layout.panelCount == 2 && layout.depth == 3 && layout.count == 36)
        #expect(layout.panel(0) == (firstColumn: 0, columns: 8, start: 0))
        #expect(layout.panel(1) == (firstColumn: 8, columns: 4, start: 24))
        #expect(layout.place(1, 7) == 15)
        #expect(layout.place(2, 9) == 24 + 2 * 4 + 1)
    }

    @Test func rowsAreInputsAtEachPosition() {
        let layout = PanelLayout(outputs: 5, inputs: 2, taps: 4, for: Self.set)
        #expect(layout.depth == 8 && layout.count == 64)
        #expect(layout.column(4) == column(start: 4, inputStride: 8, tapStride: 16))
        // The last weight of the last output: position 3, input 1.
        var last = 0
        layout.forEachWeight { if $0 == 39 { last = $1 } }
        #expect(last == 4 + 3 * 16 + 8)
    }

    @Test func pairsHaveARowMoreAPanelOrMatrix() {
        let product = PanelLayout(outputs: 9, inputs: 2, taps: 4, isPaired: true, for: Self.set)
        #expect(product.depth == 8 && product.count == 9 * 12)
        #expect(product.column(8) == column(start: 72, inputStride: 4, tapStride: 8))
        let matrices = PanelLayout(outputs: 9, inputs: 2, matrices: 16, isPaired: true, for: Self.set)
        #expect(matrices.depth == 2 && matrices.count == 16 * 3 * 12)
        #expect(matrices.column(8) == column(start: 384, inputStride: 4, tapStride: 12))
    }

    @Test func depthwiseWeightsAreOnePanel() {
        let layout = PanelLayout(depthwise: 10, taps: 9, for: Self.set)
        #expect(layout.panelCount == 1 && layout.depth == 9 && layout.count == 108)
        #expect(layout.column(9) == column(start: 9, inputStride: 12, tapStride: 12))
    }

    @Test func groupsHaveRowsOfTheirOwn() {
        // Whole vectors: a panel for each group.
        let whole = PanelLayout(
            GroupedPanels(groups: 2, inputs: 3, outputs: 4, lanes: 4), taps: 4, for: Self.set)
        #expect(whole.outputs == 8 && whole.panelCount == 2 && whole.count == 96)
        #expect(columns(whole)[5] == column(start: 12 * 4 + 1, inputStride: 4, tapStride: 12))
        // Two groups in the first vector, one in the second, with half as many rows.
        let torn = PanelLayout(
            GroupedPanels(groups: 3, inputs: 2, outputs: 2, lanes: 4), taps: 1, for: Self.set)
        #expect(torn.panelCount == 2 && torn.count == 24)
        #expect(columns(torn).map(\.start) == [0, 1, 10, 11, 16, 17])
    }

    @Test(arguments: InstructionSet.allCases.filter(\.isSupported))
    func whatIsPackedIsUnpackedAndNothingElseIsTouched(_ set: InstructionSet) {
        for layout in layouts(set.kernels) {
            let source = (1...layout.outputs * layout.inputs * layout.taps).map(Float.init)
            var packed = [Float](repeating: -1, count: layout.count)
            layout.pack(source, to: &packed)
            #expect(layout.unpack(packed) == source)
            #expect(packed.count { $0 == -1 } == layout.count - source.count)
            layout.pack(source, dividedBy: 2, to: &packed)
            #expect(layout.unpack(packed) == source.map { $0 / 2 })
        }
    }

    @Test func panelsOfGroupsAreNotThoseOfAProduct() async {
        await #expect(processExitsWith: .failure) {
            let panels = GroupedPanels(groups: 2, inputs: 3, outputs: 4, lanes: 4)
            _ = PanelLayout(panels, taps: 1, for: PanelLayoutTests.set).panel(0)
        }
    }

    @Test func weightsOfAnotherNumberAreNotPacked() async {
        await #expect(processExitsWith: .failure) {
            var packed = [Float](repeating: 0, count: 36)
            PanelLayout(outputs: 10, inputs: 3, for: PanelLayoutTests.set).pack([1, 2], to: &packed)
        }
    }

    private func layouts(_ set: KernelSet) -> [PanelLayout] {
        [1, 3, 16, 17, 33, 40].flatMap { outputs in
            [1, 2, 9].flatMap { inputs in
                [
                    PanelLayout(outputs: outputs, inputs: inputs, taps: 9, for: set),
                    PanelLayout(outputs: outputs, inputs: inputs, taps: 4, isPaired: true, for: set),
                    PanelLayout(outputs: outputs, inputs: inputs, matrices: 16, isPaired: true, for: set),
                    PanelLayout(depthwise: outputs, taps: 9, for: set),
                    PanelLayout(
                        GroupedPanels(groups: 3, inputs: inputs, outputs: outputs, lanes: set.lanes), taps: 4,
                        for: set),
                ]
            }
        }
    }

    private func columns(_ layout: PanelLayout) -> [PanelLayout.Column] {
        var columns: [PanelLayout.Column] = []
        layout.forEachColumn { columns.append($1) }
        return columns
    }

    private func column(start: Int, inputStride: Int, tapStride: Int) -> PanelLayout.Column {
        PanelLayout.Column(start: start, inputStride: inputStride, tapStride: tapStride)
    }
}
