// How much memory a search takes where it runs, foretold on a machine that may have less: for schedulers, which ask before.

import CandidateBenchmark
import CompoundSearch
import Networks
import ProxyTraining
import Recipes

extension CandidateDraw {
    /// Bytes of one process that searches: the program, the images, and the largest candidate as it is trained or measured;
    /// nil where a program of one's own trains, which alone knows.
    ///
    /// Plans every candidate, a few milliseconds each.
    package func memoryOfOneTask(_ trainer: StudyTrainer?, threads: Int) throws -> Int? {
        let anchor = try Network(PublishedNetworks.architecture(named: LatencyBenchmark.anchorName))
        let networks = trials.map(\.candidate.network)
        let measuring =
            space.measure.latency == .none ? 0 : anchor.runBytes + (networks.map(\.runBytes).max() ?? 0)
        guard let trainer else { return CandidateDraw.programBytes + measuring }
        guard let own = trainer.trainer as? InTreeTrainer else { return nil }
        let training = networks.compactMap { own.trainingBytes(of: $0, threads: threads) }.max() ?? 0
        return CandidateDraw.programBytes + own.imageBytes + max(measuring, training)
    }

    /// What the program holds before it has a network: code, libraries and heap, rounded up from 46 MB that `--version` takes.
    private static let programBytes = 64 << 20
}
