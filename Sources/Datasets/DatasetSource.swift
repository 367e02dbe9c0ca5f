// Which data set a user means: a known name, `shapes` with parameters, or a path.

import Foundation

/// A data set that is known by name and kept in its own files.
package enum PublishedDataset: String, CaseIterable, Hashable, Sendable {
    /// Fashion-MNIST (Xiao et al. 2017), 28×28 grey.
    case fashionMNIST = "fashion-mnist"
    /// MNIST (LeCun et al. 1998), 28×28 grey.
    case mnist = "mnist"
    /// CIFAR-10 (Krizhevsky 2009), 32×32 RGB.
    case cifar10 = "cifar-10"
    /// CIFAR-100 with its fine labels, 32×32 RGB.
    case cifar100 = "cifar-100"

    /// The names of the classes; those of CIFAR-100 stand in its files.
    var classes: [String] {
        switch self {
        case .fashionMNIST:
            [
                "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                "Ankle boot",
            ]
        case .mnist: (0..<10).map(String.init)
        case .cifar10:
            [
                "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
            ]
        case .cifar100: (0..<100).map(String.init)
        }
    }

    /// The folders that its archive unpacks to or other tools keep it in, within the folder it is looked for
    /// in.
    var folders: [String] {
        switch self {
        case .fashionMNIST: ["fashion-mnist", "FashionMNIST/raw"]
        case .mnist: ["mnist", "MNIST/raw"]
        case .cifar10: ["cifar-10", "cifar-10/cifar-10-batches-bin", "cifar-10-batches-bin"]
        case .cifar100: ["cifar-100", "cifar-100/cifar-100-binary", "cifar-100-binary"]
        }
    }

    /// How to get it, in the words of the running command.
    func remedy(_ wording: DatasetWording) -> String {
        let drawn = "or use \(wording.data)shapes"
        let own = "\(wording.data)\(rawValue):FOLDER"
        return switch self {
        case .fashionMNIST: "install it with apt-get install dataset-fashion-mnist, \(drawn)"
        case .mnist:
            "download its four files from https://storage.googleapis.com/cvdf-datasets/mnist and give their "
                + "folder as \(own), \(drawn)"
        case .cifar10, .cifar100:
            "download and unpack \(rawValue)-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html "
                + "and give its folder as \(own), \(drawn)"
        }
    }
}

/// Where a data set comes from.
///     try DatasetSource("shapes:size=24,frequency=8")
package enum DatasetSource: Hashable, Sendable {
    /// A known one, in a given folder or in the usual places.
    case published(PublishedDataset, folder: String?)
    /// The embedded one.
    case shapes(Shapes)
    /// A folder, or a file in it: IDX, CIFAR, or class folders of images.
    case path(String)

    /// Reads `fashion-mnist`, `mnist`, `cifar-10`, `cifar-100`, each perhaps followed by `:FOLDER`; `shapes`
    /// or `shapes:PARAMETERS`; anything else is a path.
    package init(_ text: String) throws(DatasetError) {
        let words = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = words.first.map(String.init) ?? ""
        let rest = words.count > 1 ? String(words[1]) : nil
        if name == "shapes" {
            self = .shapes(try Shapes(rest ?? ""))
        } else if let published = PublishedDataset(rawValue: name) {
            if rest == "" {
                throw DatasetError(
                    text, "no folder follows the colon; write \(name) or \(name):FOLDER.")
            }
            self = .published(published, folder: rest)
        } else if text.isEmpty {
            throw DatasetError("--data", "it is empty; name a data set (\(DatasetSource.names)) or a folder.")
        } else {
            self = .path(text)
        }
    }

    /// The names that `init(_:)` knows.
    package static let names = (PublishedDataset.allCases.map(\.rawValue) + ["shapes"])
        .joined(separator: ", ")
}
