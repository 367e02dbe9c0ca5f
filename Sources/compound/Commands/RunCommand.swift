// compound run: a network with given weights on given images.

import ArgumentParser
import ConvolutionKernels
import Datasets
import Descriptions
import Foundation
import ModelExchange
import NetworkExecution
import Networks
import Rendering
import Studies
import TensorFiles

/// Runs a network on images from files.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a network with weights from a file on images from files.",
        discussion: """
            Weights are safetensors as compound train, timm or torchvision saves them, batch norms not folded. Images are \
            PNG or JPEG files, or folders of them: the centre square, scaled down and normalised as in \
            training, which weights that compound trained say themselves, together with classes, channels and \
            resolution; for others there are --mean and --deviation. Or one npy file of float32, \
            N×channels×height×width, already normalised. Logits go to --output as N×classes; the most likely \
            classes of each image are printed.

            EXAMPLES
              compound run tiny.yaml --weights tiny.safetensors --input photos/
              compound run efficientnet-b0 --weights b0.safetensors --input cat.jpg --input dog.png \
            --mean 0.485,0.456,0.406 --deviation 0.229,0.224,0.225
              compound run resnet-18 --width 0.25 --classes 10 --resolution 40 --weights w.safetensors \
            --input x.npy --top 3 --format json
            """)

    @OptionGroup var network: NetworkOptions
    @OptionGroup var store: ReadStoreOptions
    @OptionGroup var execution: ExecutionOptions

    @Option(help: ArgumentHelp("Weights, a safetensors file.", valueName: "file"), completion: .file())
    var weights: String

    @Option(
        help: ArgumentHelp(
            "PNG or JPEG files, folders of them (give it again for more), or one npy file.", valueName: "path"
        ), completion: .file())
    var input: [String]

    @Option(
        help: ArgumentHelp("Means of the channels, of values in 0...1.", valueName: "m,…"))
    var mean: ChannelValues?

    @Option(
        help: ArgumentHelp(
            "Deviations of the channels, by which values less the mean are divided.", valueName: "d,…"))
    var deviation: ChannelValues?

    @Flag(help: "Take values of 0...1 as they are.")
    var unnormalised = false

    @Flag(help: "Leave out files that cannot be read, and count them.")
    var skipCorrupt = false

    @Option(
        name: [.short, .long], help: ArgumentHelp("Write the logits to this npy file.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("Print so many classes an image.", valueName: "k"))
    var top = 5

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        guard top >= 1 else {
            throw ValidationError("--top \(top) is out of range; give 1 or more classes.")
        }
        guard (mean == nil) == (deviation == nil) else {
            throw ValidationError("--mean and --deviation belong together; give both, or --unnormalised.")
        }
        if let deviation, !deviation.values.allSatisfy({ $0 > 0 }) {
            throw ValidationError(
                "--deviation has a value that is not above 0; give deviations such as 0.25.")
        }
        if unnormalised, mean != nil {
            throw ValidationError("--unnormalised and --mean exclude each other; keep one of them.")
        }
        if ImageInput.isArray(input) {
            guard input.count == 1 else {
                throw ValidationError("an npy file is run alone; give one --input, or image files only.")
            }
            if mean != nil || unnormalised || skipCorrupt {
                throw ValidationError(
                    "an npy file holds images as the network takes them; leave out --mean, --deviation, "
                        + "--unnormalised and --skip-corrupt.")
            }
        }
    }

    func run() throws {
        try output.map { try OutputFile.check($0) }
        let file = try WeightsFile(contentsOf: weights)
        let contract = try file.contract ?? ownContract()
        let network = try realised(contract)
        let instructionSet = try execution.chosenInstructionSet()
        try network.checkMemory()
        let (values, notes) = try file.read(for: network)
        if let refusal = contract?.refusal(of: network) { throw OutputError("\(weights): \(refusal)") }
        for note in notes { Output.note(note) }
        let images = try images(for: network, contract)
        let compiled = try CompiledNetwork(
            network, weights: values, threads: execution.threads ?? 1, instructionSet: instructionSet)

        var names: [String] = []
        var logits: [Float] = []
        let skipped = try images.read { name, image in
            let row = compiled.run(image).values
            guard row.allSatisfy(\.isFinite) else {
                throw OutputError(
                    "the logits of \(name ?? "image \(logits.count / row.count)") exceed the range of floats; check "
                        + "that weights and images are scaled as they were in training.")
            }
            if let name { names.append(name) }
            logits += row
        }
        for sentence in skipped.prefix(5) { Output.note("left out: \(sentence)") }
        if skipped.count > 5 { Output.note("left out \(skipped.count) files in all") }
        let classes = network.architecture.classes
        guard !logits.isEmpty else {
            throw OutputError("none of the files can be read; give PNG or JPEG images.")
        }
        let table = NumpyArray(shape: [logits.count / classes, classes], values: logits)
        if let output {
            try table.write(to: output)
            Output.note("wrote \(output)")
        }
        let report = RunReport(
            table, top: top, files: names.isEmpty ? nil : names, classNames: contract?.classNames)
        try Output.print(format == .json ? report.markup.json : report.text)
    }

    /// The network with the classes and channels that its weights were trained on, unless flags say otherwise; image
    /// files are scaled, so that they can have that resolution too.
    private func realised(_ contract: InputContract?) throws -> Network {
        var factors = network.factors
        let architecture = try NetworkReference(network.network).architecture(store: store)
        if let contract {
            factors.classes = factors.classes ?? contract.classNames?.count
            factors.channels = factors.channels ?? contract.channels
            if !ImageInput.isArray(input) {
                factors.resolution = factors.resolution ?? Double(contract.resolution)
            }
        }
        return try factors.realised(architecture, given: network.network)
    }

    /// What an exported description says of its weights, for weights that say nothing.
    private func ownContract() throws -> InputContract? {
        let text = network.network
        guard [".yaml", ".yml", ".json"].contains(where: text.hasSuffix) else { return nil }
        return try InputContract(exportAt: text)
    }

    private func images(for network: Network, _ contract: InputContract?) throws -> ImageInput {
        if ImageInput.isArray(input) { return try ImageInput(array: input[0], for: network) }
        let channels = network.input.channels
        let normalisation: Normalisation
        if let mean, let deviation {
            normalisation = Normalisation(
                mean: try mean.values(channels: channels, option: "--mean"),
                deviation: try deviation.values(channels: channels, option: "--deviation"))
        } else if unnormalised {
            normalisation = Normalisation(
                mean: Array(repeating: 0, count: channels), deviation: Array(repeating: 1, count: channels))
        } else if let mean = contract?.mean, let deviation = contract?.deviation {
            normalisation = Normalisation(mean: mean, deviation: deviation)
        } else {
            throw OutputError(
                "\(weights) does not say how its images were normalised; give --mean and --deviation "
                    + "(0.485,0.456,0.406 and 0.229,0.224,0.225 are ImageNet's), or --unnormalised for values of 0...1."
            )
        }
        return try ImageInput(files: input, normalisation, skipsDamaged: skipCorrupt, for: network)
    }
}
