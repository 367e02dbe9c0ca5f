// Networks written layer by layer, for operations that no description leads to, or not in such places.

import Networks

/// A small network with something that built-in ones lack.
package struct HandwrittenNetwork: CustomStringConvertible, Sendable {
    /// What it has.
    package let description: String
    private let resolution: Int
    private let write: @Sendable (inout LayerWriter) -> Void

    /// Classes of all of them.
    package static let classes = 5

    private init(
        _ description: String, resolution: Int, _ write: @escaping @Sendable (inout LayerWriter) -> Void
    ) {
        self.description = description
        self.resolution = resolution
        self.write = write
    }

    /// The network itself.
    package var network: Network {
        get throws {
            let architecture = Architecture(
                name: "handwritten", stem: Stem(channels: 8, activation: .relu),
                stages: [
                    Stage(
                        .basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8, activation: .relu
                    )
                ],
                head: Head(channels: nil, activation: .relu),
                scaling: Scaling(resolution: Double(resolution)),
                channels: 2, classes: Self.classes)
            return try Network(architecture, layers: write)
        }
    }

    /// Every one.
    package static let all = [
        HandwrittenNetwork("average pools of odd sides", resolution: 13) { layers in
            layers.convolution(to: 9, kernel: 3, .silu)
            layers.append(.averagePool(Pooling(kernel: 2, stride: 2)))
            layers.convolution(to: 20, .silu)
            layers.append(.averagePool(Pooling(kernel: 3, stride: 2)))
            layers.convolution(to: 12, kernel: 3, .silu)
            layers.append(.averagePool(Pooling(kernel: 2, stride: 2)))
            layers.classifier(classes)
        },
        HandwrittenNetwork("an average pool in a shortcut", resolution: 15) { layers in
            let x = layers.convolution(to: 16, kernel: 3, .silu)
            let branch = layers.convolution(to: 24, kernel: 3, stride: 2, .identity)
            layers.append(.averagePool(Pooling(kernel: 2, stride: 2)), x)
            let shortcut = layers.convolution(to: 24, .identity)
            layers.append(.add(.silu), branch, adding: shortcut)
            layers.classifier(classes)
        },
        HandwrittenNetwork("scalar gates in inverted residuals", resolution: 9) { layers in
            var x = layers.convolution(to: 8, kernel: 3, .silu)
            for _ in 0..<2 {
                layers.convolution(to: 20, .silu)
                layers.convolution(to: 20, kernel: 3, groups: 20, .silu)
                layers.scalarGate()
                let y = layers.convolution(to: 8, .identity)
                x = layers.append(.add(.identity), y, adding: x)
            }
            layers.classifier(classes)
        },
        HandwrittenNetwork("scalar gates elsewhere", resolution: 19) { layers in
            layers.convolution(to: 11, kernel: 3, .silu)
            layers.scalarGate()
            layers.convolution(to: 18, kernel: 3, stride: 2, .hardSwish)
            layers.scalarGate()
            layers.append(.averagePool(Pooling(kernel: 2, stride: 2)))
            let x = layers.convolution(to: 12, .silu)
            let y = layers.convolution(to: 12, kernel: 3, .identity)
            layers.append(.add(.silu), y, adding: x)
            layers.scalarGate()
            layers.classifier(classes)
        },
        HandwrittenNetwork("a head after pooling with biases", resolution: 10) { layers in
            layers.convolution(to: 14, kernel: 3, .hardSwish)
            layers.append(.globalAveragePool)
            layers.convolution(to: 37, normalised: false, .hardSwish)
            layers.append(.linear(inputs: 37, outputs: classes))
        },
        HandwrittenNetwork("a head after pooling with batch norm", resolution: 10) { layers in
            layers.convolution(to: 14, kernel: 3, .silu)
            layers.append(.globalAveragePool)
            layers.convolution(to: 37, .silu)
            layers.append(.linear(inputs: 37, outputs: classes))
        },
        HandwrittenNetwork("biases for batch norms", resolution: 9) { layers in
            let x = layers.convolution(to: 8, kernel: 3, normalised: false, .gelu)
            layers.convolution(to: 20, normalised: false, .gelu)
            layers.convolution(to: 20, kernel: 3, groups: 20, normalised: false, .gelu)
            let y = layers.convolution(to: 8, normalised: false, .identity)
            layers.append(.add(.identity), y, adding: x)
            layers.convolution(to: 16, kernel: 3, stride: 2, normalised: false, .gelu)
            layers.classifier(classes)
        },
    ]
}
