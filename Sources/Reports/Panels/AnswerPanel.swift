// What should I build, how sure is that, what did it cost.

import CompoundSearch
import Networks
import Rendering

extension PanelKind {
    static let answer = PanelKind("answer") { findings in
        var panel = Panel(identifier: "answer", title: "The answer", caption: findings.answer.sentence)
        panel.facts = build(findings) + certainty(findings) + cost(findings)
        return panel
    }

    private static func build(_ findings: StudyFindings) -> [Panel.Fact] {
        guard let trial = findings.chosen else { return [] }
        let size = "\(trial.blocks) blocks, \(trial.resolution) pixels, \(trial.macs.short) macs"
        return [Panel.Fact("Build", "\(trial.name): \(size), \(trial.parameters.short) parameters")]
    }

    private static func certainty(_ findings: StudyFindings) -> [Panel.Fact] {
        guard let fit = findings.answer.law?.document.fit, let rank = fit.recommended else { return [] }
        let trained = fit.candidates.count(where: \.network.isTrained)
        return [
            Panel.Fact(
                "How sure",
                "of \(fit.candidates.count.counted("network")) of this budget, "
                    + (trained == fit.candidates.count
                        ? "all of them trained" : "\(trained.grouped) of them trained")
                    + ", none has an error "
                    + "lower by more than \(rank.regret.percent(1)); \(fit.indistinguishable.count.grouped) cannot be told from the best"
            )
        ]
    }

    private static func cost(_ findings: StudyFindings) -> [Panel.Fact] {
        let seconds = findings.rungs.reduce(0) { $0 + $1.seconds }
        let measured = findings.trials.count { $0.latency != nil }
        var parts: [String] = []
        if !findings.rungs.isEmpty {
            let networks = Set(findings.rungs.map(\.networkHash)).count
            parts.append(
                "\(seconds.duration) of training: \(findings.rungs.count.counted("run")) of \(networks.counted("network"))"
            )
        }
        if measured > 0 {
            parts.append("\(measured.counted("network")) timed")
        }
        if let machine = findings.conditions.last?.machine {
            parts.append("on \(machine.processor), \(machine.cores.counted("core"))")
        }
        return parts.isEmpty ? [] : [Panel.Fact("What it cost", parts.joined(separator: "; "))]
    }
}
