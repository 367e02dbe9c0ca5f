// Where the tool's own training joins the search.

import CompoundSearch
import ConvolutionKernels

/// The trainers that a space can ask for.
enum Trainers {
    /// Who trains the candidates of a plan; throws where that cannot be, before anything is measured.
    static func trainer(for plan: AccuracyPlan, instructionSet: InstructionSet) throws -> any CandidateTrainer
    {
        switch plan.trainer {
        case .command(let words):
            return try ExternalTrainer(command: words, recipe: plan.recipe, limit: plan.timeLimitSeconds)
        case .data(let name, let folder):
            return try inTree(
                data: name, folder: folder, recipe: plan.recipe, instructionSet: instructionSet)
        }
    }

    /// The tool itself, on a data set by its name, or by its path from `folder`.
    private static func inTree(
        data: String, folder: String, recipe: TrainingRecipe, instructionSet: InstructionSet
    ) throws -> any CandidateTrainer {
        throw OutputError(
            "accuracy.data: this build cannot train on \(data) itself; give a program that does, as in "
                + "'command: [python, train.py]'.")
    }
}
