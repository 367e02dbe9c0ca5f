// What `run` reads: an npy file as it is, or PNG and JPEG files, prepared as images are for training.

import ArgumentParser
import ConvolutionKernels
import Datasets
import Foundation
import ModelExchange
import Networks
import Rendering
import TensorFiles

/// Images on their way into a network, read one at a time.
struct ImageInput {
    private enum Source {
        case array(NumpyArray)
        case files([String], Normalisation, skipsDamaged: Bool)
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
        let files = try paths.flatMap { try ImageInput.files(at: $0) }
        source = .files(files, normalisation, skipsDamaged: skipsDamaged)
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
                do {
                    image = try tensor(file, normalisation)
                } catch  where skipsDamaged {
                    skipped.append("\(error)")
                    continue
                }
                try body(file, image)
            }
        }
        return skipped
    }

    private func tensor(_ file: String, _ normalisation: Normalisation) throws -> Tensor {
        let shape = network.input
        let decoded = try DecodedImage(bytes: ImageInput.bytes(of: file), file: file)
        guard min(decoded.width, decoded.height) >= shape.height else {
            throw OutputError(
                "\(file): it has \(decoded.width)×\(decoded.height) px, less than the \(shape.height) of "
                    + "\(network.architecture.name), and images are never scaled up; give a larger one, or leave it out "
                    + "with --skip-corrupt.")
        }
        let scaled = try ScaledImages(
            decoded.centreSquare(channels: shape.channels), resolution: shape.height,
            normalisation: normalisation)
        return Tensor(
            batch: 1, height: shape.height, width: shape.width, channels: shape.channels,
            values: scaled.values)
    }

    /// A file itself, or all files below a folder by name, hidden ones left out.
    private static func files(at path: String, depth: Int = 0) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw OutputError("\(path): there is no such file; check the path.")
        }
        guard isFolder.boolValue else { return [path] }
        guard depth < 16 else {
            throw OutputError(
                "\(path): it lies 16 folders deep, as links in a circle do; name a folder in it.")
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw OutputError("\(path): the folder cannot be listed; check its permissions.")
        }
        let files = try names.filter { !$0.hasPrefix(".") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .flatMap {
                try ImageInput.files(at: path + (path.hasSuffix("/") ? "" : "/") + $0, depth: depth + 1)
            }
        guard !files.isEmpty else {
            throw OutputError("\(path): the folder is empty; put PNG or JPEG files into it.")
        }
        return files
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw OutputError("\(path): this is no regular file; save it to disk first.")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw OutputError("\(path): the file cannot be read; check its permissions.")
        }
        return Array(data)
    }
}

extension DecodedImage {
    /// The centre square, in grey or RGB.
    fileprivate func centreSquare(channels: Int) -> LabelledImages {
        let side = min(width, height)
        let (left, top) = ((width - side) / 2, (height - side) / 2)
        var values: [UInt8] = []
        values.reserveCapacity(side * side * channels)
        for y in top..<top + side {
            let row = (y * width + left) * 3
            if channels == 3 {
                values += pixels[row..<row + side * 3]
            } else {
                // Luma in 65536ths, as Pillow computes it; grey stays what it is.
                for x in stride(from: row, to: row + side * 3, by: 3) {
                    let sum = 19595 * Int(pixels[x]) + 38470 * Int(pixels[x + 1]) + 7471 * Int(pixels[x + 2])
                    values.append(UInt8((sum + 0x8000) >> 16))
                }
            }
        }
        return LabelledImages(height: side, width: side, channels: channels, pixels: values, labels: [0])
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
