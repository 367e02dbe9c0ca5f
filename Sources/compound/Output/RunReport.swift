// The classes that `run` prints.

import Descriptions
import Foundation
import TensorFiles

/// The most likely classes of each image.
struct RunReport {
    /// One class of one image.
    private struct Guess {
        let label: Int
        let logit: Float
        let probability: Double
    }

    private let images: [[Guess]]

    /// A report of N×classes logits.
    init(_ logits: NumpyArray, top: Int) {
        let classes = logits.shape[1]
        images = (0..<logits.shape[0]).map { image in
            let row = Array(logits.values[image * classes..<(image + 1) * classes])
            let order = row.indices.sorted { (-row[$0], $0) < (-row[$1], $1) }
            let largest = Double(row[order[0]])
            let sum = row.reduce(0) { $0 + exp(Double($1) - largest) }
            return order.prefix(top).map {
                Guess(label: $0, logit: row[$0], probability: exp(Double(row[$0]) - largest) / sum)
            }
        }
    }

    /// One object an image, its classes from the most likely on.
    var markup: Markup {
        .list(
            images.enumerated().map { index, guesses in
                .block([
                    ("image", .whole(index)),
                    (
                        "top",
                        .list(
                            guesses.map {
                                .row([
                                    ("class", .whole($0.label)), ("logit", .literal("\($0.logit)")),
                                    ("probability", .number($0.probability)),
                                ])
                            })
                    ),
                ])
            })
    }

    /// A row for each class of each image.
    var text: String {
        var table = TextTable(["image", "class", "logit", "probability"])
        for (index, guesses) in images.enumerated() {
            for (rank, guess) in guesses.enumerated() {
                table.append([
                    rank == 0 ? "\(index)" : "", "\(guess.label)", String(format: "%.5g", guess.logit),
                    guess.probability.digits(4),
                ])
            }
        }
        return table.rendered
    }
}
