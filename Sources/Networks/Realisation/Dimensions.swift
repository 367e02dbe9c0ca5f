// The integers that rounding makes of an architecture's factors: all that tells candidates of one space apart.

/// The rounded sizes of one candidate; two candidates of an architecture are equal where these are.
package struct Dimensions: Hashable, Sendable {
    /// Repeats of each stage.
    package var repeats: [Int]
    /// Channels of the stem, then of each stage, then of the head's convolution where there is one.
    package var widths: [Int]
    /// Height and width of the image in pixels.
    package var resolution: Int

    /// Sizes that were rounded elsewhere.
    package init(repeats: [Int], widths: [Int], resolution: Int) {
        self.repeats = repeats
        self.widths = widths
        self.resolution = resolution
    }

    /// Blocks of all stages together, the realised depth.
    package var blocks: Int { repeats.reduce(0, +) }
}

extension Architecture {
    /// The rounded sizes at this architecture's own factors.
    package func dimensions() throws(NetworkError) -> Dimensions {
        Dimensions(
            repeats: try repeats(depth: scaling.depth), widths: try widths(width: scaling.width),
            resolution: try rules.resolution(scaling.resolution))
    }

    /// Each stage's repeats at a depth factor.
    package func repeats(depth: Double) throws(NetworkError) -> [Int] {
        var repeats: [Int] = []
        for (index, stage) in stages.enumerated() {
            let fixed =
                index == 0 && rules.firstDepthFixed || index == stages.count - 1 && rules.lastDepthFixed
            repeats.append(fixed ? stage.repeats : try rules.repeats(stage.repeats, by: depth))
        }
        return repeats
    }

    /// The channels of stem, stages and head at a width factor.
    package func widths(width: Double) throws(NetworkError) -> [Int] {
        var widths = [rules.stemFixed ? stem.channels : try rules.width(stem.channels, by: width)]
        for stage in stages { widths.append(try rules.width(stage.channels, by: width)) }
        if let channels = head.channels {
            switch rules.head {
            case .scaled: widths.append(try rules.width(channels, by: width))
            case .fixed: widths.append(channels)
            case .grows: widths.append(max(channels, try rules.width(channels, by: width)))
            }
        }
        return widths
    }
}
