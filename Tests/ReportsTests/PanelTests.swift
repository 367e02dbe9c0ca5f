// Each panel is a function of the findings; without data it says in one line why it is not there.

import Figures
import Foundation
import Reports
import ResultStore
import Testing

@Suite struct Panels {
    private func panel(_ name: String, of study: ReportedStudy) throws -> Panel {
        let kind = try #require(PanelKind.all.first { $0.name == name })
        return try kind.panel(study.findings())
    }

    @Test func namesAreUniqueAndPlainAndPanelsHaveTheFiguresTheySay() throws {
        let names = PanelKind.all.map(\.name)
        #expect(
            names == [
                "answer", "ladder", "front", "plane", "certainty", "funnel", "curves", "parallel", "layers",
                "noise",
                "trials", "provenance",
            ])
        #expect(Set(PanelKind.figureNames).count == PanelKind.figureNames.count)
        let findings = try ReportedStudy(isProfiled: true).findings()
        for kind in PanelKind.all {
            let panel = kind.panel(findings)
            #expect(panel.identifier == kind.name)
            #expect(panel.absence == nil, "\(kind.name): \(panel.absence ?? "")")
            #expect(panel.figures.map(\.identifier) == kind.figures)
            for figure in panel.figures {
                #expect(!figure.title.isEmpty && figure.summary.hasSuffix("."), "\(figure.summary)")
                #expect(figure.omitted == 0, "\(kind.name) leaves out \(figure.omitted)")
            }
        }
    }

    @Test func theAnswerIsTheFitsOwn() throws {
        let findings = try ReportedStudy().findings()
        let law = try #require(findings.answer.law)
        #expect(try panel("answer", of: ReportedStudy()).caption == law.document.sentence)
        #expect(law.history.last == law.document.fit)
        #expect(
            findings.answer.sentence.contains(
                "For 4× the macs, trained for 4 epochs of 1,000 images, take trial:"))
    }

    @Test func aStudyOfLatenciesAloneIsAnsweredByItsFastest() throws {
        let findings = try ReportedStudy(trained: 0).findings()
        #expect(findings.answer.law == nil)
        let fastest = findings.trials.min { ($0.latencyRatio ?? 0) < ($1.latencyRatio ?? 0) }
        #expect(findings.answer.trial == fastest?.id)
        #expect(
            findings.answer.sentence.contains(
                "take trial:\(fastest?.id ?? 0), which has the lowest latency_ratio: "))
        #expect(try panel("front", of: ReportedStudy(trained: 0)).title == "Latency against macs")
    }

    @Test(arguments: [
        ("ladder", "The ladder needs accuracies: add 'accuracy:' to the space, and search again."),
        ("plane", "The plane needs accuracies: add 'accuracy:' to the space, and search again."),
        ("certainty", "Intervals need a scaling law, which nothing was trained for."),
        ("curves", "Nothing was trained: a space with 'accuracy:' trains its candidates."),
        ("noise", "Nothing was trained, so there is no noise of training to show."),
    ])
    func withoutTrainingAPanelSaysSo(_ name: String, _ sentence: String) throws {
        #expect(try panel(name, of: ReportedStudy(trained: 0)).absence == sentence)
    }

    @Test func tooFewAccuraciesLeaveNoLaw() throws {
        let study = ReportedStudy(trained: 2, seeds: 1)
        #expect(
            try panel("plane", of: study).absence
                == "The plane needs a scaling law, and these runs allow none yet.")
        let sentence = try study.findings().answer.sentence
        #expect(sentence.contains("which has the highest accuracy"))
        #expect(
            sentence.contains("No scaling law can be fitted yet: study 'small': 2 networks have an accuracy"))
    }

    @Test func withoutAnyFigureThePanelsStillAnswer() throws {
        var study = ReportedStudy(trained: 0, isTimed: false)
        #expect(
            try panel("front", of: study).absence?.hasPrefix("No trial has a latency or an accuracy yet")
                == true)
        #expect(try panel("layers", of: study).absence?.hasPrefix("No network is recommended yet") == true)
        study.trials = 1
        #expect(
            try panel("front", of: study).absence
                == "There is one trial only, and nothing to compare it with.")
        #expect(try panel("parallel", of: study).absence == "There are fewer than two trials to compare.")
        #expect(try study.findings().answer.sentence == "No trial can be recommended: of 1, 1 complete.")
        study.trials = 0
        #expect(try study.findings().answer.sentence == "This study has no trial yet.")
        #expect(try panel("trials", of: study).absence == "No trial is recorded yet.")
        #expect(try panel("front", of: study).absence == "There is no trial yet to plot.")
    }

    @Test func layersThatNobodyTimedAreSaidToBe() throws {
        let absence = try panel("layers", of: ReportedStudy()).absence
        #expect(absence?.hasSuffix("the same search once more records them.") == true)
        let timed = try panel("layers", of: ReportedStudy(isProfiled: true))
        #expect(timed.table?.rows.isEmpty == false)
        #expect(timed.table?.rows.allSatisfy { $0.cells[1] == "0.0100" } == true)
    }

    @Test func rejectedTrialsStandApart() throws {
        let study = ReportedStudy(trained: 0, latencyBound: 1)
        let findings = try study.findings()
        let rejected = findings.trials.filter(\.isRejected)
        #expect(!rejected.isEmpty && rejected.count < findings.trials.count)
        let crosses = try panel("front", of: study).figures[0].marks.compactMap { mark -> Points? in
            if case .points(let points) = mark, points.symbol == .cross { points } else { nil }
        }
        #expect(crosses.first?.points.count == rejected.count)
        #expect(findings.chosen?.isRejected == false)
    }

    @Test func failuresAreCountedWithTheirReason() throws {
        let caption = try panel("trials", of: ReportedStudy(trained: 0, failures: 3)).caption
        #expect(caption == "3 trials failed, most often because: the machine caught fire")
    }

    @Test func aPlotByNameIsThePanelsOwn() throws {
        let findings = try ReportedStudy().findings()
        #expect(try PanelKind.figure(named: "front", of: findings)?.get().identifier == "front")
        #expect(PanelKind.figure(named: "no such plot", of: findings) == nil)
        let absent = try #require(PanelKind.figure(named: "layers", of: findings))
        #expect(throws: AbsentFigure.self) { try absent.get() }
    }
}
