// "Parameters" have been published by four countings of the same network, which differ in what they think of batch norms.

/// A way of counting parameters.
package enum ParameterCount: String, CaseIterable, Sendable {
    /// Weights, biases, and batch norms' scales and shifts: what training changes.
    case trainable
    /// Weights and biases once batch norms are folded: what inference needs.
    case folded
    /// Weights and biases alone.
    case withoutNorms = "without_norms"
    /// Running means and variances as well: what a file of weights holds.
    case withStatistics = "with_statistics"

    /// What is counted, in words.
    package var meaning: String {
        switch self {
        case .trainable: "trainable"
        case .folded: "batch norms folded"
        case .withoutNorms: "without batch norms"
        case .withStatistics: "with running statistics"
        }
    }

    /// Who counts so.
    package var users: String {
        switch self {
        case .trainable: "papers, torchvision, timm"
        case .folded: "OpenVINO and other engines"
        case .withoutNorms: "papers on mobile networks"
        case .withStatistics: "Keras, files of weights"
        }
    }
}

extension Network {
    /// This network's parameters by a counting; throws where the count does not fit 64 bits.
    package func parameters(by count: ParameterCount) throws(NetworkError) -> Int {
        let trainable = cost.parameters.value
        // Folding leaves one value a channel where batch norm has two.
        let folded = cost.weightBytes.value / 4
        let channels = trainable - folded
        if cost.overflowed { throw .overflow }
        switch count {
        case .trainable: return trainable
        case .folded: return folded
        case .withoutNorms: return folded - channels
        case .withStatistics:
            let (sum, overflow) = trainable.addingReportingOverflow(2 * channels)
            if overflow { throw .overflow }
            return sum
        }
    }
}
