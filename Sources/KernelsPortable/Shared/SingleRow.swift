// Products of one row: the classifier and the gates of a single image.
//
// Every weight is used once, so the time is that of reading them. One panel at a time would wait for each sum
// before the next could be added to it; several panels side by side keep the core and the memory busy. Every
// sum takes its terms in the order in which a product of more rows does.

import KernelTasks

/// All panels of one row of a product.
func multiplySingleRow(_ left: UnsafePointer<Float>, _ product: MatrixProduct) {
    let width = 2 * Lanes.scalarCount
    var panel = product.firstPanel
    while panel < product.endPanel {
        let wide = min(product.endPanel, product.columns / width) - panel
        let row = PanelRow(left, product, column: panel * width)
        switch wide {
        case 4...: row.multiplyFour()
        case 1...: row.multiplyOne()
        default: row.multiplyNarrow()
        }
        panel += wide >= 4 ? 4 : 1
    }
    let columns = min(product.columns, product.endPanel * width) - product.firstPanel * width
    Finish(product.activation).curve(
        product.output + product.firstRow * product.outputStride + product.firstPanel * width, rows: 1,
        columns: columns, stride: 0)
}

/// One row of a product, some panels from a column on.
struct PanelRow {
    let left: UnsafePointer<Float>
    let depth: Int
    let weights: UnsafePointer<Float>
    let bias: UnsafePointer<Float>?
    let residual: UnsafePointer<Float>?
    let addsResidualFirst: Bool
    let output: UnsafeMutablePointer<Float>
    let finish: Finish

    @inline(__always) init(_ left: UnsafePointer<Float>, _ product: MatrixProduct, column: Int) {
        self.left = left
        depth = product.depth
        weights = product.weights + column * product.depth
        bias = product.bias.map { $0 + column }
        residual = product.residual.map { $0 + product.firstRow * product.residualStride + column }
        addsResidualFirst = product.addsResidualFirst
        output = product.output + product.firstRow * product.outputStride + column
        finish = Finish(product.activation)
    }

    // Each is a function of its own, so that it has all the registers.
    @inline(never) func multiplyFour() { multiply(Four<Wide>.self) }
    @inline(never) func multiplyOne() { multiply(One<Wide>.self) }
    @inline(never) func multiplyNarrow() { multiply(One<Narrow>.self) }

    /// Computes and stores as many panels as the tile has rows.
    @inline(__always) private func multiply<T: Tile>(_ tile: T.Type) {
        let width = T.Row.width
        var sums = T(T.Row(repeating: 0))
        if let bias { sums.add(bias, stride: width) }
        if let residual, addsResidualFirst { sums.add(residual, stride: width) }
        var row = weights
        for index in 0..<depth {
            sums.add(left[index], times: row, stride: width * depth)
            row += width
        }
        if let residual, !addsResidualFirst { sums.add(residual, stride: width) }
        if finish.limits {
            sums.store(to: output, stride: width, limitedTo: finish.upper)
        } else {
            sums.store(to: output, stride: width)
        }
    }
}
