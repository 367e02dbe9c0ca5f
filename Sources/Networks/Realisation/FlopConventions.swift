// "FLOPs" have been published by at least five countings of the same network. Here they stand side by side.

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
    /// Multiplications and additions apart: TensorFlow's profiler.
    case twiceMacs = "twice_macs"

    /// What is counted, in words.
    package var meaning: String {
        switch self {
        case .macs: "macs"
        case .macsAndBiases: "macs + bias adds"
        case .macsAndActivations: "macs + activations"
        case .macsAndNorms: "macs + 2·norms + pooled"
        case .twiceMacs: "2·macs"
        }
    }

    /// Who counts so.
    package var users: String {
        switch self {
        case .macs: "torchvision"
        case .macsAndBiases: "pycls"
        case .macsAndActivations: "the EfficientNet paper"
        case .macsAndNorms: "fvcore, timm's tables"
        case .twiceMacs: "TensorFlow's profiler"
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
            case .twiceMacs: cost.macs * 2
            }
        if flops.overflowed { throw .overflow }
        return flops.value
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
