// What a training would take, as `show --mode train` prints it: steps and memory, planned exactly, before any is taken.

import Descriptions
import Networks
import ProxyTraining
import Recipes
import Rendering

/// A run that was admitted, or without data the memory of its steps.
struct TrainingPlanReport {
    let network: Network
    let stretch: TrainingStretch
    let footprint: TrainingFootprint
    /// The images, where they are known.
    let data: TrainingData?

    private var parameterBytes: Int { footprint.parameters + footprint.optimiser }

    private var stepsPerEpoch: Int? { data.map { $0.training / stretch.recipe.imagesPerStep } }

    /// One flat object.
    var markup: Markup {
        .block(
            [
                ("network", .text(network.architecture.name)),
                ("resolution", .whole(network.dimensions.resolution)),
                ("batch", .whole(stretch.recipe.imagesPerStep)),
                ("optimizer", .text(optimiser)),
            ] + dataMembers + [
                ("activation_bytes", .whole(footprint.activations)),
                ("parameter_bytes", .whole(parameterBytes)), ("average_bytes", .whole(footprint.average)),
                ("batch_bytes", .whole(footprint.batch)), ("image_bytes", .whole(footprint.images)),
                ("judging_bytes", .whole(footprint.evaluation)), ("saving_bytes", .whole(footprint.saving)),
                ("memory_bytes", .whole(footprint.bytes)),
            ])
    }

    private var dataMembers: [Markup.Entry] {
        guard let data, let stepsPerEpoch else { return [] }
        return [
            ("data", .text(data.name)), ("classes", .whole(data.classes)),
            ("images", .whole(data.training)), ("validation_images", .whole(data.validation)),
            ("test_images", .whole(data.test)), ("epochs", .whole(stretch.epochs)),
            ("steps_per_epoch", .whole(stepsPerEpoch)), ("steps", .whole(stepsPerEpoch * stretch.epochs)),
        ]
    }

    private var optimiser: String { stretch.recipe.optimizer.rawValue }

    /// Images and steps in a line, and the memory in a table.
    var text: String {
        var lines = [
            "\(network.architecture.name) at \(network.dimensions.resolution) pixels, batch \(stretch.recipe.imagesPerStep)"
        ]
        if let data, let stepsPerEpoch {
            lines.append(
                "\(data.training.grouped) images of \(data.name), \(data.classes) classes, "
                    + "\(data.validation.grouped) held out, \(data.test.grouped) to test")
            lines.append(
                "\(stretch.epochs) epoch\(stretch.epochs == 1 ? "" : "s") of \(stepsPerEpoch.grouped) steps")
        }
        return lines.joined(separator: "\n") + "\n\n" + table
    }

    private var table: String {
        var table = TextTable(["memory of training", ""])
        for (what, bytes) in [
            ("activations, their gradients, scratch", footprint.activations),
            ("parameters, gradients, \(optimiser)'s state", parameterBytes),
            ("running average", footprint.average), ("images of a step", footprint.batch),
            ("all images", footprint.images),
            ("judging or saving", max(footprint.evaluation, footprint.saving)),
        ] where bytes > 0 {
            table.append([what, bytes.bytes])
        }
        table.append(["together", footprint.bytes.bytes])
        return table.rendered
    }
}
