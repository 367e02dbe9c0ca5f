// What one trained network contributes to the scaling law.

import Foundation
import Networks

/// A network's realised size next to the baseline, and the error it was trained to.
package struct AccuracyObservation: Hashable, Sendable {
    /// Realised depth, width and resolution over the baseline's.
    package var scale: RealisedScale
    /// Realised multiply–accumulates over the baseline's.
    package var macsRatio: Double
    /// 1 − accuracy on the validation images, the mean over the seeds: 0…1.
    package var error: Double
    /// How many times the network was trained, each time from another seed.
    package var seeds: Int
    /// Standard deviation of the accuracy over the seeds, where there are two or more.
    package var deviation: Double?
    /// How the candidate is called, such as the number of its trial.
    package var label: String

    /// An observation; of one seed unless told otherwise.
    package init(
        scale: RealisedScale, macsRatio: Double, error: Double, seeds: Int = 1, deviation: Double? = nil,
        label: String = ""
    ) {
        self.scale = scale
        self.macsRatio = macsRatio
        self.error = error
        self.seeds = seeds
        self.deviation = deviation
        self.label = label
    }
}
