// What happens to a kernel's sums on their way to memory: the activation.
//
// Limits (identity, ReLU, ReLU6) are applied to the accumulators. The curved functions need more registers
// than a tile leaves, so they pass over what was just stored, which is still in the first cache.

import KernelTasks

/// An activation, split into a limit applied in registers and a curve applied after storing.
struct Finish {
    let activation: Activation
    /// Whether the accumulators must be limited, to 0...upper.
    let limits: Bool
    /// Whether a pass over the stored values must follow.
    let isCurved: Bool
    let upper: Float

    @inline(__always) init(_ activation: Activation) {
        self.activation = activation
        switch activation {
        case .relu: (limits, isCurved, upper) = (true, false, .infinity)
        case .relu6: (limits, isCurved, upper) = (true, false, 6)
        case .identity: (limits, isCurved, upper) = (false, false, .infinity)
        case .silu, .hardSwish, .sigmoid, .hardSigmoid, .gelu:
            (limits, isCurved, upper) = (false, true, .infinity)
        }
    }

    /// The vector with the limits applied.
    @inline(__always) func limited(_ x: Lanes) -> Lanes {
        limits ? lower(raise(x, to: 0), to: upper) : x
    }

    /// Applies the curve to a matrix of a whole number of vectors, and adds what becomes of its rows to `sums`, of which
    /// the first rows are the beginning.
    ///
    /// Sums cost nothing here, where the values are in registers; a pass of its own reads them from far away.
    func curve(
        _ values: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int,
        sums: UnsafeMutablePointer<Float>? = nil, isFirst: Bool = true
    ) {
        if !isCurved, sums == nil { return }
        switch activation {
        case .identity, .relu, .relu6: map(values, rows, columns, stride, sums, isFirst) { $0 }
        case .silu: map(values, rows, columns, stride, sums, isFirst) { silu($0) }
        case .hardSwish: map(values, rows, columns, stride, sums, isFirst) { hardSwish($0) }
        case .sigmoid: map(values, rows, columns, stride, sums, isFirst) { sigmoid($0) }
        case .hardSigmoid: map(values, rows, columns, stride, sums, isFirst) { hardSigmoid($0) }
        case .gelu: map(values, rows, columns, stride, sums, isFirst) { gelu($0) }
        }
    }

    /// Replaces each vector of a matrix by a function of it, which is added to `sums` if there are any.
    @inline(__always) private func map(
        _ values: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
        _ sums: UnsafeMutablePointer<Float>?, _ isFirst: Bool, _ function: (Lanes) -> Lanes
    ) {
        guard let sums else { return map(values, rows, columns, stride, function) }
        var column = 0
        while column < columns {
            var sum = isFirst ? Lanes(repeating: 0) : load(sums + column)
            var place = values + column
            for _ in 0..<rows {
                let value = function(load(place))
                save(value, to: place)
                sum += value
                place += stride
            }
            save(sum, to: sums + column)
            column += Lanes.scalarCount
        }
    }

    /// Replaces each vector of a matrix by a function of it.
    @inline(__always) private func map(
        _ values: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int,
        _ function: (Lanes) -> Lanes
    ) {
        @inline(__always) func replace(_ place: UnsafeMutablePointer<Float>) {
            save(function(load(place)), to: place)
        }
        // A panel's row without a loop, which takes as many instructions as a third of a function.
        let isPanel = columns == Wide.width
        for row in 0..<rows {
            let start = values + row * stride
            if isPanel {
                replace(start)
                replace(start + Lanes.scalarCount)
                continue
            }
            var column = 0
            while column < columns {
                replace(start + column)
                column += Lanes.scalarCount
            }
        }
    }
}
