// "FLOPs" have been published by at least nine countings of the same network. Here they stand side by side.

/// A way of counting that publications call FLOPs.
package enum FlopConvention: String, CaseIterable, Sendable {
    /// Multiply–accumulates of convolutions and linear layers: torchvision.
    case macs
    /// Bias adds as well: pycls.
    case macsAndBiases = "macs_and_biases"
    /// One per output element of convolutions and linear layers as well: the EfficientNet paper.
    case macsAndActivations = "macs_and_activations"
    /// Two per output element of a batch norm and one per element of the pooled tensor as well: fvcore, timm.
    case macsAndNorms = "macs_and_norms"
    /// Bias adds, two per output element of a batch norm and one per activated element as well: ptflops.
    case ptflops
    /// Two per output element of a batch norm as well, and linear layers twice: thop.
    case thop
    /// Multiplications and additions apart: TensorFlow's profiler.
    case twiceMacs = "twice_macs"
    /// One per output element of a batch norm as well: TensorFlow's profiler before norms are folded.
    case twiceMacsAndNorms = "twice_macs_and_norms"
    /// Multiplications and additions of an image of 32 pixels, multiplied by how many of those the image has: Ultralytics.
    case ultralytics

    /// What is counted, in words.
    package var meaning: String {
        switch self {
        case .macs: "macs"
        case .macsAndBiases: "macs + bias adds"
        case .macsAndActivations: "macs + activations"
        case .macsAndNorms: "macs + 2·norms + pooled"
        case .ptflops: "macs + bias adds + 2·norms + activated"
        case .thop: "macs + 2·norms + linear"
        case .twiceMacs: "2·macs"
        case .twiceMacsAndNorms: "2·macs + norms"
        case .ultralytics: "2·macs at 32 pixels, by area"
        }
    }

    /// Who counts so.
    package var users: String {
        switch self {
        case .macs: "torchvision"
        case .macsAndBiases: "pycls"
        case .macsAndActivations: "the EfficientNet paper"
        case .macsAndNorms: "fvcore, timm's tables"
        case .ptflops: "ptflops"
        case .thop: "thop"
        case .twiceMacs: "TensorFlow's profiler"
        case .twiceMacsAndNorms: "TensorFlow, norms unfolded"
        case .ultralytics: "Ultralytics"
        }
    }
}

extension Network {
    /// This network by a convention; throws where the count does not fit 64 bits.
    package func flops(by convention: FlopConvention) throws(NetworkError) -> Int {
        let flops =
            switch convention {
            case .macs: cost.macs
            case .macsAndBiases: cost.macs + cost.biasAdds
            case .macsAndActivations: cost.macs + cost.activations
            case .macsAndNorms: cost.macs + cost.normElements * 2 + pooledElements
            case .ptflops: cost.macs + cost.biasAdds + cost.normElements * 2 + activatedElements
            case .thop: cost.macs + cost.normElements * 2 + linearMacs
            case .twiceMacs: cost.macs * 2
            case .twiceMacsAndNorms: cost.macs * 2 + cost.normElements
            case .ultralytics: macsByArea * 2
            }
        if flops.overflowed { throw .overflow }
        return flops.value
    }

    /// Elements that pass an activation function.
    private var activatedElements: Exact {
        layers.reduce(0) { $0 + $1.operation.activatedElements(of: $1.output.shape) }
    }

    /// Macs of linear layers.
    private var linearMacs: Exact {
        layers.reduce(0) { sum, layer in
            guard case .linear = layer.operation else { return sum }
            return sum + layer.cost.macs
        }
    }

    /// Macs as if what works on pooled channels were done for every 32×32 pixels of the image.
    private var macsByArea: Exact {
        var (ofPixels, ofPooled) = (Exact(0), Exact(0))
        var isPooled = false
        for layer in layers {
            switch layer.operation {
            case .globalAveragePool: isPooled = true
            case .squeezeExcitation, .scalarGate: ofPooled = ofPooled + layer.cost.macs
            default:
                if isPooled {
                    ofPooled = ofPooled + layer.cost.macs
                } else {
                    ofPixels = ofPixels + layer.cost.macs
                }
            }
        }
        let multiplied = ofPooled * input.height * input.width
        var byArea = Exact(multiplied.value / (32 * 32))
        if multiplied.overflowed { byArea = multiplied }
        return ofPixels + byArea
    }

    /// Elements that the global pooling before the classifier reads.
    private var pooledElements: Exact {
        layers.reduce(0) { sum, layer in
            guard case .globalAveragePool = layer.operation else { return sum }
            let shape = layer.input.shape
            return sum + Exact(shape.height) * shape.width * shape.channels
        }
    }
}

extension Operation {
    /// Elements that pass an activation function on the way to an output of this shape.
    fileprivate func activatedElements(of output: Shape) -> Exact {
        let elements = Exact(output.height) * output.width * output.channels
        return switch self {
        case .convolution(let convolution): convolution.activation == .identity ? 0 : elements
        case .squeezeExcitation(let gate):
            Exact(gate.activation == .identity ? 0 : gate.squeezed) + Exact(gate.channels)
        case .scalarGate: 1
        case .add(let activation): activation == .identity ? 0 : elements
        case .maxPool, .averagePool, .globalAveragePool, .linear: 0
        }
    }
}
