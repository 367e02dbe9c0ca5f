// A space's `accuracy:` section, read: who trains, the recipe, the two phases, which candidates go on.

import Basics
import CompoundSearch
import Foundation
import Recipes

extension Field {
    /// How accuracy is found.
    func accuracyPlan() throws(DescriptionError) -> AccuracyPlan {
        let keys = try section([
            "data", "command", "time_limit_s", "pretrain", "fine_tune", "seeds", "halving", "candidates",
            "fit", "images", "validation", "batch", "optimizer", "schedule", "rate", "weight_decay",
            "label_smoothing", "dropout", "drop_path", "ema", "flip", "shift", "skip_corrupt", "epochs",
            "lengths",
        ])
        let pretrain = try keys.pretraining()
        var recipe = TrainingRecipe(pretraining: pretrain.phase)
        let fineTune = try keys["fine_tune"]?.fineTuning()
        recipe.fineTuning = fineTune?.phase
        try keys.fill(&recipe)

        var plan = AccuracyPlan(trainer: try keys.trainer(), recipe: recipe)
        plan.finalists = fineTune?.top ?? plan.finalists
        plan.pretrainingSeeds = pretrain.seeds
        plan.seeds = try keys["seeds"]?.whole(in: 1...1000) ?? pretrain.seeds
        if plan.seeds < pretrain.seeds {
            throw nearest(to: ["seeds"]).fault(
                "seeds is \(plan.seeds), fewer than the \(pretrain.seeds) of pre-training; "
                    + "give \(pretrain.seeds) or more.")
        }
        plan.lengths = try keys.lengths(upTo: recipe.pretraining.epochs)
        plan.halving = try keys["halving"]?.whole(in: 2...1000) ?? plan.halving
        plan.candidatesPerLevel = try keys["candidates"]?.whole(in: 1...100_000) ?? plan.candidatesPerLevel
        plan.fitsLaw = try keys["fit"]?.flag() ?? plan.fitsLaw
        plan.skipsCorrupt = try keys["skip_corrupt"]?.flag() ?? plan.skipsCorrupt
        plan.timeLimitSeconds = try keys["time_limit_s"]?.positive()
        if let limit = plan.timeLimitSeconds, !AccuracyPlan.timeLimitRange.contains(limit) {
            let range = AccuracyPlan.timeLimitRange
            throw nearest(to: ["time_limit_s"]).fault(
                "time_limit_s is \(limit.short); give \(range.lowerBound.short) to \(range.upperBound.short) seconds."
            )
        }
        switch plan.trainer {
        case .data:
            if let limit = keys["time_limit_s"] {
                throw limit.fault(
                    "time_limit_s bounds a program of 'command:', and here the tool trains; remove it.")
            }
        case .command:
            if let skip = keys["skip_corrupt"] {
                throw skip.fault(
                    "skip_corrupt is about images that the tool reads, and here a program does; remove it.")
            }
        }
        return plan
    }

    fileprivate func pretraining() throws(DescriptionError) -> (phase: TrainingRecipe.Pretraining, seeds: Int)
    {
        let keys = try section(["epochs", "images", "seeds"])
        let phase = TrainingRecipe.Pretraining(
            epochs: try keys.required("epochs").whole(in: TrainingRecipe.epochRange),
            images: try keys["images"]?.whole(in: TrainingRecipe.imageRange))
        return (phase, try keys["seeds"]?.whole(in: 1...1000) ?? 1)
    }

    private func fineTuning() throws(DescriptionError) -> (phase: TrainingRecipe.FineTuning, top: Int) {
        let keys = try section(["top", "epochs", "rate"])
        var phase = TrainingRecipe.FineTuning(
            epochs: try keys.required("epochs").whole(in: TrainingRecipe.epochRange))
        phase.rate = try keys["rate"]?.number(in: TrainingRecipe.rateRange) ?? phase.rate
        return (phase, try keys.required("top").whole(in: 1...100_000))
    }
}

extension Section {
    /// The first phase, under `pretrain:`, or as `epochs:` where it is the only one.
    fileprivate func pretraining() throws(DescriptionError) -> (phase: TrainingRecipe.Pretraining, seeds: Int)
    {
        guard let epochs = self["epochs"] else { return try required("pretrain").pretraining() }
        if let pretrain = self["pretrain"] {
            throw pretrain.fault("accuracy has both 'epochs' and 'pretrain'; keep one of them.")
        }
        return (.init(epochs: try epochs.whole(in: TrainingRecipe.epochRange)), 1)
    }

    /// Epochs of shorter runs, with the longest.
    fileprivate func lengths(upTo longest: Int) throws(DescriptionError) -> [Int] {
        guard let field = self["lengths"] else { return [] }
        var lengths: [Int] = []
        for length in try field.list() { lengths.append(try length.whole(in: 1...longest)) }
        guard lengths == Set(lengths).sorted(), lengths.last == longest else {
            throw field.fault(
                "lengths must rise to the \(longest) epochs of training; give such as [\(max(1, longest / 2)), \(longest)]."
            )
        }
        return lengths
    }

    /// A data set for the tool itself, or a program.
    fileprivate func trainer() throws(DescriptionError) -> AccuracyPlan.Trainer {
        switch (self["data"], self["command"]) {
        case (let data?, nil):
            return .data(
                try data.text("give a data set's name such as fashion-mnist, or its path"),
                folder: data.file.folderOfPath)
        case (nil, let command?):
            guard command.isList else { throw command.wrong("give a list such as [python, train.py]") }
            var words: [String] = []
            for word in try command.list() { words.append(try word.text()) }
            return .command(words)
        case (nil, nil):
            throw field.fault(
                "accuracy lacks 'data' and 'command'; add 'data: fashion-mnist' for training in the tool, "
                    + "or 'command: [python, train.py]' for training by a program.")
        case (.some, let command?):
            throw command.fault("accuracy has both 'data' and 'command'; keep one of them.")
        }
    }

    /// Puts what is given in place of the usual.
    fileprivate func fill(_ recipe: inout TrainingRecipe) throws(DescriptionError) {
        recipe.images = try self["images"]?.whole(in: TrainingRecipe.imageRange)
        recipe.validation = try self["validation"]?.whole(in: TrainingRecipe.imageRange)
        recipe.batch = try self["batch"]?.whole(in: TrainingRecipe.batchRange)
        recipe.optimizer = try self["optimizer"]?.choice() ?? recipe.optimizer
        recipe.schedule = try self["schedule"]?.choice() ?? recipe.schedule
        recipe.rate = try self["rate"]?.number(in: TrainingRecipe.rateRange) ?? recipe.rate
        recipe.weightDecay = try self["weight_decay"]?.fraction() ?? recipe.weightDecay
        recipe.labelSmoothing = try self["label_smoothing"]?.fraction() ?? recipe.labelSmoothing
        recipe.dropout = try self["dropout"]?.fraction()
        recipe.dropPath = try self["drop_path"]?.fraction()
        if let average = self["ema"], !average.isNone { recipe.averageDecay = try average.fraction() }
        recipe.flips = try self["flip"]?.flag() ?? recipe.flips
        recipe.shift = try self["shift"]?.whole(in: TrainingRecipe.shiftRange) ?? recipe.shift
    }
}
