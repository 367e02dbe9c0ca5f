// Networks of a few layers, which tests write out in full.

import Networks

/// A stem of stride 1, a block with squeeze-and-excitation, one that strides, a head.
func smallMobile(
    _ change: (inout Architecture) -> Void = { _ in }
) throws -> Network {
    var architecture = Architecture(
        name: "small", stem: Stem(channels: 8, kernel: 3, stride: 1, activation: .silu),
        stages: [
            Stage(
                .mbconv, repeats: 2, kernel: 3, stride: 1, expansion: 1, channels: 8,
                gate: .squeezeExcitation(SqueezeExcitation(ratio: 0.25)), activation: .silu),
            Stage(
                .mbconv, repeats: 1, kernel: 5, stride: 2, expansion: 4, channels: 16,
                gate: .squeezeExcitation(SqueezeExcitation(ratio: 0.25)), activation: .silu),
        ], head: Head(channels: 32, activation: .silu, dropout: 0.1),
        scaling: Scaling(resolution: 9), channels: 1, classes: 3)
    change(&architecture)
    return try Network(architecture)
}

/// A built-in network, changed.
func published(_ name: String, _ change: (inout Architecture) -> Void = { _ in }) throws -> Network {
    var architecture = try PublishedNetworks.architecture(named: name)
    change(&architecture)
    return try Network(architecture)
}
