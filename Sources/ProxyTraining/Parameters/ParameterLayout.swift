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
        /// How its weights are packed.
        package let panels: PanelLayout
        /// The packed weights.
        package let weight: Int
        /// The bias, or batch norm's shift; one value a padded channel.
        package fileprivate(set) var shift = 0
        /// Batch norm's scale; meaningless without one.
        package fileprivate(set) var scale = 0
        /// Batch norm's running mean in the array of statistics, the variance `columns` floats behind it.
        package fileprivate(set) var statistics = 0

        /// Output channels, padded to whole lanes.
        package var columns: Int { panels.columns }
        /// Rows of the packed panels: inputs at every kernel position; kernel positions of a depthwise one.
        package var depth: Int { panels.depth }
        /// Floats of the packed weights.
        package var count: Int { panels.count }
    }

    /// For each layer, the matrices of ``Operation/matrices``.
    package private(set) var layers: [[Matrix]]
    /// Floats of all weights; vectors stand behind them.
    package let weightCount: Int
    /// Floats of all parameters.
    package let count: Int
    /// Floats of all running statistics.
    package let statisticsCount: Int

    /// Places the parameters of a network for one build of the kernels.
    package init(_ network: Network, for set: KernelSet) {
        var end = 0
        var layers = network.layers.map { layer in
            layer.operation.matrices.map { shape in
                let matrix = Matrix(
                    shape: shape, panels: layer.operation.panels(shape, for: set), weight: end)
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

    /// Writes a network's weights into arrays of parameters and statistics.
    package func write(
        _ weights: NetworkWeights, parameters: UnsafeMutablePointer<Float>,
        statistics: UnsafeMutablePointer<Float>
    ) {
        for (places, matrices) in zip(layers, weights.layers) {
            for (place, matrix) in zip(places, matrices) {
                place.panels.pack(matrix.weight, to: parameters + place.weight)
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
                    var matrix = MatrixWeights(weight: place.panels.unpack(parameters + place.weight))
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

extension Operation {
    /// How one of the operation's matrices is packed.
    fileprivate func panels(_ shape: MatrixShape, for set: KernelSet) -> PanelLayout {
        let taps = shape.kernel * shape.kernel
        if case .convolution(let convolution) = self {
            if convolution.isDepthwise { return PanelLayout(depthwise: shape.outputs, taps: taps, for: set) }
            if convolution.isGrouped {
                return PanelLayout(GroupedPanels(convolution, for: set), taps: taps, for: set)
            }
        }
        return PanelLayout(outputs: shape.outputs, inputs: shape.inputs, taps: taps, for: set)
    }
}
