// What a timing takes at the least, known before it begins: a single run of a large batch can take minutes.

import ConvolutionKernels
import NetworkExecution
import Networks

/// The least time of one run and of a timing, by a network's multiply–adds.
package struct TimingEstimate: Hashable, Sendable {
    /// Seconds of one inference or training step, were all of it multiply–adds at the machine's peak.
    package let runSeconds: Double

    /// Runs that timing takes in any case, where one is long: one to warm up, and three.
    package static let leastRuns = 4

    /// Seconds of these runs.
    package var seconds: Double { runSeconds * Double(TimingEstimate.leastRuns) }

    /// An estimate for a machine of so many 10⁹ operations a second; a step of training multiplies three times as much
    /// as an inference.
    package init(_ network: Network, batch: Int, isTraining: Bool, gigaflops: Double) {
        let macs = Double(network.cost.macs.value) * Double(batch) * (isTraining ? 3 : 1)
        runSeconds = 2e-9 * macs / gigaflops
    }

    /// The same, measuring this machine's peak for a quarter of a second; nil at once where a run takes less than a second
    /// at 10¹¹ operations a second and thread, as today's cores do.
    package init?(
        _ network: Network, batch: Int, isTraining: Bool, instructionSet: InstructionSet, threads: Int
    ) throws {
        let usual = TimingEstimate(
            network, batch: batch, isTraining: isTraining, gigaflops: 100 * Double(threads))
        guard usual.runSeconds >= 1 else { return nil }
        let ceilings = try MachineCeilings(
            instructionSet: instructionSet, threads: threads, workingSetBytes: 1 << 20)
        self.init(network, batch: batch, isTraining: isTraining, gigaflops: ceilings.gigaflops)
    }
}
