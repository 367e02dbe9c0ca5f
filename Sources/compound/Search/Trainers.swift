// Who trains a space's candidates: the tool itself, or a program.

import CompoundSearch
import ConvolutionKernels
import Datasets
import ExternalTraining
import Foundation

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
        var place = data
        if case .path = try DatasetSource(data), !data.hasPrefix("/") {
            place = (folder as NSString).appendingPathComponent(data)
        }
        let dataset = try Dataset.load(place)
        // Results do not depend on the number of threads, so all cores may help.
        return InTreeTrainer(
            dataset, recipe: recipe, threads: ProcessInfo.processInfo.activeProcessorCount,
            instructionSet: instructionSet)
    }
}
