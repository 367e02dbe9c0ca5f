// A result is known by everything that decides it, and by nothing else.

import CompoundSearch
import Recipes
import ResultStore
import Studies
import Testing

private var recipe: TrainingRecipe {
    TrainingRecipe(pretraining: .init(epochs: 2, images: 100), fineTuning: .init(epochs: 4)).settled(
        forImages: 1000)
}

private func key(
    _ trainer: AccuracyPlan.Trainer = .data("photos", folder: "a"), data: String? = "d",
    recipe: TrainingRecipe = recipe,
    instructionSet: String? = "avx2", version: String = "1.0.0"
) -> String {
    TrainingKey(
        trainer: trainer, data: data, recipe: recipe, instructionSet: instructionSet, toolVersion: version
    ).hash
}

/// A change of each field of a recipe.
private let changes: [(field: String, change: @Sendable (inout TrainingRecipe) -> Void)] = [
    ("pretraining", { $0.pretraining.epochs += 1 }), ("pretraining", { $0.pretraining.images = nil }),
    ("fineTuning", { $0.fineTuning = nil }), ("fineTuning", { $0.fineTuning?.epochs += 1 }),
    ("fineTuning", { $0.fineTuning?.rate *= 2 }), ("optimizer", { $0.optimizer = .rmsprop }),
    ("schedule", { $0.schedule = .cosine }), ("batch", { $0.batch! += 1 }), ("rate", { $0.rate *= 2 }),
    ("weightDecay", { $0.weightDecay *= 2 }), ("decaysVectors", { $0.decaysVectors = false }),
    ("seed", { $0.seed = 1 }),
    ("labelSmoothing", { $0.labelSmoothing = 0 }),
    ("dropout", { $0.dropout = 0 }), ("dropPath", { $0.dropPath = 0 }),
    ("averageDecay", { $0.averageDecay = 0.99 }),
    ("flips", { $0.flips = false }), ("shift", { $0.shift = 1 }), ("validation", { $0.validation! += 1 }),
    ("images", { $0.images = 500 }),
]

@Test func everyFieldOfARecipeIsPartOfTheIdentity() {
    let fields = Set(Mirror(reflecting: recipe).children.compactMap(\.label))
    #expect(Set(changes.map(\.field)) == fields, "a new field of the recipe needs a row here")
    var seen: Set = [key()]
    for (field, change) in changes {
        var changed = recipe
        change(&changed)
        #expect(changed != recipe)
        #expect(seen.insert(key(recipe: changed)).inserted, "\(field)")
    }
}

@Test func dataAreKnownByTheirBytesAndProgramsByTheirWords() {
    #expect(key(.data("other", folder: "b")) == key())
    #expect(key(data: "e") != key())
    #expect(key(.command(["a", "b"]), data: nil) != key(.command(["a b"]), data: nil))
    #expect(key(.command(["a", ""]), data: nil) != key(.command(["a"]), data: nil))
    #expect(key(.command(["photos"]), data: "d") != key())
}

@Test func arithmeticAndVersionArePartOfTheIdentity() {
    #expect(key(instructionSet: "avx512") != key())
    #expect(key(instructionSet: nil) != key())
    #expect(key(version: "1.0.1") != key())
}

@Test(arguments: [(120, 24, 96), (10, 2, 8), (60_000, 5000, 128), (1, 0, 2), (700, 140, 128), (0, 0, 2)])
func whatIsLeftOpenFitsTheImages(_ count: Int, _ validation: Int, _ batch: Int) {
    let settled = TrainingRecipe(pretraining: .init(epochs: 1)).settled(forImages: count)
    #expect(settled.validation == validation && settled.batch == batch)
}

@Test func whatIsGivenStays() {
    var given = TrainingRecipe(pretraining: .init(epochs: 1, images: 10))
    #expect(given.settled(forImages: 100).batch == 10)
    given.batch = 64
    given.validation = 90
    #expect(given.settled(forImages: 100) == given)
    #expect(TrainingRecipe(pretraining: .init(epochs: 1)).settled(forImages: nil).batch == 128)
}
