// What a search draws of its space: the space as the command line changes it, its candidates, who trains them.

import CompoundSearch
import ConvolutionKernels
import Descriptions
import Networks
import Studies

extension SearchCommand {
    /// The space with what the options say instead.
    func adaptedSpace() throws -> SearchSpace {
        var space = try SearchSpace(contentsOf: file)
        try space.adapt(to: strategy, epochs: epochs, seed: seed, file: file)
        if let threads = execution.threads { space.measure.threads = threads }
        return space
    }

    /// The candidates; without a trainer also those that could not be trained.
    func drawn(from space: SearchSpace, _ trainer: StudyTrainer?) throws -> CandidateDraw {
        do {
            let sampler = try Sampler(space, strategy: space.strategy, seed: space.seed)
            let progress = DrawProgress(total: sampler.count)
            defer { progress.end() }
            return try CandidateDraw(sampler, most: trials, progress: progress.counted) {
                trainer?.trainer.refusal(of: $0)
            }
        } catch {
            throw OutputError("\(file): \(error)")
        }
    }

    /// Who trains, if anybody does; a dry run goes on without, since its candidates can be shown all the same.
    func trainer(of space: SearchSpace, instructionSet: InstructionSet) throws -> StudyTrainer? {
        guard let plan = space.accuracy else { return nil }
        do {
            return try StudyTrainer(
                for: plan, instructionSet: instructionSet, arithmetic: sharing.arithmetic(instructionSet),
                toolVersion: toolVersion)
        } catch {
            guard dryRun else { throw error }
            Output.note("note: \(error)")
            return nil
        }
    }
}
