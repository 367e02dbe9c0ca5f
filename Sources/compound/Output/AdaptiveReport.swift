// An adaptive search on the terminal: when it ends, and what it knows by now.

import CompoundSearch
import Networks
import Rendering

extension StopRule {
    /// The ends in words.
    var text: String {
        [
            regret.map { "no network is better by more than \((100 * $0).coefficient) % of its error" },
            seconds.map { "\(SearchProgress.clock($0)) of training and measuring are spent" },
            runs.map { "\($0) runs are done" },
        ].compactMap(\.self).joined(separator: ", or ")
    }
}

extension StopRule.Ending {
    /// The condition of `until:` that was met, in words.
    var text: String {
        switch self {
        case .regret(let regret):
            "no network is better by more than \((100 * regret).coefficient) % of its error (until: regret)"
        case .seconds(let seconds):
            "\(SearchProgress.clock(seconds)) of training and measuring are spent, and the next run would exceed what was "
                + "allowed (until: time)"
        case .runs(let runs): "\(runs) runs are done (until: trials)"
        case .exhausted: "nothing is left to train that would narrow the answer"
        }
    }

    /// The condition's key under `until:`, and nothing where no run was left.
    var key: String {
        switch self {
        case .regret: "regret"
        case .seconds: "time"
        case .runs: "trials"
        case .exhausted: "nothing left"
        }
    }
}

extension ScalingFit {
    /// What is known by now, in one line: the shares' intervals and the regret.
    var progress: String {
        let shares = ScalingAxis.allCases.map { axis in
            let share = optimum.shares[axis.rawValue]
            return "\(axis) \(share.low.digits(2))–\(share.high.digits(2))"
        }
        let regret = recommended.map { ", regret at most \((100 * $0.regret).digits(1)) %" } ?? ""
        return "\(runs) run\(runs == 1 ? "" : "s"): shares \(shares.joined(separator: ", "))\(regret)"
    }
}
