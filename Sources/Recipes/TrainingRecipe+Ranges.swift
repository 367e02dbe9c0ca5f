// What the values of a recipe can be, for whoever reads one, and what makes a recipe that nothing can be trained by.

extension TrainingRecipe {
    /// Passes over the images that a phase can have.
    package static let epochRange = 1...100_000
    /// Images that a step can have; one has no statistics.
    package static let batchRange = 2...65_536
    /// Learning rates.
    package static let rateRange = 1e-9...1000.0
    /// Weight decay, label smoothing, dropout, stochastic depth, and what an average keeps.
    package static let shareRange = 0..<1.0
    /// Pixels by which images can be shifted.
    package static let shiftRange = 0...1000
    /// Images that can be held out or used.
    package static let imageRange = 1...1_000_000_000

    /// Why nothing can be trained by the recipe, in one sentence that says what to give, or nil where something can.
    ///
    /// Too large a batch is refused by data and memory, and too high a rate by the loss.
    package var fault: String? {
        let fewest = Self.batchRange.lowerBound
        if let batch, batch < fewest {
            return "a batch of \(batch) has no statistics; give \(fewest) or more."
        }
        for epochs in [pretraining.epochs, fineTuning?.epochs].compactMap(\.self)
        where !Self.epochRange.contains(epochs) {
            return "\(epochs) epochs cannot be trained; give \(Self.epochRange.inWords)."
        }
        for rate in [rate, fineTuning?.rate].compactMap(\.self) where !(rate > 0 && rate.isFinite) {
            return "a learning rate of \(rate) is none; give one above 0."
        }
        for (name, share) in [
            ("weight decay", weightDecay), ("label smoothing", labelSmoothing), ("dropout", dropout),
            ("stochastic depth", dropPath), ("the average's share", averageDecay),
        ] {
            if let share, !Self.shareRange.contains(share) {
                return "\(name) of \(share) is out of range; give 0 to below 1."
            }
        }
        guard Self.shiftRange.contains(shift) else {
            return "a shift of \(shift) pixels is out of range; give \(Self.shiftRange.inWords)."
        }
        return nil
    }
}

extension ClosedRange<Int> {
    fileprivate var inWords: String { "\(lowerBound) to \(upperBound)" }
}
