// compound run: a network with given weights on given images.

import ArgumentParser
import ConvolutionKernels
import ModelExchange
import NetworkExecution
import Networks
import TensorFiles

/// Runs a network on images from a file.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a network with weights from a file on images from a file.",
        discussion: """
            Weights are safetensors with timm's names, batch norms not folded, as timm saves them. Images \
            are float32 in npy, N×channels×height×width, already normalised as the weights expect. Logits \
            go to --output as N×classes; the most likely classes of each image are printed.

            EXAMPLES
              compound run efficientnet-b0 --weights b0.safetensors --input x.npy --output logits.npy
              compound run resnet-18 --width 0.25 --classes 10 --resolution 40 --weights w.safetensors \
            --input x.npy --top 3 --format json
            """)

    @OptionGroup var network: NetworkOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var execution: ExecutionOptions

    @Option(help: ArgumentHelp("Weights with timm's names, a safetensors file.", valueName: "file"))
    var weights: String

    @Option(help: ArgumentHelp("Images, an npy file of N×channels×height×width floats.", valueName: "file"))
    var input: String

    @Option(
        name: [.short, .long], help: ArgumentHelp("Write the logits to this npy file.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Print so many classes an image.", valueName: "k"))
    var top = 5

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        guard top >= 1 else {
            throw ValidationError("--top \(top) is out of range; give 1 or more classes.")
        }
    }

    func run() throws {
        let network = try network.realised(store: store.store)
        let instructionSet = try execution.chosenInstructionSet()
        try network.checkMemory()
        let images = try NumpyArray(contentsOf: input)
        try check(images.shape, of: network)
        let compiled = try CompiledNetwork(
            network, weights: NetworkWeights(timm: weights, for: network), threads: execution.threads ?? 1,
            instructionSet: instructionSet)
        let logits = try compiled.logits(of: images)
        if let output {
            try logits.write(to: output)
            Output.note("wrote \(output)")
        }
        let report = RunReport(logits, top: top)
        try Output.print(format == .json ? report.markup.json : report.text)
    }

    /// Throws unless the images are what the network takes.
    private func check(_ shape: [Int], of network: Network) throws {
        let image = network.input
        let wanted = [image.channels, image.height, image.width]
        guard shape.count == 4, Array(shape.dropFirst()) == wanted else {
            throw OutputError(
                "\(input): the array is \(shape.asShape), but \(network.architecture.name) takes "
                    + "N×\(wanted.asShape); give images of that shape, or --resolution and --channels.")
        }
        guard shape[0] > 0 else {
            throw OutputError("\(input): the array holds no image; give one or more.")
        }
    }
}

extension CompiledNetwork {
    /// The logits of images in the order image, channel, row, column, computed one image at a time.
    fileprivate func logits(of images: NumpyArray) throws -> NumpyArray {
        let shape = network.input
        var logits: [Float] = []
        for image in 0..<images.shape[0] {
            let values = images.values[image * shape.elements..<(image + 1) * shape.elements]
            logits +=
                run(
                    Tensor(
                        nchw: values, batch: 1, height: shape.height, width: shape.width,
                        channels: shape.channels)
                ).values
        }
        guard let bad = logits.firstIndex(where: { !$0.isFinite }) else {
            return NumpyArray(shape: [images.shape[0], network.architecture.classes], values: logits)
        }
        throw OutputError(
            "the logits of image \(bad / network.architecture.classes) exceed the range of floats; "
                + "check that weights and images are scaled as they were in training.")
    }
}
