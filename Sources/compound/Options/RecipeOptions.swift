// The recipe of a training run, as flags.

import ArgumentParser
import Recipes

/// Flags that make the first phase of a recipe, with `--batch`, which `show` has for an inference too; what is not given is as usual.
struct RecipeOptions: ParsableArguments {
    private static let usual = TrainingRecipe(pretraining: .init(epochs: 2))

    @Option(help: ArgumentHelp("Passes over the training images.", valueName: "n"))
    var epochs = Self.usual.pretraining.epochs

    @Option(help: ArgumentHelp("The highest learning rate.", valueName: "r"))
    var rate = Self.usual.rate

    @Option(help: "one-cycle, cosine, constant, or exponential as in the EfficientNet paper.")
    var schedule = Self.usual.schedule

    @Option(help: "sgd (Nesterov momentum 0.9) or rmsprop (0.9, momentum 0.9, epsilon 0.001).")
    var optimizer = Self.usual.optimizer

    @Option(help: ArgumentHelp("Weight decay.", valueName: "d"))
    var weightDecay = Self.usual.weightDecay

    @Flag(help: "Spare biases and batch norms from weight decay.")
    var decayWeightsOnly = false

    @Option(help: ArgumentHelp("Probability spread over all classes.", valueName: "p"))
    var labelSmoothing = Self.usual.labelSmoothing

    @Option(help: ArgumentHelp("Rate of dropout before the classifier.", valueName: "p"))
    var dropout = 0.0

    @Option(help: ArgumentHelp("Rate of stochastic depth at the last block.", valueName: "p"))
    var dropPath = 0.0

    @Option(
        help: ArgumentHelp("Average the weights, keeping this much a step, such as 0.999.", valueName: "k"))
    var ema: Double?

    @Flag(inversion: .prefixedNo, help: "Mirror images at random.")
    var flip = Self.usual.flips

    @Option(help: ArgumentHelp("Move images at random by up to so many pixels.", valueName: "px"))
    var shift = Self.usual.shift

    @Option(help: ArgumentHelp("Seed of weights, order and augmentation.", valueName: "s"))
    var seed: UInt64 = 0

    /// The run that is asked for, with steps of so many images.
    func stretch(batch: Int, images: Int? = nil, validation: Int = 0) -> TrainingStretch {
        var recipe = Self.usual
        recipe.pretraining.epochs = epochs
        recipe.batch = batch
        recipe.rate = rate
        recipe.schedule = schedule
        recipe.optimizer = optimizer
        recipe.weightDecay = weightDecay
        recipe.decaysVectors = !decayWeightsOnly
        recipe.labelSmoothing = labelSmoothing
        recipe.dropout = dropout
        recipe.dropPath = dropPath
        recipe.averageDecay = ema
        recipe.flips = flip
        recipe.shift = shift
        recipe.images = images
        recipe.validation = validation
        return TrainingStretch(pretraining: recipe, seed: seed)
    }

    /// The run where no flag is given.
    static func usual(batch: Int) -> TrainingStretch {
        var recipe = usual
        recipe.batch = batch
        recipe.validation = 0
        recipe.dropout = 0
        recipe.dropPath = 0
        return TrainingStretch(pretraining: recipe, seed: 0)
    }

    func validate() throws {
        try check("epochs", epochs, in: TrainingRecipe.epochRange)
        try check("rate", rate, in: TrainingRecipe.rateRange)
        try check("weight-decay", weightDecay, in: TrainingRecipe.shareRange)
        try check("label-smoothing", labelSmoothing, in: TrainingRecipe.shareRange)
        try check("dropout", dropout, in: TrainingRecipe.shareRange)
        try check("drop-path", dropPath, in: TrainingRecipe.shareRange)
        try check("ema", ema, in: TrainingRecipe.shareRange)
        try check("shift", shift, in: TrainingRecipe.shiftRange)
    }
}

extension OptimiserName: ExpressibleByArgument {}

extension Schedule: ExpressibleByArgument {}
