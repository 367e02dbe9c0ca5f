// Under which identity results of training are known: by whom, on which bytes, by which recipe, with which arithmetic. Results that
// agree in it are the same result, whichever study asked; names do not matter.

import Basics
import CompoundSearch
import Networks
import Recipes
import ResultStore

extension TrainingKey {
    /// The identity of a training.
    ///
    /// - Parameters:
    ///   - data: the digest of the images, or nil for a program, which alone knows them.
    ///   - recipe: the recipe with nothing left to defaults.
    ///   - instructionSet: the kernels', or nil for a program.
    package init(
        trainer: AccuracyPlan.Trainer, data: String?, recipe: TrainingRecipe, instructionSet: String?,
        toolVersion: String
    ) {
        let name =
            switch trainer {
            case .data(let name, _): name
            case .command(let words): words.joined(separator: " ")
            }
        let settings = recipe.settings.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
        var hash = StableHash()
        switch trainer {
        case .data:
            hash.combine("data")
        case .command(let words):
            hash.combine("command")
            hash.combine(words.count)
            for word in words { hash.combine(word) }
        }
        hash.combine(data ?? "")
        hash.combine(settings)
        hash.combine(instructionSet ?? "")
        hash.combine(toolVersion)
        self.init(
            hash: hash.hexadecimal, trainer: name, recipe: "{\(settings)}", data: data,
            instructionSet: instructionSet, toolVersion: toolVersion)
    }
}
