// Stretches: where they begin and end, how fast they learn, what they draw from.

import Recipes
import Testing

private var recipe: TrainingRecipe {
    var recipe = TrainingRecipe(
        pretraining: .init(epochs: 4, images: 300), fineTuning: .init(epochs: 8, rate: 0.5))
    recipe.rate = 0.2
    recipe.images = 1000
    return recipe
}

@Test func pretrainingIsOneStretchAtTheRecipesRate() {
    let stretches = recipe.stretches(from: 0, to: 4, rung: 0, seed: 3)
    #expect(stretches.count == 1)
    #expect(stretches.first?.startEpochs == 0 && stretches.first?.epochs == 4)
    #expect(stretches.first?.rate == 0.2 && stretches.first?.images == 300)
    #expect(stretches.first?.seed == 3 << 16)
    #expect(stretches.first?.recipe == recipe)
}

@Test func fineTuningIsOneStretchAtItsShareOfTheRate() {
    let stretches = recipe.stretches(from: 6, to: 12, rung: 2, seed: 3)
    #expect(stretches.count == 1)
    #expect(stretches.first?.startEpochs == 6 && stretches.first?.epochs == 6)
    #expect(stretches.first?.rate == 0.1 && stretches.first?.images == 1000)
    #expect(stretches.first?.seed == 3 << 16 | 2)
}

@Test func aCandidateWithoutWeightsIsPretrainedOnTheWay() {
    let stretches = recipe.stretches(from: 0, to: 12, rung: 2, seed: 1)
    #expect(stretches.map(\.startEpochs) == [0, 4] && stretches.map(\.epochs) == [4, 8])
    #expect(stretches.map(\.rate) == [0.2, 0.1] && stretches.map(\.images) == [300, 1000])
    #expect(stretches.map(\.seed) == [1 << 16, 1 << 16 | 2])
}

@Test func aRunOutsideOfASearchIsTheFirstPhaseFromAnySeed() {
    let stretch = TrainingStretch(pretraining: recipe, seed: .max)
    #expect(stretch.startEpochs == 0 && stretch.epochs == 4 && stretch.rate == 0.2 && stretch.images == 300)
    #expect(stretch.seed == .max)
}

@Test(arguments: 0..<200)
func stretchesCoverExactlyWhatIsAskedFor(_ seed: Int) {
    var generator = SplitMix(state: UInt64(seed))
    let pretraining = Int.random(in: 1...9, using: &generator)
    let fineTuning = Int.random(in: 1...9, using: &generator)
    let recipe = TrainingRecipe(
        pretraining: .init(epochs: pretraining), fineTuning: .init(epochs: fineTuning))
    let start = Int.random(in: 0...pretraining + fineTuning, using: &generator)
    let end = Int.random(in: start...pretraining + fineTuning, using: &generator)
    var reached = start
    for stretch in recipe.stretches(from: start, to: end, rung: 1, seed: 1) {
        #expect(stretch.startEpochs == reached && stretch.epochs > 0, "seed \(seed)")
        reached += stretch.epochs
        let isFirstPhase = reached <= pretraining
        #expect(stretch.rate == (isFirstPhase ? recipe.rate : recipe.rate * 0.1), "seed \(seed)")
        #expect(stretch.seed == (isFirstPhase ? 1 << 16 : 1 << 16 | 1), "seed \(seed)")
    }
    #expect(reached == end, "seed \(seed)")
}

/// SplitMix64 (Steele et al. 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
