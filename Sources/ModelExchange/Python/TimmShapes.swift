// Blocks whose widths no rounding makes, as timm knows them of pruned networks: its own function gives a network the shapes of a
// list that names every weight.

import NetworkExecution
import Networks

extension Network {
    /// Python's `SHAPES`, a row for each layer.
    func timmShapes() throws -> String {
        let rows = zip(layers, try timmNames()).flatMap { layer, names in
            zip(layer.operation.matrices, names).map { matrix, name in
                let shape = matrix.tensorShape(axes: name.axes).map { "\($0)" }.joined(separator: ",")
                let norm = name.norm.map { ", \"\($0).weight:[\(matrix.outputs)]\"" } ?? ""
                return "    \"\(name.module).weight:[\(shape)]\"\(norm),"
            }
        }
        return """
            # The shape of every weight, for channels inside the blocks that timm would round otherwise.
            SHAPES = [
            \(rows.joined(separator: "\n"))
            ]
            """
    }
}
