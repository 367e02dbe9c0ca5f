// What one run of training contributes to the scaling law: a network's size, how long it was trained, and the error it reached.

import Networks

/// A network trained once, from one seed, under one schedule of one length.
package struct TrainedRun: Hashable, Sendable {
    /// The network's content hash: runs of one network share what lies off the law.
    package var network: String
    /// Realised depth, width and resolution over the baseline's.
    package var scale: RealisedScale
    /// Realised multiply–accumulates over the baseline's.
    package var macsRatio: Double
    /// What the budget counts over the baseline's: macs, or the latency.
    package var costRatio: Double {
        get { otherCostRatio ?? macsRatio }
        set { otherCostRatio = newValue }
    }
    /// What the budget counts where that is not macs.
    private var otherCostRatio: Double?
    /// Images seen under the schedule: images of an epoch times epochs.
    package var images: Double
    /// 1 − accuracy on the validation images: 0…1.
    package var error: Double
    /// Whether a first schedule came to its end before and training was continued under another.
    package var isContinued: Bool
    /// How the candidate is called, such as the number of its trial.
    package var label: String

    /// A run.
    package init(
        network: String, scale: RealisedScale, macsRatio: Double, costRatio: Double? = nil, images: Double,
        error: Double, isContinued: Bool = false, label: String = ""
    ) {
        self.network = network
        self.scale = scale
        self.macsRatio = macsRatio
        otherCostRatio = costRatio
        self.images = images
        self.error = error
        self.isContinued = isContinued
        self.label = label
    }

    /// Whether it is as long as a training of so many images, but for rounding.
    func reaches(_ images: Double) -> Bool { self.images >= images * (1 - 1e-9) }
}
