// What a study comes to in words: the fit's own sentences, else the best trial that it has, else why there is nothing yet.

import CompoundSearch
import Descriptions
import Rendering
import ResultStore

/// The answer of a study.
package enum StudyAnswer: Sendable {
    /// A scaling law's.
    case law(LawFindings)
    /// The best trial of a study that has no law, and why it has none where it trains.
    case best(TrialFinding, Objective, anchor: String?, reason: String?)
    /// Nothing, and why.
    case nothing(String)

    /// The law, where there is one.
    package var law: LawFindings? {
        if case .law(let law) = self { law } else { nil }
    }

    /// The number of the trial to take, where there is one.
    package var trial: Int? {
        switch self {
        case .law(let law): law.trial
        case .best(let trial, _, _, _): trial.id
        case .nothing: nil
        }
    }

    /// The answer in words.
    package var sentence: String {
        switch self {
        case .law(let law): law.document.sentence
        case .best(let trial, let objective, let anchor, let reason):
            StudyAnswer.sentence(trial, objective, anchor: anchor) + (reason.map { " " + $0 } ?? "")
        case .nothing(let reason): reason
        }
    }

    private static func sentence(_ trial: TrialFinding, _ objective: Objective, anchor: String?) -> String {
        let order = objective.maximize ? "highest" : "lowest"
        var figures: [String] = []
        if let accuracy = trial.accuracy { figures.append("accuracy \((100 * accuracy).digits(2)) %") }
        if let latency = trial.latency {
            let half = trial.latencyHalfWidth.map { " (± \($0.digits(3)))" } ?? ""
            let ratio = trial.latencyRatio.flatMap { ratio in
                anchor.map { ", \(ratio.digits(2)) times \($0)'s" }
            }
            figures.append("\(latency.digits(3)) ms\(half)\(ratio ?? "")")
        }
        figures.append("\(trial.macs.short) macs")
        return
            "Of the trials within the budget take \(trial.name), which has the \(order) \(objective.column): "
            + figures.joined(separator: ", ") + "."
    }
}
