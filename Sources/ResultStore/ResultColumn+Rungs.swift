// The columns of the views `rungs` and `epochs`.

extension ResultColumn {
    /// The columns of the view `rungs`, in its order.
    static let ofRungs = identityOfRungs + waysOfRungs + resultsOfRungs

    /// The columns of the view `epochs`, in its order.
    static let ofEpochs = [
        ResultColumn("id", "number of the rung", place: 1),
        ResultColumn("epoch", "counted from 1 through all rungs of the trial", place: 4),
        ResultColumn("trial", "number of the trial that asked", place: 2), study, studyName, network,
        networkHash,
        training, trainer, phase.at(nil), seed.at(3),
        ResultColumn(
            "training_loss", "mean loss on the training images", better: .lower, comparable: .training,
            place: 5, whenUnknown: .hidden),
        ResultColumn(
            "training_accuracy", "share of training images classified rightly", better: .higher,
            comparable: .training, place: 6, whenUnknown: .hidden),
        ResultColumn(
            "validation_loss", "mean cross-entropy on the validation images", better: .lower,
            comparable: .training, place: 7, whenUnknown: .hidden),
        ResultColumn(
            "validation_accuracy", "share of validation images classified rightly", better: .higher,
            comparable: .training, place: 8, whenUnknown: .hidden),
        imagesPerSecond.at(9),
        ResultColumn("seconds", "time of the epoch", unit: "s", better: .lower, place: 10),
    ]

    private static let phase = ResultColumn("phase", "pretrain or fine_tune", place: 10)
    private static let seed = ResultColumn(
        "seed", "seed of weights, order and augmentation, counted from 1", place: 11)
    private static let imagesPerSecond = ResultColumn(
        "images_per_second", "images trained on per second", better: .higher, place: 18, spare: 1,
        whenUnknown: .hidden)

    private static let identityOfRungs = [
        ResultColumn("id", "number of the rung", place: 1),
        ResultColumn("trial", "number of the trial that asked", place: 2), study, studyName, network,
        networkHash,
        costLevel.at(3), alpha.at(4), beta.at(5), gamma.at(8), phi.at(9), alphaStages.at(6),
        betaStages.at(7), resolution.at(nil), blocks,
        macs.at(nil), parameters.at(nil),
    ]

    private static let waysOfRungs = [
        training, trainer, ResultColumn("recipe", "the recipe as text"), data,
        ResultColumn("instruction_set", "instruction set of the training, where it is known"), phase,
        ResultColumn("rung", "0 for pre-training, then counted through fine-tuning"), seed,
        ResultColumn("start_epochs", "epochs behind the weights that it continued from"),
        ResultColumn("epochs", "epochs behind the trial at its end", place: 12),
        ResultColumn("final", "1 for the last rung, after which test images are looked at"),
    ]

    private static let resultsOfRungs = [
        ResultColumn("state", "complete or failed", place: 19, usual: .text("complete")),
        ResultColumn("reason", "why it failed", place: 20, whenUnknown: .hidden),
        ResultColumn(
            "set_aside", "why a person set the trial aside, after which the rung does not count", place: 21,
            whenUnknown: .hidden),
        ResultColumn(
            "accuracy", "share of validation images classified rightly", better: .higher,
            comparable: .training, place: 13, whenUnknown: .hidden),
        ResultColumn(
            "balanced_accuracy", "mean of the classes' accuracies", better: .higher, comparable: .training,
            place: 14, spare: 5, whenUnknown: .hidden),
        ResultColumn(
            "most_common_share", "share of validation images in the most common class",
            comparable: .training),
        ResultColumn("class_accuracies", "accuracy of each class, as JSON"),
        ResultColumn("note", "what a person should know about the result", place: 22, whenUnknown: .hidden),
        ResultColumn(
            "loss", "mean cross-entropy on the validation images", better: .lower, comparable: .training,
            place: 15, spare: 4, whenUnknown: .hidden),
        ResultColumn(
            "test_accuracy", "share of test images classified rightly, of finalists", better: .higher,
            comparable: .training, place: 16, whenUnknown: .hidden),
        ResultColumn("validation_images", "images that accuracy was measured on"),
        ResultColumn("initialisation_seed", "seed of the initial weights"),
        ResultColumn("order_seed", "seed of the order of images and of augmentation"),
        ResultColumn("split_seed", "seed of the split into training and validation images"),
        ResultColumn("precision", "what the network computed in"),
        ResultColumn("seconds", "time of the rung", unit: "s", better: .lower, place: 17, spare: 2),
        imagesPerSecond,
        ResultColumn("weights", "file of the weights, from the store's folder"), processor, cores, system,
        machine,
        ResultColumn("tool_version", "version of the tool that trained"),
        ResultColumn("attempt", "0, and counted up each time the network is set aside"),
        ResultColumn("reused_from", "number of the rung of another version that this one copies"),
        ResultColumn("trained_at", "when it ended, UTC"),
    ]
}
