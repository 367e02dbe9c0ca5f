// Recipes: by which text they are known, and which of them train nothing.

import Recipes
import Testing

private let usual = TrainingRecipe(pretraining: .init(epochs: 2), fineTuning: .init(epochs: 4))

private func text(_ recipe: TrainingRecipe) -> String {
    recipe.settings.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
}

/// Stores know trainings by this text, so it never changes.
@Test func aRecipeIsKnownByTheSameTextAlways() {
    let known =
        "pretrain_epochs: 2, pretrain_images: none, fine_tune_epochs: 4, fine_tune_rate: 0.1, optimizer: sgd, "
        + "schedule: one-cycle, batch: none, rate: 0.4, weight_decay: 0.0005, label_smoothing: 0.1, "
        + "dropout: none, drop_path: none, ema: none, flip: true, shift: 0, validation: none, images: none"
    #expect(text(usual) == known)
    var sparing = usual
    sparing.decaysVectors = false
    #expect(text(sparing) == known + ", decay_weights_only: true")
}

/// What each fault says, and a change that makes it.
private let faults: [(sentence: String, change: @Sendable (inout TrainingRecipe) -> Void)] = [
    ("a batch of 1 has no statistics; give 2 or more.", { $0.batch = 1 }),
    ("0 epochs cannot be trained; give 1 to 100000.", { $0.pretraining.epochs = 0 }),
    ("-1 epochs cannot be trained; give 1 to 100000.", { $0.fineTuning?.epochs = -1 }),
    ("a learning rate of nan is none; give one above 0.", { $0.rate = .nan }),
    ("a learning rate of inf is none; give one above 0.", { $0.rate = .infinity }),
    ("a learning rate of 0.0 is none; give one above 0.", { $0.fineTuning?.rate = 0 }),
    ("weight decay of -1.0 is out of range; give 0 to below 1.", { $0.weightDecay = -1 }),
    ("label smoothing of 1.0 is out of range; give 0 to below 1.", { $0.labelSmoothing = 1 }),
    ("dropout of nan is out of range; give 0 to below 1.", { $0.dropout = .nan }),
    ("stochastic depth of 1.0 is out of range; give 0 to below 1.", { $0.dropPath = 1 }),
    ("the average's share of 1.0 is out of range; give 0 to below 1.", { $0.averageDecay = 1 }),
    ("a shift of -1 pixels is out of range; give 0 to 1000.", { $0.shift = -1 }),
]

@Test(arguments: faults.indices) func aRecipeThatTrainsNothingSaysWhatToGive(_ index: Int) {
    var recipe = usual
    faults[index].change(&recipe)
    #expect(recipe.fault == faults[index].sentence)
}

@Test func whatARunMayFindOutIsNoFault() {
    #expect(usual.fault == nil)
    var large = usual
    large.batch = .max
    large.rate = 1e30
    #expect(large.fault == nil)
}
