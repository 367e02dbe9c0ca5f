// The stem of weights for images of other channels, adapted as timm does it.

import Networks
import TensorFiles

/// A file's tensors with the stem made to fit a network's channels.
struct AdaptedStem {
    /// The tensors, all others as they were.
    private(set) var tensors: Safetensors
    /// The channels of the file's images, where they are not the network's and the stem was adapted.
    private(set) var channels: Int?
    private let wanted: Int

    /// Adapts the stem among tensors of these names by timm's rule (`adapt_input_conv`): to one channel by the sum
    /// over all, from three to others by repeating them at 3/channels of their weight, so that a grey image gives
    /// what it gave as RGB, and from one channel likewise. Throws where the channels are none of these; `file` is the
    /// name in the error.
    init(
        _ tensors: Safetensors, _ names: [[ParameterName]], file: String, for network: Network
    ) throws(WeightsError) {
        self.tensors = tensors
        wanted = network.architecture.channels
        guard let name = names.first?.first,
            let index = tensors.tensors.firstIndex(where: { $0.name == name.module + ".weight" }),
            case let old = tensors.tensors[index], old.shape.count == 4, case let own = old.shape[1],
            own != wanted, own > 0
        else { return }
        guard wanted == 1 || own == 1 || own == 3 else {
            throw WeightsError(
                "\(file): its stem reads images of \(own) channels, and \(network.architecture.name) takes "
                    + "\(wanted); stems are adapted from 1 or 3 channels to others and from any to 1, so give "
                    + "--channels \(own) or other weights.")
        }
        channels = own
        self.tensors.tensors[index] = wanted == 1 ? old.channelSum : old.repeated(to: wanted)
    }

    /// What was done, in a file of this name.
    func notes(_ file: String) -> [String] {
        guard let channels else { return [] }
        let how = wanted == 1 ? "summed over them" : "repeated, at \(channels)/\(wanted) of their value"
        return [
            "note: \(file) is of images of \(channels) channel\(channels == 1 ? "" : "s") and the network of "
                + "\(wanted): the stem's weights are \(how)."
        ]
    }
}

extension NamedTensor {
    /// The weights of one channel that are the sums over all.
    fileprivate var channelSum: NamedTensor {
        let channels = shape[1]
        return weights(of: 1) { weight, _ in (0..<channels).reduce(0) { $0 + weight($1) } }
    }

    /// The weights of so many channels, each a channel's of this tensor in turn, at the same sum.
    fileprivate func repeated(to wanted: Int) -> NamedTensor {
        let channels = shape[1]
        let scale = Float(channels) / Float(wanted)
        return weights(of: wanted) { weight, channel in weight(channel % channels) * scale }
    }

    /// The weights of so many channels, each a function of this tensor's channels at the same place.
    private func weights(
        of wanted: Int, _ value: (_ weight: (Int) -> Float, _ channel: Int) -> Float
    ) -> NamedTensor {
        let (channels, area) = (shape[1], shape[2] * shape[3])
        var new: [Float] = []
        new.reserveCapacity(shape[0] * wanted * area)
        for output in 0..<shape[0] {
            for channel in 0..<wanted {
                for place in 0..<area {
                    new.append(value({ values[(output * channels + $0) * area + place] }, channel))
                }
            }
        }
        return NamedTensor(name, shape: [shape[0], wanted] + shape[2...], values: new)
    }
}
