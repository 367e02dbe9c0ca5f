// NETWORK and the flags that every command with a NETWORK takes.

import ArgumentParser
import Datasets
import Descriptions
import Foundation
import Networks
import ResultStore
import Studies

/// Which network a command is about.
struct NetworkOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A built-in name such as efficientnet-b0, a YAML file, or trial:ID.", valueName: "network"))
    var network: String

    @OptionGroup var factors: FactorOptions

    /// The architecture with the flags applied, realised.
    func realised(store: ReadStoreOptions) throws -> Network {
        try factors.realised(NetworkReference(network).architecture(store: store), given: network)
    }
}

/// Flags that replace a variant's own factors.
struct FactorOptions: ParsableArguments {
    @Option(help: "Width factor; replaces the variant's own.")
    var width: Double?

    @Option(help: "Depth factor; replaces the variant's own.")
    var depth: Double?

    @Option(help: "Resolution in pixels; replaces the variant's own.")
    var resolution: Double?

    @Option(help: "Outputs of the classifier.")
    var classes: Int?

    @Option(help: "Channels of the input image.")
    var channels: Int?

    func validate() throws {
        try check("width", width, in: Scaling.factorRange)
        try check("depth", depth, in: Scaling.factorRange)
        try check("resolution", resolution, in: Scaling.resolutionRange)
        try check("classes", classes, in: Architecture.classRange)
        try check("channels", channels, in: Architecture.channelRange)
    }

    /// Whether no flag was given.
    var isEmpty: Bool {
        width == nil && depth == nil && resolution == nil && classes == nil && channels == nil
    }

    /// The architecture with these flags in place of its own values.
    func applied(to architecture: Architecture) -> Architecture {
        var applied = architecture
        if let width { applied.scaling.width = width }
        if let depth { applied.scaling.depth = depth }
        if let resolution { applied.scaling.resolution = resolution }
        if let classes { applied.classes = classes }
        if let channels { applied.channels = channels }
        return applied
    }

    /// The named network with the data's classes and channels, unless flags say otherwise.
    func realised(_ name: String, fittedTo dataset: Dataset, store: ReadStoreOptions) throws -> Network {
        var architecture = try NetworkReference(name).architecture(store: store)
        architecture.classes = dataset.classes.count
        architecture.channels = dataset.training.channels
        return try realised(architecture, given: name)
    }

    /// The network with these flags; a flag out of range is a bad argument.
    func realised(_ architecture: Architecture, given name: String) throws -> Network {
        do {
            return try Network(applied(to: architecture))
        } catch {
            if isEmpty { throw OutputError("\(name): \(error)") }
            throw ValidationError("\(error)")
        }
    }
}

/// A NETWORK argument: a file if it looks like one, a trial, or a built-in name.
struct NetworkReference {
    private let text: String

    init(_ text: String) { self.text = text }

    /// The trial's number, where the text is `trial:ID`.
    var trial: Int? {
        get throws {
            guard text.hasPrefix("trial:") else { return nil }
            guard let id = Int(text.dropFirst("trial:".count)), id > 0 else {
                throw ValidationError("'\(text)' names no trial; write trial: and its id, as in trial:7.")
            }
            return id
        }
    }

    /// What it refers to; a trial is looked for in those stores, unless one is open already.
    func architecture(store: ReadStoreOptions, opened: TrialStore? = nil) throws -> Architecture {
        if let id = try trial {
            let store = try opened ?? store.open()
            return try store.trial(id: id).architecture
        }
        if [".yaml", ".yml", ".json"].contains(where: text.hasSuffix) || text.contains("/") {
            return try Architecture(contentsOf: text)
        }
        do {
            return try PublishedNetworks.architecture(named: text)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
