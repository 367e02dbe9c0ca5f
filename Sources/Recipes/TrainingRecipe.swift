// How a candidate is trained: one recipe for all of them, or their accuracies say nothing about the networks.

/// Everything that decides a network's trained weights besides the network, the images and the seed.
package struct TrainingRecipe: Hashable, Sendable {
    /// The first, short phase, which every candidate goes through.
    package struct Pretraining: Hashable, Sendable {
        /// Passes over its images.
        package var epochs: Int
        /// How many of the training images it sees, the first ones, or nil for all that the recipe uses.
        package var images: Int?

        /// A phase.
        package init(epochs: Int, images: Int? = nil) {
            self.epochs = epochs
            self.images = images
        }
    }

    /// The second, longer phase at a lower rate, which continues from the weights of the first.
    package struct FineTuning: Hashable, Sendable {
        /// Passes over the training images, beyond those of the first phase.
        package var epochs: Int
        /// Its peak learning rate as a share of the recipe's.
        package var rate: Double

        /// A phase; at a tenth of the rate unless told otherwise.
        package init(epochs: Int, rate: Double = 0.1) {
            self.epochs = epochs
            self.rate = rate
        }
    }

    /// The first phase.
    package var pretraining: Pretraining
    /// The second phase, or nil where there is none.
    package var fineTuning: FineTuning?
    /// How gradients become steps.
    package var optimizer = OptimiserName.sgd
    /// How the learning rate runs over each phase.
    package var schedule = Schedule.oneCycle
    /// Images of one step, or nil for what fits them.
    package var batch: Int?
    /// The learning rate's peak.
    package var rate = 0.4
    /// Share of a weight that is taken off it, before the rate.
    package var weightDecay = 5e-4
    /// Whether biases and batch norms decay too.
    package var decaysVectors = true
    /// Share of the target that is spread over all classes.
    package var labelSmoothing = 0.1
    /// Dropout before the classifier, or nil for the network's own.
    package var dropout: Double?
    /// Rate of stochastic depth at the last block, or nil for the network's own.
    package var dropPath: Double?
    /// Decay of the moving average of weights that is judged instead of the weights, or nil for none.
    package var averageDecay: Double?
    /// Whether half of the images are mirrored.
    package var flips = true
    /// Most pixels by which an image is shifted, either way.
    package var shift = 0
    /// How many of the training images are held out to judge by, or nil for what fits them.
    package var validation: Int?
    /// What moves initial weights, order of images and the split into training and validation images together, so that a search
    /// can be repeated independently.
    package var seed = 0
    /// How many images are used besides those held out, the first ones, or nil for all.
    package var images: Int?

    /// The usual recipe with these phases.
    package init(pretraining: Pretraining, fineTuning: FineTuning? = nil) {
        self.pretraining = pretraining
        self.fineTuning = fineTuning
    }

    /// Seeds of a whole training; the numbers of its runs take the bits below.
    package static let seedRange = 0...Int(Int32.max)

    /// What a step takes where nobody says, and there are that many images.
    package static let usualBatch = 128
    /// What is held out where nobody says, and that is at most a fifth.
    package static let usualValidation = 5000

    /// The recipe with what was left open settled for so many training images, or for plenty of them where their number is
    /// known to a program alone.
    ///
    /// At most a fifth is held out, or all of the `validation` images that a data set brings along, but no more than usual; a
    /// batch is at most what is left.
    package func settled(forImages count: Int?, bringing own: Int? = nil) -> TrainingRecipe {
        var settled = self
        let held = validation ?? min(Self.usualValidation, own ?? (count ?? .max) / 5)
        settled.validation = held
        let rest = count.map { own == nil ? $0 - held : $0 }
        let left = [rest, pretrainingImages].compactMap(\.self).min() ?? .max
        settled.batch = batch ?? min(Self.usualBatch, max(2, left))
        return settled
    }

    /// Images of a step: the batch, or the usual one where that is left open.
    package var imagesPerStep: Int { batch ?? Self.usualBatch }

    /// How many of the training images the first phase sees, the first ones, or nil for all.
    package var pretrainingImages: Int? { [pretraining.images, images].compactMap(\.self).min() }

    /// The seed of a run, counted from 1, that differs from those of every other training seed.
    package func seed(ofRun run: Int) -> Int { seed << 16 | run }

    /// Epochs of both phases.
    package var totalEpochs: Int { pretraining.epochs + (fineTuning?.epochs ?? 0) }

    /// All of it, by the names under which a search space gives it, in the same order always.
    ///
    /// This is what identifies a recipe in the store, so a further setting is listed only where it differs
    /// from what was done before there was such a setting.
    package var settings: [(name: String, value: Setting)] {
        var settings: [(String, Setting)] = [
            ("pretrain_epochs", .whole(pretraining.epochs)),
            ("pretrain_images", pretraining.images.map(Setting.whole) ?? .none),
            ("fine_tune_epochs", .whole(fineTuning?.epochs ?? 0)),
        ]
        if let fineTuning { settings.append(("fine_tune_rate", .number(fineTuning.rate))) }
        settings +=
            [
                ("optimizer", .word(optimizer.rawValue)), ("schedule", .word(schedule.rawValue)),
                ("batch", batch.map(Setting.whole) ?? .none), ("rate", .number(rate)),
                ("weight_decay", .number(weightDecay)),
                ("label_smoothing", .number(labelSmoothing)),
                ("dropout", dropout.map(Setting.number) ?? .none),
                ("drop_path", dropPath.map(Setting.number) ?? .none),
                ("ema", averageDecay.map(Setting.number) ?? .none), ("flip", .flag(flips)),
                ("shift", .whole(shift)), ("validation", validation.map(Setting.whole) ?? .none),
                ("images", images.map(Setting.whole) ?? .none),
            ] + (seed == 0 ? [] : [("seed", .whole(seed))])
        if !decaysVectors { settings.append(("decay_weights_only", .flag(true))) }
        return settings
    }

    /// A value of a setting.
    package enum Setting: Hashable, Sendable, CustomStringConvertible {
        /// Left to its default.
        case none
        /// A whole number.
        case whole(Int)
        /// A number.
        case number(Double)
        /// True or false.
        case flag(Bool)
        /// A word.
        case word(String)

        /// The value as text.
        package var description: String {
            switch self {
            case .none: "none"
            case .whole(let number): "\(number)"
            case .number(let number): "\(number)"
            case .flag(let flag): "\(flag)"
            case .word(let word): word
            }
        }
    }
}
