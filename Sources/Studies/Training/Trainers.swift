// Who trains a space's candidates: the tool itself, or a program.

import Basics
import CompoundSearch
import ConvolutionKernels
import Datasets
import ExternalTraining
import NetworkExecution
import Recipes
import ResultStore

extension StudyTrainer {
    /// Who trains the candidates of a plan; throws where that cannot be, before anything is measured.
    ///
    /// `arithmetic` is under which results are known: the instruction set's name, or another where several may be.
    package init(
        for plan: AccuracyPlan, instructionSet: InstructionSet, arithmetic: String, toolVersion: String
    ) throws {
        switch plan.trainer {
        case .command(let words):
            let recipe = plan.recipe.settled(forImages: nil)
            self.init(
                try ExternalTrainer(command: words, recipe: recipe, limit: plan.timeLimitSeconds),
                key: TrainingKey(
                    trainer: plan.trainer, data: nil, recipe: recipe, instructionSet: nil,
                    toolVersion: toolVersion), imagesPerEpoch: recipe.images ?? 1,
                validationImages: recipe.images == nil ? 0 : recipe.validation ?? 0)
        case .data(let name, let folder):
            let dataset = try Dataset.load(
                StudyTrainer.place(of: name, from: folder),
                options: DatasetOptions(skipCorrupt: plan.skipsCorrupt, wording: .space))
            let recipe = plan.recipe.settled(for: dataset)
            // Results do not depend on the number of threads, so all cores may help.
            let trainer = InTreeTrainer(
                dataset, recipe: recipe, threads: Processors.available,
                instructionSet: instructionSet)
            self.init(
                trainer,
                key: TrainingKey(
                    trainer: plan.trainer, data: dataset.digest.hexadecimal, recipe: recipe,
                    instructionSet: arithmetic, toolVersion: toolVersion),
                notes: dataset.skippedNotes + plan.recipe.notes(settledAs: recipe, for: dataset),
                imagesPerEpoch: dataset.trainingData(
                    validation: recipe.validation ?? 0, limit: recipe.pretrainingImages
                ).training,
                validationImages: recipe.validation ?? 0)
        }
    }

    /// A data set by its name, or by its path from the folder of the space's file.
    private static func place(of data: String, from folder: String) throws -> String {
        guard case .path = try DatasetSource(data), !data.hasPrefix("/") else { return data }
        return folder.path(of: data)
    }
}

extension Dataset {
    /// The first files that were left out, and how many there are.
    fileprivate var skippedNotes: [String] {
        if skipped.isEmpty { return [] }
        let first = skipped.prefix(5).map { "left out: \($0)" }
        return first + ["left out \(skipped.count) file\(skipped.count == 1 ? "" : "s") in all"]
    }
}

extension TrainingRecipe {
    /// What was left open and is not the usual, since these images are few.
    fileprivate func notes(settledAs settled: TrainingRecipe, for dataset: Dataset) -> [String] {
        guard
            validation == nil && settled.validation != TrainingRecipe.usualValidation
                || batch == nil && settled.batch != TrainingRecipe.usualBatch
        else { return [] }
        return [
            "note: of the \(dataset.training.count) images of \(dataset.name), \(settled.validation ?? 0) are held out to judge "
                + "by, and a step takes \(settled.batch ?? 0); `validation` and `batch` say otherwise."
        ]
    }
}
