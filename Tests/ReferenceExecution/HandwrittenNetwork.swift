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
        HandwrittenNetwork("an activation alone", resolution: 7) { layers in
            let x = layers.convolution(to: 9, kernel: 3, .identity)
            layers.append(.add(.silu), x)
            layers.append(.add(.relu))
            layers.classifier(classes)
        },
        HandwrittenNetwork("joins of three and of one tensor thrice", resolution: 9) { layers in
            let x = layers.convolution(to: 12, kernel: 3, .silu)
            let a = layers.convolution(to: 12, .identity, on: x)
            let b = layers.convolution(to: 12, kernel: 3, .silu, on: x)
            let joined = layers.append(.add(.silu), b, adding: x, a)
            let c = layers.convolution(to: 12, kernel: 3, groups: 12, .silu)
            layers.append(.add(.identity), joined, adding: c, joined, joined)
            layers.classifier(classes)
        },
        HandwrittenNetwork("sums of sums", resolution: 8) { layers in
            let x = layers.convolution(to: 8, kernel: 3, .silu)
            let a = layers.convolution(to: 8, .identity)
            let b = layers.append(.add(.identity), a, adding: x)
            let c = layers.append(.add(.silu), b, adding: x)
            layers.append(.add(.identity), c, adding: b)
            layers.convolution(to: 8, .identity)
            layers.append(.add(.silu), layers.last, adding: c, b, x)
            layers.classifier(classes)
        },
        HandwrittenNetwork("seven tensors that wait", resolution: 10) { layers in
            var waiting = [layers.convolution(to: 10, kernel: 3, .silu)]
            for kernel in [1, 3, 1, 5, 1, 3] {
                waiting.append(
                    layers.convolution(to: 10, kernel: kernel, groups: kernel == 3 ? 10 : 1, .silu))
            }
            // The last that began to wait is read first.
            var x = layers.convolution(to: 10, .silu)
            for value in waiting.reversed() {
                let y = layers.convolution(to: 10, .identity, on: x)
                x = layers.append(.add(.silu), y, adding: value)
            }
            layers.append(.add(.identity), x, adding: waiting[0], waiting[3], waiting[6])
            layers.classifier(classes)
        },
        HandwrittenNetwork("a branch that is read elsewhere, and made before its shortcut", resolution: 9) {
            layers in
            let x = layers.convolution(to: 8, kernel: 3, .silu)
            let branch = layers.convolution(to: 8, kernel: 3, .silu, on: x)
            let shortcut = layers.convolution(to: 8, kernel: 3, .silu, on: x)
            let other = layers.convolution(to: 8, .silu, on: branch)
            let sum = layers.append(.add(.silu), branch, adding: shortcut)
            let last = layers.convolution(to: 8, .silu, on: branch)
            layers.append(.add(.identity), sum, adding: other, last)
            layers.classifier(classes)
        },
        HandwrittenNetwork("two classifiers of two means", resolution: 9) { layers in
            let x = layers.convolution(to: 8, kernel: 3, .silu)
            let mean = layers.append(.globalAveragePool, x)
            layers.convolution(to: 8, kernel: 3, .silu, on: x)
            let other = layers.append(.globalAveragePool)
            let both = layers.append(.add(.identity), mean, adding: other)
            let logits = layers.append(.linear(inputs: 8, outputs: classes), both)
            let more = layers.append(.linear(inputs: 8, outputs: classes), both)
            layers.append(.add(.identity), logits, adding: more)
        },
    ]

    /// Some that begin with what reads the image otherwise than a dense convolution does.
    package static let beginning = [
        HandwrittenNetwork("the image is a shortcut", resolution: 9) { layers in
            let image = layers.last
            layers.convolution(to: 6, kernel: 3, .silu)
            layers.convolution(to: image.shape.channels, .identity)
            layers.append(.add(.silu), layers.last, adding: image)
            layers.classifier(classes)
        },
        HandwrittenNetwork("the image is pooled", resolution: 12) { layers in
            layers.append(.averagePool(Pooling(kernel: 2, stride: 2)))
            layers.convolution(to: 9, .silu)
            layers.classifier(classes)
        },
        HandwrittenNetwork("the image's channels are filtered", resolution: 12) { layers in
            layers.convolution(to: 2, kernel: 3, groups: 2, .silu)
            layers.convolution(to: 9, .silu)
            layers.classifier(classes)
        },
    ]
}
