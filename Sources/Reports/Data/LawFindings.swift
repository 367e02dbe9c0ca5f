// The scaling law of a study, with what panels ask of it beyond the answer.

import CompoundSearch
import Descriptions
import Foundation
import Networks
import Studies

/// A study's answer by its scaling law, how it came about, and what laws are possible.
package struct LawFindings: Sendable {
    /// The answer, as `compound fit` gives it.
    package let document: ScalingLawDocument
    /// The number of the recommended trial, or nil where no network of the budget was trained.
    package let trial: Int?
    /// The same fit of growing beginnings of the log, the last of all of it.
    package let history: [ScalingFit]
    /// The networks that were trained: their sizes over the baseline's, and the number of each one's trial.
    package let networks: [TrainedNetwork]
    /// The B-variants, from the baseline on.
    package let ladder: [Variant]

    /// A network that was trained.
    package struct TrainedNetwork: Hashable, Sendable {
        /// The number of its trial.
        package let trial: Int
        /// Realised depth, width and resolution over the baseline's.
        package let scale: RealisedScale
        /// What the budget counts, over the baseline's.
        package let costRatio: Double
    }

    /// A network of the ladder.
    package struct Variant: Sendable {
        /// φ.
        package let phi: Double
        /// The network.
        package let network: Network
        /// Its predicted error, with a 95 % interval of the law.
        package let error: Estimate
        /// Whether it is within the sizes that were trained; else the law is asked beyond what it was fitted to.
        package let isWithin: Bool
    }

    /// The law of a study's runs; throws where they allow none.
    init(_ study: AccuracyStudy) throws {
        document = try study.document(study.usualOptions)
        let fit = document.fit
        trial = fit.recommended.flatMap { [document] in document.trials[$0.network.hash] }
        history = study.history(of: fit)
        var seen: Set<String> = []
        let first = study.runs.filter { seen.insert($0.network).inserted }
        networks = first.compactMap { run in
            study.trials[run.network].map {
                TrainedNetwork(trial: $0, scale: run.scale, costRatio: run.costRatio)
            }
        }
        ladder = try LawFindings.ladder(document, study, sizes: first.map(\.scale))
    }

    private static func ladder(
        _ document: ScalingLawDocument, _ study: AccuracyStudy, sizes: [RealisedScale]
    ) throws -> [Variant] {
        let fit = document.fit
        let law = try ScalingLaw(
            study.runs, images: fit.images, validationImages: fit.options.validationImages)
        let draws = law.draws(500, seed: fit.options.seed).map(\.surface)
        let scaling = FittedScaling(
            baseline: document.baseline, budget: fit.macsRatio, scale: fit.optimum.scale)
        return [0, 1, 2, 3].compactMap { phi in
            guard
                let network = phi == 0 ? study.baseline : try? scaling.variant(of: study.baseline, phi: phi),
                let scale = network.scale(relativeTo: study.baseline)
            else { return nil }
            let point = scale.logarithms
            let isWithin = ScalingAxis.allCases.allSatisfy { axis in
                let reached = sizes.map { $0[axis] }
                return scale[axis] >= 0.98 * (reached.min() ?? 1)
                    && scale[axis] <= 1.02 * (reached.max() ?? 1)
            }
            return Variant(
                phi: phi, network: network,
                error: Estimate(fit.surface.value(at: point), draws: draws.map { $0.value(at: point) })
                    .mapped(exp),
                isWithin: isWithin)
        }
    }
}
