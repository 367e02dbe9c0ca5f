// What a training run achieved, for people and for programs.

import Descriptions
import Foundation
import Networks
import ProxyTraining
import Rendering

/// The epochs of a run and its test.
struct TrainingReport {
    let network: Network
    let seed: UInt64
    /// The names of the classes, by label.
    let classes: [String]
    /// Accuracy and loss on the test images.
    var test: Evaluation?
    private var epochs: [(EpochReport, validation: Evaluation?)] = []

    /// A report of no epochs yet.
    init(network: Network, seed: UInt64, classes: [String]) {
        self.network = network
        self.seed = seed
        self.classes = classes
    }

    /// Takes in an epoch.
    mutating func add(_ epoch: EpochReport, validation: Evaluation?) { epochs.append((epoch, validation)) }

    /// The last epoch in one line.
    var lastLine: String {
        guard let (epoch, validation) = epochs.last else { return "" }
        let held = validation.map { "  validation \(($0.accuracy * 100).digits(2)) %" } ?? ""
        return "epoch \(epoch.epoch)/\(epoch.epochs)  loss \(epoch.loss.digits(4))  "
            + "training \((epoch.trainingAccuracy * 100).digits(2)) %\(held)  "
            + "\(Int(epoch.imagesPerSecond).grouped) images/s  \(epoch.seconds.digits(1)) s"
    }

    /// The test: accuracy, what to compare it with, and for few classes what became of each.
    var text: String {
        guard let test else { return "" }
        var parts = [
            "test accuracy \(percent(test.accuracy)) (most common class \(percent(test.commonestShare))), "
                + "\(test.hits.grouped) of \(test.count.grouped), loss \(test.loss.digits(4))\n"
                + "balanced accuracy \(percent(test.balancedAccuracy)), the mean of the classes'"
        ]
        if (2...20).contains(test.classes.count) { parts.append(table(test)) }
        if let only = test.onlyPrediction {
            parts.append(
                "Every image was taken for \(name(only)): nothing was learned but which class is common.")
        }
        return parts.joined(separator: "\n\n")
    }

    private func table(_ test: Evaluation) -> String {
        var table = TextTable(["class", "images", "found", "accuracy", "taken for it"])
        for (label, result) in test.classes.enumerated() {
            table.append([
                String(name(label).prefix(50)), result.images.grouped, result.hits.grouped,
                result.recall.map(percent) ?? "", result.predictions.grouped,
            ])
        }
        return table.rendered
    }

    private func name(_ label: Int) -> String { label < classes.count ? classes[label] : "\(label)" }

    private func percent(_ share: Double) -> String { "\((share * 100).digits(2)) %" }

    /// All of it.
    var markup: Markup {
        .block([
            ("network", .text(network.architecture.name)), ("macs", .whole(network.cost.macs.value)),
            ("parameters", .whole(network.cost.parameters.value)), ("seed", .text("\(seed)")),
            (
                "epochs",
                .list(
                    epochs.map { epoch, validation in
                        .block(
                            [
                                ("epoch", .whole(epoch.epoch)), ("loss", .number(epoch.loss)),
                                ("training_accuracy", .number(epoch.trainingAccuracy)),
                                ("rate", .number(epoch.rate)), ("seconds", .number(epoch.seconds)),
                                ("images_per_second", .number(epoch.imagesPerSecond)),
                            ]
                                + (validation.map {
                                    [
                                        ("validation_accuracy", .number($0.accuracy)),
                                        ("validation_loss", .number($0.loss)),
                                        ("validation_balanced_accuracy", .number($0.balancedAccuracy)),
                                    ]
                                } ?? []))
                    })
            ), ("test_accuracy", .number(test?.accuracy ?? .nan)), ("test_loss", .number(test?.loss ?? .nan)),
            ("test_balanced_accuracy", .number(test?.balancedAccuracy ?? .nan)),
            ("test_commonest_class_share", .number(test?.commonestShare ?? .nan)),
            ("test_only_prediction", (test?.onlyPrediction).map { .text(name($0)) } ?? .literal("null")),
            ("test_classes", .list(test.map(classMarkup) ?? [])),
        ])
    }

    private func classMarkup(_ test: Evaluation) -> [Markup] {
        test.classes.enumerated().map { label, result in
            .row([
                ("class", .text(name(label))), ("images", .whole(result.images)),
                ("hits", .whole(result.hits)),
                ("accuracy", .number(result.recall ?? .nan)), ("predictions", .whole(result.predictions)),
            ])
        }
    }
}

/// One line on a terminal while an epoch runs: steps done, time left of the whole run. Nothing in a pipe.
final class EpochProgress {
    private let isTerminal = isatty(2) == 1
    private let start = Date()
    private let epochs: Int
    private let before: Int
    private var epoch: Int
    private var shown = Date.distantPast

    /// Progress of a run of which `done` epochs are done.
    init(epochs: Int, done: Int) {
        self.epochs = epochs
        before = done
        epoch = done
    }

    /// Says that a step of the running epoch is done; draws four times a second at most.
    func show(step: Int, of steps: Int) {
        defer { if step == steps { epoch += 1 } }
        let now = Date()
        guard isTerminal, now.timeIntervalSince(shown) > 0.25 else { return }
        shown = now
        let done = Double(epoch - before) + Double(step) / Double(steps)
        let left = now.timeIntervalSince(start) / done * (Double(epochs - before) - done)
        write(
            "\r\u{1b}[2Kepoch \(epoch + 1)/\(epochs)  step \(step)/\(steps)  \(SearchProgress.clock(left)) left"
        )
    }

    /// Removes the line.
    func clear() {
        if isTerminal { write("\r\u{1b}[2K") }
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
