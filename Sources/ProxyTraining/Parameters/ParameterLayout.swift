// Where every parameter of a network stands in one array.
//
// Weights lie packed as the kernels read them, gradients lie where their weights do, so an optimiser sees
// plain arrays. Weights come first and all vectors (biases, batch norms) after them, since recipes that
// decay the ones may spare the others.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// Places of all parameters and running statistics, in floats from the start of their array.
package struct ParameterLayout: Sendable {
    /// Places of one matrix and what belongs to it.
    package struct Matrix: Sendable {
        /// What is stored.
        package let shape: MatrixShape
        /// Whether each channel has a kernel of its own.
        package let isDepthwise: Bool
        /// How a grouped convolution is packed.
        package let grouped: GroupedPanels?
        /// Output channels, padded to whole lanes.
        package let columns: Int
        /// Rows of the packed panels: inputs at every kernel position; kernel positions of a depthwise one. The panels of
        /// a grouped one have more, where they are of several groups.
        package let depth: Int
        /// The packed weights.
        package let weight: Int
        /// The bias, or batch norm's shift; one value a padded channel.
        package fileprivate(set) var shift = 0
        /// Batch norm's scale; meaningless without one.
        package fileprivate(set) var scale = 0
        /// Batch norm's running mean in the array of statistics, the variance `columns` floats behind it.
        package fileprivate(set) var statistics = 0

        /// Floats of the packed weights.
        package var count: Int {
            grouped.map { $0.count * shape.kernel * shape.kernel } ?? depth * columns
        }
    }

    /// For each layer, the matrices of ``Operation/matrices``.
    package private(set) var layers: [[Matrix]]
    /// Floats of all weights; vectors stand behind them.
    package let weightCount: Int
    /// Floats of all parameters.
    package let count: Int
    /// Floats of all running statistics.
    package let statisticsCount: Int
    /// Vectors of a panel and floats of a vector decide how weights are packed.
    let lanes: Int

    /// Places the parameters of a network for one build of the kernels.
    package init(_ network: Network, for set: KernelSet) {
        lanes = set.lanes
        var end = 0
        var layers = network.layers.map { layer in
            layer.operation.matrices.map { shape in
                var isDepthwise = false
                var grouped: GroupedPanels?
                if case .convolution(let c) = layer.operation {
                    isDepthwise = c.isDepthwise
                    if c.isGrouped { grouped = GroupedPanels(c, for: set) }
                }
                let taps = shape.kernel * shape.kernel
                let matrix = Matrix(
                    shape: shape, isDepthwise: isDepthwise, grouped: grouped,
                    columns: set.padded(shape.outputs),
                    depth: isDepthwise ? taps : taps * shape.inputs, weight: end)
                end += matrix.count
                return matrix
            }
        }
        weightCount = end
        var statistics = 0
        for layer in layers.indices {
            for index in layers[layer].indices {
                let columns = layers[layer][index].columns
                layers[layer][index].shift = end
                end += columns
                guard layers[layer][index].shape.normalised else { continue }
                layers[layer][index].scale = end
                layers[layer][index].statistics = statistics
                end += columns
                statistics += 2 * columns
            }
        }
        self.layers = layers
        count = end
        statisticsCount = statistics
    }

    /// Calls `body` with each weight's index in natural order, `[out, in / groups, kernel, kernel]`, and its
    /// place in the packed array.
    private func forEachWeight(of matrix: Matrix, _ body: (Int, Int) -> Void) {
        let shape = matrix.shape
        let taps = shape.kernel * shape.kernel
        if let grouped = matrix.grouped {
            grouped.forEachWeight(taps: taps) { body($0, matrix.weight + $1) }
            return
        }
        if matrix.isDepthwise {
            for channel in 0..<shape.outputs {
                for tap in 0..<taps {
                    body(channel * taps + tap, matrix.weight + tap * matrix.columns + channel)
                }
            }
            return
        }
        let panel = 2 * lanes
        for output in 0..<shape.outputs {
            let first = output / panel * panel
            let width = min(panel, matrix.columns - first)
            let column = matrix.weight + first * matrix.depth + output - first
            for input in 0..<shape.inputs {
                for tap in 0..<taps {
                    body(
                        (output * shape.inputs + input) * taps + tap,
                        column + (tap * shape.inputs + input) * width)
                }
            }
        }
    }

    /// Writes a network's weights into arrays of parameters and statistics.
    package func write(
        _ weights: NetworkWeights, parameters: UnsafeMutablePointer<Float>,
        statistics: UnsafeMutablePointer<Float>
    ) {
        for (places, matrices) in zip(layers, weights.layers) {
            for (place, matrix) in zip(places, matrices) {
                forEachWeight(of: place) { parameters[$1] = matrix.weight[$0] }
                let shift = matrix.norm?.shift ?? matrix.bias ?? []
                for (channel, value) in shift.enumerated() { parameters[place.shift + channel] = value }
                guard let norm = matrix.norm else { continue }
                for channel in 0..<place.shape.outputs {
                    parameters[place.scale + channel] = norm.scale[channel]
                    statistics[place.statistics + channel] = norm.mean[channel]
                    statistics[place.statistics + place.columns + channel] = norm.variance[channel]
                }
            }
        }
    }

    /// Reads arrays of parameters and statistics as a network's weights.
    ///
    /// Gradients and velocities, which lie like parameters, are read by the same function.
    package func read(
        parameters: UnsafePointer<Float>, statistics: UnsafePointer<Float>, epsilon: Double
    ) -> NetworkWeights {
        NetworkWeights(
            layers: layers.map { places in
                places.map { place in
                    var matrix = MatrixWeights(weight: [Float](repeating: 0, count: place.shape.count))
                    forEachWeight(of: place) { matrix.weight[$0] = parameters[$1] }
                    func vector(_ start: UnsafePointer<Float>) -> [Float] {
                        Array(UnsafeBufferPointer(start: start, count: place.shape.outputs))
                    }
                    let shift = vector(parameters + place.shift)
                    if place.shape.normalised {
                        matrix.norm = BatchNorm(
                            scale: vector(parameters + place.scale), shift: shift,
                            mean: vector(statistics + place.statistics),
                            variance: vector(statistics + place.statistics + place.columns),
                            epsilon: epsilon)
                    } else {
                        matrix.bias = shift
                    }
                    return matrix
                }
            })
    }
}
