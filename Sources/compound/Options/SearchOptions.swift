// How a search is named on the command line: its strategy, and the part that is wanted.

import ArgumentParser
import CompoundSearch
import Recipes

extension Strategy: ExpressibleByArgument {}

extension Shard {
    /// A shard written as `I/N`.
    init(argument: String) throws {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1],
            let shard = Shard(index, of: count)
        else {
            throw ValidationError("give I/N, such as 2/4, with 1 ≤ I ≤ N ≤ \(Shard.countRange.upperBound).")
        }
        self = shard
    }
}

extension SearchSpace {
    /// Puts what the command line says in place of what the file says; throws where the two do not go together.
    mutating func adapt(to strategy: Strategy?, epochs: Int?, seed: UInt64?, file: String) throws {
        self.strategy = strategy ?? self.strategy
        if let seed {
            self.seed = seed
            if accuracy != nil {
                guard seed <= UInt64(TrainingRecipe.seedRange.upperBound) else {
                    throw ValidationError(
                        "seed is \(seed); give 0 to \(TrainingRecipe.seedRange.upperBound) where candidates are trained."
                    )
                }
                accuracy?.recipe.seed = Int(seed)
            }
        }
        if let epochs {
            guard accuracy != nil else {
                throw ValidationError(
                    "--epochs says how long candidates are trained, and \(file) trains none; leave it out.")
            }
            accuracy?.answer(forEpochs: epochs)
        }
        if let refusal = strategyRefusal { throw OutputError("\(file): \(refusal)") }
    }
}
