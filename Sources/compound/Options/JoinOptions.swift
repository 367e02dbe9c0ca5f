// How a search becomes one worker of many: the folder that all of them see.

import ArgumentParser
import CompoundSearch
import ConvolutionKernels
import Foundation
import Measurements
import ResultStore
import Studies

/// Where workers share a search.
struct JoinOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Work off the study with all workers that join this folder, on whichever machines see it; in place of --store. "
                + "COMPOUND_WORKER of the environment names this one.",
            valueName: "folder"), completion: .directory)
    var join: String?

    @Flag(
        help:
            "With --join: workers may compute with different instruction sets, whose results differ in the last bits."
    )
    var mixed = false

    @Option(
        help: ArgumentHelp(
            "With --join: seconds without a sign of life after which a worker is taken for dead, and its job done by another.",
            valueName: "s"))
    var lease = LeasedClaims.usualLease

    func validate() throws {
        try check("lease", lease, in: 0.1...86_400)
        if mixed, join == nil { throw ValidationError("--mixed says who may --join a folder; give both.") }
        if let join, join.isEmpty { throw ValidationError("--join takes a folder.") }
    }

    /// Under which arithmetic results are known.
    func arithmetic(_ instructionSet: InstructionSet) -> String {
        mixed ? "mixed" : instructionSet.rawValue
    }

    /// Joins the folder, where one was given.
    func worker(
        of draw: CandidateDraw, _ trainer: StudyTrainer?, _ instructionSet: InstructionSet
    ) throws -> SharedWorker? {
        guard let join else { return nil }
        let identity = SharedIdentity(
            study: draw.study, name: draw.space.name, toolVersion: toolVersion, data: trainer?.key.data,
            training: trainer?.key.hash, instructionSet: mixed ? nil : instructionSet.rawValue)
        return try SharedWorker(
            join, as: identity, machine: .current,
            label: ProcessInfo.processInfo.environment["COMPOUND_WORKER"],
            keepsChoices: draw.strategy == .adaptive, lease: lease)
    }
}
