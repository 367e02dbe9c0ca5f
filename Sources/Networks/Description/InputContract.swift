// What a trained network expects of its images, and what its outputs are called. Weights are of no use without it.

/// The images that weights were trained on, and the names of the classes: it travels with weights and exports.
package struct InputContract: Hashable, Sendable {
    /// Channels of an image: 1 is grey, 3 RGB.
    package let channels: Int
    /// Height and width in pixels.
    package let resolution: Int
    /// The mean of each channel, subtracted from values in 0...1; nil where nobody said.
    package let mean: [Float]?
    /// The deviation of each channel, by which the difference is divided; nil where nobody said.
    package let deviation: [Float]?
    /// The name of each output, by label; nil where nobody said.
    package let classNames: [String]?

    /// A contract; throws, with the path of the value, where the values do not go together.
    package init(
        channels: Int, resolution: Int, mean: [Float]? = nil, deviation: [Float]? = nil,
        classNames: [String]? = nil
    ) throws(NetworkError) {
        func check(_ holds: Bool, _ name: String, _ reason: @autoclosure () -> String) throws(NetworkError) {
            if !holds { throw .invalid(path: [name], reason()) }
        }
        try check(channels > 0, "channels", "\(channels) is out of range; give 1 or more.")
        try check(
            1...Limits.resolution ~= resolution, "resolution",
            "\(resolution) is out of range; give 1 to \(Limits.resolution).")
        for (name, values) in [("mean", mean), ("deviation", deviation)] {
            guard let values else { continue }
            try check(
                values.count == channels, name,
                "\(values.count) values are given for \(channels) channels; give one of each channel.")
            try check(values.allSatisfy(\.isFinite), name, "a value is not finite; give numbers.")
        }
        try check(
            (mean == nil) == (deviation == nil), mean == nil ? "deviation" : "mean",
            "mean and deviation belong together; give both or neither.")
        try check(
            deviation?.allSatisfy { $0 > 0 } ?? true, "deviation", "a value is not above 0; give deviations.")
        if let classNames {
            try check(
                1...Limits.channels ~= classNames.count, "class_names",
                "\(classNames.count) names are given; give 1 to \(Limits.channels).")
        }
        self.channels = channels
        self.resolution = resolution
        self.mean = mean
        self.deviation = deviation
        self.classNames = classNames
    }
}

extension InputContract {
    /// Why this contract is not that of a network, in a sentence without a place; nil where it can be. The resolution
    /// may differ, since weights run at any.
    package func refusal(of network: Network) -> String? {
        let architecture = network.architecture
        if channels != architecture.channels {
            return "it speaks of images of \(channels) channels and \(architecture.name) takes "
                + "\(architecture.channels); give --channels \(channels)."
        }
        if let classNames, classNames.count != architecture.classes {
            return
                "it names \(classNames.count) classes and \(architecture.name) has \(architecture.classes); "
                + "give --classes \(classNames.count)."
        }
        return nil
    }

    /// Whether both name the same classes in the same order, byte by byte: Unicode's other forms of a letter are other
    /// names.
    package static func agree(_ names: [String], _ others: [String]) -> Bool {
        names.count == others.count && zip(names, others).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }
}
