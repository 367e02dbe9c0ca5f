// The answer in words: the same sentences wherever an answer is given.

import CompoundSearch
import Foundation
import Networks

extension ScalingLawDocument {
    /// The answer: what to build, how sure that is, and what would narrow it.
    package var sentence: String {
        (fit.tellsNothing ? [nothingToTell] : []).joined(separator: " ")
            + (fit.tellsNothing ? " " : "")
            + [recommendation, coefficients, advice].compactMap(\.self).joined(separator: " ")
    }

    /// Epochs or images of the training that the answer is for.
    package var length: String {
        let epochs = fit.images / imagesPerEpoch
        let count = "\(epochs.digits(epochs == epochs.rounded() ? 0 : 1)) epoch\(epochs == 1 ? "" : "s")"
        return imagesPerEpoch > 1 ? "\(count) of \(Int(imagesPerEpoch).grouped) images" : count
    }

    private var nothingToTell: String {
        "These runs cannot tell where to spend the budget: every share that the axes could take is still possible."
    }

    private var recommendation: String {
        guard let rank = fit.recommended else {
            return
                "No network of \(fit.budgetInWords) was trained, so none can be recommended."
        }
        let name = rank.network.label
        let accuracy = rank.error.accuracy.mapped { 100 * $0 }
        let latency = rank.network.latency.map { ", \($0.digits($0 < 1 ? 3 : 2)) ms" } ?? ""
        return
            "For \(fit.budgetInWords), trained for \(length), take \(name): accuracy "
            + "\(accuracy.value.digits(2)) % (\(accuracy.low.digits(2))–\(accuracy.high.digits(2)))\(latency); "
            + "with 95 % confidence no network of this budget\(among) has an error lower by more than "
            + "\((100 * rank.regret).digits(1)) % of it."
    }

    private var among: String {
        let others = fit.candidates.count { !$0.network.isTrained }
        return others == 0 ? " that was trained" : ""
    }

    private var coefficients: String {
        let parts = ScalingAxis.allCases.map { axis in
            let (estimate, share) = (
                fit.optimum.coefficients[axis.rawValue], fit.optimum.shares[axis.rawValue]
            )
            let range = fit.shareRanges[axis.rawValue]
            return
                "\(axis.letter) \(estimate.value.digits(2)) (\(estimate.low.digits(2))–\(estimate.high.digits(2))), "
                + "\(Int((100 * share.value).rounded())) % of log(cost) (\(Int((100 * share.low).rounded()))–"
                + "\(Int((100 * share.high).rounded())) of \(Int((100 * range.lowerBound).rounded()))–"
                + "\(Int((100 * range.upperBound).rounded())))"
        }
        return "The law is lowest at \(parts.joined(separator: "; "))."
    }

    /// What would narrow the answer most.
    private var advice: String? {
        guard let rank = fit.recommended, rank.regret > fit.options.regret || fit.tellsNothing else {
            return nil
        }
        return fit.noise.seed > fit.noise.network
            ? "More runs narrow this; longer ones most, since seeds alone make \((100 * fit.noise.seed).digits(1)) % of the error."
            : "More networks narrow this; they lie \((100 * fit.noise.network).digits(1)) % of their error off the law."
    }
}

extension ScalingFit {
    /// The budget, such as "2.4× the macs".
    package var budgetInWords: String { "\(options.budget.coefficient)× the \(options.quantity.rawValue)" }
}
