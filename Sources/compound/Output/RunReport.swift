// The classes that `run` prints.

import Descriptions
import Foundation
import Rendering
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
    private let files: [String]?
    private let classNames: [String]?

    /// A report of N×classes logits; files name the images, and names the classes, where they are known.
    init(_ logits: NumpyArray, top: Int, files: [String]? = nil, classNames: [String]? = nil) {
        self.files = files
        self.classNames = classNames
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
                let file: [Markup.Entry] = files.map { [("file", .text($0[index]))] } ?? []
                let top = Markup.list(guesses.map { .row(members(of: $0)) })
                return .block([("image", .whole(index))] + file + [("top", top)])
            })
    }

    private func members(of guess: Guess) -> [Markup.Entry] {
        let name: [Markup.Entry] = classNames.map { [("name", .text($0[guess.label]))] } ?? []
        return [("class", .whole(guess.label))] + name + [
            ("logit", .literal("\(guess.logit)")), ("probability", .number(guess.probability)),
        ]
    }

    /// A row for each class of each image.
    var text: String {
        var table = TextTable(
            ["image", "class"] + (classNames == nil ? [] : ["name"]) + ["logit", "probability"])
        for (index, guesses) in images.enumerated() {
            for (rank, guess) in guesses.enumerated() {
                let image = rank == 0 ? files?[index].onOneLine ?? "\(index)" : ""
                table.append(
                    [image, "\(guess.label)"] + (classNames.map { [$0[guess.label].onOneLine] } ?? []) + [
                        String(format: "%.5g", guess.logit), guess.probability.digits(4),
                    ])
            }
        }
        return table.rendered
    }
}

extension String {
    /// This text without control characters, since names of files and classes may hold any.
    fileprivate var onOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
