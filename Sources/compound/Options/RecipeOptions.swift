// The recipe of a training run, as flags.

import ArgumentParser
import ProxyTraining
import Recipes

/// Flags that make a `TrainingOptions`.
struct RecipeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Passes over the training images.", valueName: "n"))
    var epochs = 2

    @Option(help: ArgumentHelp("Images of a step.", valueName: "n"))
    var batch = 128

    @Option(help: ArgumentHelp("The highest learning rate.", valueName: "r"))
    var rate = 0.4

    @Option(help: "one-cycle, cosine, constant, or exponential as in the EfficientNet paper.")
    var schedule = Schedule.oneCycle

    @Option(help: "sgd (Nesterov momentum 0.9) or rmsprop (0.9, momentum 0.9, epsilon 0.001).")
    var optimizer = OptimiserName.sgd

    @Option(help: ArgumentHelp("Weight decay.", valueName: "d"))
    var weightDecay = 5e-4

    @Flag(help: "Spare biases and batch norms from weight decay.")
    var decayWeightsOnly = false

    @Option(help: ArgumentHelp("Probability spread over all classes.", valueName: "p"))
    var labelSmoothing = 0.1

    @Option(help: ArgumentHelp("Rate of dropout before the classifier.", valueName: "p"))
    var dropout = 0.0

    @Option(help: ArgumentHelp("Rate of stochastic depth at the last block.", valueName: "p"))
    var dropPath = 0.0

    @Option(
        help: ArgumentHelp("Average the weights, keeping this much a step, such as 0.999.", valueName: "k"))
    var ema: Double?

    @Flag(inversion: .prefixedNo, help: "Mirror images at random.")
    var flip = true

    @Option(help: ArgumentHelp("Move images at random by up to so many pixels.", valueName: "px"))
    var shift = 0

    @Option(help: ArgumentHelp("Seed of weights, order and augmentation.", valueName: "s"))
    var seed: UInt64 = 0

    /// The recipe.
    var options: TrainingOptions {
        var options = TrainingOptions()
        options.epochs = epochs
        options.batch = batch
        options.rate = rate
        options.schedule = schedule
        options.rule = Optimiser.Rule(optimizer)
        options.decay = weightDecay
        options.decaysVectors = !decayWeightsOnly
        options.labelSmoothing = labelSmoothing
        options.dropout = dropout
        options.dropPath = dropPath
        options.averageKeep = ema
        options.flip = flip
        options.shift = shift
        options.seed = seed
        return options
    }

    func validate() throws {
        try check("epochs", epochs, in: TrainingRecipe.epochRange)
        try check("batch", batch, in: TrainingRecipe.batchRange)
        try check("rate", rate, in: TrainingRecipe.rateRange)
        try check("weight-decay", weightDecay, in: TrainingRecipe.shareRange)
        try check("label-smoothing", labelSmoothing, in: TrainingRecipe.shareRange)
        try check("dropout", dropout, in: TrainingRecipe.shareRange)
        try check("drop-path", dropPath, in: TrainingRecipe.shareRange)
        try check("ema", ema, in: TrainingRecipe.shareRange)
        try check("shift", shift, in: TrainingRecipe.shiftRange)
        do {
            try options.check()
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

extension OptimiserName: ExpressibleByArgument {}

extension Schedule: ExpressibleByArgument {}
