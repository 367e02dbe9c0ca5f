// What `run` reads: an npy file as it is, or PNG and JPEG files, prepared as images are for training.

import ArgumentParser
import ConvolutionKernels
import Datasets
import ModelExchange
import Networks
import Rendering
import TensorFiles

/// Images on their way into a network, read one at a time.
struct ImageInput {
    private enum Source {
        case array(NumpyArray)
        case files([ImageFile], Normalisation, skipsDamaged: Bool)
    }

    private let source: Source
    private let network: Network

    /// Whether paths name an npy file, which is one array of prepared images.
    static func isArray(_ paths: [String]) -> Bool { paths.contains { $0.lowercased().hasSuffix(".npy") } }

    /// The array in an npy file, which has to be what the network takes.
    init(array path: String, for network: Network) throws {
        let image = network.input
        let wanted = [image.channels, image.height, image.width]
        let array = try NumpyArray(contentsOf: path)
        guard array.shape.count == 4, Array(array.shape.dropFirst()) == wanted else {
            throw OutputError(
                "\(path): the array is \(array.shape.asShape), but \(network.architecture.name) takes "
                    + "N×\(wanted.asShape); give images of that shape, or --resolution and --channels.")
        }
        guard array.shape[0] > 0 else {
            throw OutputError("\(path): the array holds no image; give one or more.")
        }
        source = .array(array)
        self.network = network
    }

    /// The files at paths, and those in folders and the folders within; all are opened only when they are run.
    init(files paths: [String], _ normalisation: Normalisation, skipsDamaged: Bool, for network: Network)
        throws
    {
        guard [1, 3].contains(network.input.channels) else {
            throw OutputError(
                "\(network.architecture.name) takes images of \(network.input.channels) channels, and files are grey "
                    + "or RGB; give an npy file.")
        }
        source = .files(try ImageFiles(paths).files, normalisation, skipsDamaged: skipsDamaged)
        self.network = network
    }

    /// Calls `body` with each image and, for files, its path; gives the sentences for what was left out.
    func read(_ body: (String?, Tensor) throws -> Void) throws -> [String] {
        let shape = network.input
        var skipped: [String] = []
        switch source {
        case .array(let array):
            for image in 0..<array.shape[0] {
                let values = array.values[image * shape.elements..<(image + 1) * shape.elements]
                try body(
                    nil,
                    Tensor(
                        nchw: values, batch: 1, height: shape.height, width: shape.width,
                        channels: shape.channels))
            }
        case .files(let files, let normalisation, let skipsDamaged):
            for file in files {
                let image: Tensor
                do throws(DatasetError) {
                    image = try tensor(file, normalisation)
                } catch {
                    guard skipsDamaged else { throw error.or("leave damaged files out with --skip-corrupt") }
                    skipped.append("\(error)")
                    continue
                }
                try body(file.name, image)
            }
        }
        return skipped
    }

    private func tensor(
        _ file: ImageFile, _ normalisation: Normalisation
    ) throws(DatasetError) -> Tensor {
        let shape = network.input
        let image = try file.image(channels: shape.channels, resolution: shape.height, normalisation)
        return Tensor(
            batch: 1, height: shape.height, width: shape.width, channels: shape.channels,
            values: image.values)
    }
}

/// One number of each channel, written `0.485,0.456,0.406`.
struct ChannelValues: ExpressibleByArgument {
    let values: [Float]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        values = parts.compactMap { Float($0) }.filter(\.isFinite)
        if values.count != parts.count { return nil }
    }

    /// The values of so many channels; one value alone is that of all.
    func values(channels: Int, option: String) throws -> [Float] {
        if values.count == 1 { return Array(repeating: values[0], count: channels) }
        guard values.count == channels else {
            throw ValidationError(
                "\(option) has \(values.count) values and the network takes \(channels) channels; give one of each "
                    + "channel, or one for all.")
        }
        return values
    }
}
