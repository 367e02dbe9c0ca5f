// The small networks whose weights, logits, gradients and losses PyTorch computed; see `ModelExchangeTests/golden/README.md`.

import Networks

/// A network with reference numbers in a folder of its name.
package struct GoldenNetwork: Sendable, CustomStringConvertible {
    /// The folder.
    package let name: String
    /// The network that timm built, of 10 classes.
    package let architecture: Architecture
    /// Steps of SGD whose losses can be compared: beyond them rounding has grown into what the network is.
    package let steps: Int

    /// The folder's name.
    package var description: String { name }

    /// The network with its sizes; throws where it cannot be built.
    package var network: Network {
        get throws { try Network(architecture) }
    }

    private init(_ name: String, _ architecture: Architecture, steps: Int = 3) {
        self.name = name
        self.architecture = architecture
        self.steps = steps
    }

    /// All of them.
    package static let all: [GoldenNetwork] = [
        scaled("efficientnet-b0", "-w0.25-d0.5", width: 0.25, depth: 0.5, pixels: 48),
        scaled("resnet-18", "-w0.25", width: 0.25, pixels: 40),
        scaled("se-resnet-50", "-w0.125-d0.34", width: 0.125, depth: 0.34, pixels: 37),
        scaled("efficientnetv2-b0", "-w0.25-d0.5", width: 0.25, depth: 0.5, pixels: 48) {
            // timm's generator without what its tf_ models add.
            $0.padding = .symmetric
            $0.batchNormEpsilon = 1e-5
        },
        scaled("mobilenetv3-small", "-w0.35", width: 0.35, pixels: 48),
        // Its losses rise to 17 at this rate.
        scaled("mobilenetv4-conv-small", "-w0.2", width: 0.2, pixels: 48, steps: 1),
        GoldenNetwork(
            "regnety-tiny",
            small(
                .regNet(
                    "regnety-tiny",
                    RegNetParameters(
                        depth: 6, initialWidth: 16, slope: 16, multiplier: 1.8, groupWidth: 8,
                        squeezeRatio: 0.25)))),
        GoldenNetwork(
            "resnet-18d-w0.25",
            small(.resNet("resnet-18d", .basic, repeats: [2, 1, 1, 1])) {
                $0.stem.kernel = 3
                $0.stem.before = [8, 8]
                $0.stem.channels = 16
                for index in $0.stages.indices {
                    $0.stages[index].channels = 16 * (index + 1)
                    $0.stages[index].options.poolsShortcut = true
                }
            }),
        GoldenNetwork(
            "resnext-tiny",
            small(.resNet("resnext-tiny", .bottleneck, repeats: [1, 2, 1, 1])) {
                for index in $0.stages.indices {
                    $0.stages[index].channels = 16 * (index + 1)
                    $0.stages[index].options.groups = 4
                    $0.stages[index].options.baseWidth = 32
                }
            }),
    ]

    private static func scaled(
        _ baseline: String, _ suffix: String, width: Double, depth: Double = 1, pixels: Double,
        steps: Int = 3, _ change: (inout Architecture) -> Void = { _ in }
    ) -> GoldenNetwork {
        guard var architecture = PublishedNetworks.find(baseline) else {
            preconditionFailure("\(baseline) is not built in")
        }
        architecture.scaling = Scaling(width: width, depth: depth, resolution: pixels)
        architecture.classes = 10
        change(&architecture)
        return GoldenNetwork(baseline + suffix, architecture, steps: steps)
    }

    private static func small(
        _ architecture: Architecture, _ change: (inout Architecture) -> Void = { _ in }
    ) -> Architecture {
        var architecture = architecture
        architecture.scaling.resolution = 40
        architecture.classes = 10
        change(&architecture)
        return architecture
    }
}
