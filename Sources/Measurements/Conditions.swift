// What a figure depends on besides the network.

/// Everything a figure depends on besides the network. Latencies are ranked only within equal conditions.
package struct Conditions: Hashable, Sendable {
    /// The computer.
    package var machine: Machine
    /// The kernels' instruction set, such as `avx512`, or `none` where nothing is run.
    package var instructionSet: String
    /// Threads of one inference.
    package var threads: Int
    /// Images of one inference.
    package var batch: Int
    /// `release` or `debug`.
    package var build: String
    /// The tool's version.
    package var toolVersion: String
    /// The network timed in between.
    package var anchor: String
    /// Whether latencies are measured or predicted; the two are never ranked together.
    package var origin: LatencyOrigin
    /// What the network computes in.
    package var precision: Precision

    /// Conditions of a measurement.
    package init(
        machine: Machine, instructionSet: String, threads: Int, batch: Int, build: String,
        toolVersion: String, anchor: String, origin: LatencyOrigin = .measured,
        precision: Precision = .float32
    ) {
        self.precision = precision
        self.machine = machine
        self.instructionSet = instructionSet
        self.threads = threads
        self.batch = batch
        self.build = build
        self.toolVersion = toolVersion
        self.anchor = anchor
        self.origin = origin
    }
}

/// The numbers that a network computes in, by their usual name; a store may know more of them than this version.
package struct Precision: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    /// The name, such as `float32`.
    package let rawValue: String

    /// Numbers of a name.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Numbers of a name.
    package init(stringLiteral name: String) { rawValue = name }

    /// Single precision, which all kernels compute in.
    package static let float32 = Precision(rawValue: "float32")
}
