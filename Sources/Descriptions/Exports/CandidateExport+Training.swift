// What a program that trains a candidate is told besides the network: the document it reads on standard input
// is an export with this section, and so a network file too.

import CompoundSearch
import Recipes
import Rendering

extension CandidateExport {
    /// A rung of training, as a program is asked for it.
    package struct Training: Hashable, Sendable {
        /// How far to train, and from which seed.
        package var rung: TrainingRung
        /// How.
        package var recipe: TrainingRecipe
        /// The weights to continue from, or nil to begin with random ones.
        package var resumeFrom: String?
        /// Where weights may be left for the next rung.
        package var weightsFile: String
        /// Where a state may be kept from which this very rung can be continued after a kill.
        package var checkpointFile: String

        /// A request.
        package init(
            rung: TrainingRung, recipe: TrainingRecipe, resumeFrom: String?, weightsFile: String,
            checkpointFile: String
        ) {
            self.rung = rung
            self.recipe = recipe
            self.resumeFrom = resumeFrom
            self.weightsFile = weightsFile
            self.checkpointFile = checkpointFile
        }
    }
}

extension CandidateExport.Training {
    var markup: Markup {
        .block([
            ("phase", .word(rung.phase)), ("rung", .whole(rung.index)),
            ("seed", .whole(recipe.seed(ofRun: rung.seed))),
            ("start_epochs", .whole(rung.startEpochs)), ("epochs", .whole(rung.epochs)),
            ("final", .literal(rung.isFinal ? "true" : "false")),
            ("resume_from", resumeFrom.map(Markup.text) ?? .literal("null")),
            ("weights", .text(weightsFile)), ("checkpoint", .text(checkpointFile)),
            ("recipe", .block(recipe.settings.map { ($0.name, $0.value.markup) })),
        ])
    }
}

extension TrainingRecipe.Setting {
    fileprivate var markup: Markup {
        switch self {
        case .none: .literal("null")
        case .whole(let number): .whole(number)
        case .number(let number): .number(number)
        case .flag(let flag): .literal(flag ? "true" : "false")
        case .word(let word): .text(word)
        }
    }
}
