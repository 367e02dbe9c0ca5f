// From accuracies in the store to a scaling law, and from the law to networks.

import CompoundSearch
import Descriptions
import Foundation
import Networks
import ResultStore
import Testing

@Suite struct FitCommands {
    /// A store of toy networks at many costs, with the errors of a known law and half a percent of noise.
    private func study(in scratch: Scratch, baseline: String? = nil, halving: Bool = false) throws {
        var text = try String(contentsOfFile: try scratch.toySpace(latency: .none), encoding: .utf8)
            .replacing("macs: 2x, tolerance: 30%", with: "macs: 4x, tolerance: 90%")
        if let baseline {
            let start = try #require(text.range(of: "baseline:"))
            let end = try #require(text.range(of: "alpha:"))
            let own = text[start.upperBound..<end.lowerBound].split(separator: "\n").map { $0.dropFirst(2) }
            _ = try scratch.write(own.joined(separator: "\n") + "\n", to: baseline)
            text.replaceSubrange(start.lowerBound..<end.lowerBound, with: "baseline: \(baseline)\n")
        }
        let space = try scratch.write(text, to: "space.yaml")
        let search = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        try #require(search.status == 0, "\(search.errors)")

        let store = try TrialStore(path: scratch.path("t.sqlite"), access: .readOnly)
        let rows = try store.query(Query(columns: ["id"], sort: ["macs"])).rows
        let records = try rows.map { row -> TrialRecord in
            guard case .integer(let id) = row[0] else { throw CocoaError(.coderInvalidValue) }
            return try store.trial(id: id)
        }
        let networks = try records.map { try Network(Architecture(yaml: $0.description, file: "trial")) }
        let smallest = try #require(records.firstIndex { $0.coefficients.product == 1 })
        var accuracies: [Int: GivenAccuracy] = [:]
        for (record, network) in zip(records, networks) {
            let x = try #require(network.scale(relativeTo: networks[smallest])).logarithms
            let noise = 0.005 * sin(7919 * Double(record.id))
            let error = exp(-1.5 - 0.35 * x.sum() + 0.3 * (x * x).sum() + noise)
            var given = GivenAccuracy(accuracy: 1 - error, deviation: 0.001, seeds: 3)
            if halving {
                // Every third went on, and errs a third less for it, whatever its size.
                given.pretrained = given.accuracy
                given.seeds = 1
                given.deviation = nil
                if record.id % 3 == 0 {
                    given.accuracy = 1 - 0.67 * error
                    given.epochs = 8
                }
            }
            accuracies[record.id] = given
        }
        try giveAccuracies(accuracies, to: scratch.path("t.sqlite"))
    }

    @Test func fitScaleExport() throws {
        let scratch = try Scratch()
        try study(in: scratch)

        // The table, and the file beside it.
        let fit = try CompoundTool.run(
            "fit", "--store", "t.sqlite", "--budget", "2x", "--output", "fit.yaml", in: scratch)
        #expect(fit.status == 0, "\(fit.errors)")
        #expect(fit.output.contains("best for 2× the macs after 2 epochs, with 95 % intervals:"))
        for word in ["α depth", "β width", "γ resolution", "depth only", "resolution only", "R² 0.99"] {
            #expect(fit.output.contains(word), "\(fit.output)")
        }

        // The law is symmetric, so what is cheap to enlarge is enlarged most.
        let json = try CompoundTool.run(
            "fit", "toy", "--store", "t.sqlite", "--budget", "2", "--format", "json", in: scratch)
        let root = try #require(try json.json() as? [String: Any])
        let optimum = try #require(root["optimum"] as? [String: Any])
        let coefficients = try ["alpha", "beta", "gamma"].map { letter in
            try #require((optimum[letter] as? [String: Any])?["value"] as? Double)
        }
        #expect(coefficients.allSatisfy { $0 >= 1 && $0 <= 2 })
        #expect(coefficients[0] > coefficients[1] && coefficients[0] > coefficients[2])
        #expect((root["study"] as? [String: Any])?["name"] as? String == "toy")

        // The series, from the file and from the study.
        let scale = try CompoundTool.run(
            "scale", "--from-fit", "fit.yaml", "--phi", "0...7", "--format", "json", in: scratch)
        #expect(scale.status == 0, "\(scale.errors)")
        let series = try #require(try scale.json() as? [[String: Any]])
        let ratios = series.compactMap { $0["macs_ratio"] as? Double }
        #expect(ratios.count == 8 && ratios[0] == 1 && ratios == ratios.sorted())
        for (phi, ratio) in ratios.enumerated() {
            // Multiples of 8 leave this narrow network three widths up to 2×.
            #expect(abs(log(ratio) - Double(phi) * log(2)) < 0.35, "φ = \(phi): \(ratio)")
        }
        let table = try CompoundTool.run("scale", "--from-fit", "fit.yaml", in: scratch)
        #expect(table.output.split(separator: "\n").count == 9)
        #expect(table.errors.contains("nearest network"))

        // One of the series as a file, which is itself a network of just these macs.
        let export = try CompoundTool.run(
            "export", "--from-fit", "fit.yaml", "--phi", "3", "--output", "b3.yaml", in: scratch)
        #expect(export.status == 0, "\(export.errors)")
        let show = try CompoundTool.run("show", "b3.yaml", "--format", "json", in: scratch)
        #expect((try show.json() as? [String: Any])?["macs"] as? Int == series[3]["macs"] as? Int)
        let python = try CompoundTool.run(
            "export", "--from-fit", "fit.yaml", "--phi", "1", "--format", "timm", in: scratch)
        #expect(python.output.contains("import"), "\(python.errors)")

        // Another network than the fitted one is scaled with a warning.
        let other = try CompoundTool.run(
            "scale", "efficientnet-b0", "--from-fit", "fit.yaml", "--phi", "0,1", in: scratch)
        #expect(other.errors.contains("they are a guess"))
    }

    @Test func aStudyNeedsNoFile() throws {
        let scratch = try Scratch()
        try study(in: scratch)
        let fit = try CompoundTool.run(
            "fit", "toy", "--store", "t.sqlite", "--output", "fit.json", "--format", "yaml", in: scratch)
        #expect(fit.status == 0, "\(fit.errors)")
        let fromFile = try CompoundTool.run("scale", "--from-fit", "fit.json", in: scratch)
        let fromStudy = try CompoundTool.run(
            "scale", "--from-fit", "toy", "--store", "t.sqlite", in: scratch)
        #expect(fromStudy.status == 0, "\(fromStudy.errors)")
        #expect(fromStudy.output == fromFile.output)
    }

    @Test func runsOfAllLengthsCountTogether() throws {
        let scratch = try Scratch()
        try study(in: scratch, halving: true)
        let halved = try CompoundTool.run("fit", "--store", "t.sqlite", "--format", "json", in: scratch)
        let root = try #require(try halved.json() as? [String: Any], "\(halved.errors)")
        #expect(((root["data"] as? [String: Any])?["lengths"] as? [Any])?.count == 2)
        let surface = try #require(root["surface"] as? [String: Any])
        #expect(try #require(surface["r_squared"] as? Double) > 0.99)
        // The answer is for the longest training, and among what was trained so long.
        let answer = try #require(root["answer"] as? [String: Any])
        #expect(try #require(answer["trial"] as? Int) % 3 == 0)
        let error = try #require((answer["error"] as? [String: Any])?["value"] as? Double)
        let trial = try #require(answer["trial"] as? Int)
        let trained = try TrialStore(path: scratch.path("t.sqlite"), access: .readOnly)
            .query(Query(columns: ["accuracy"], filter: "id = \(trial)")).rows[0][0]
        guard case .real(let accuracy) = trained else { return #expect(Bool(false), "\(trained)") }
        #expect(abs(error / (1 - accuracy) - 1) < 0.02)

        let longest = try CompoundTool.run(
            "fit", "--store", "t.sqlite", "--where", "accuracy_epochs = 8", "--format", "json", in: scratch)
        let data = (try longest.json() as? [String: Any])?["data"] as? [String: Any]
        let all = ((try halved.json() as? [String: Any])?["data"] as? [String: Any])?["networks"] as? Int
        #expect(try #require(data?["networks"] as? Int) <= #require(all) / 3 + 1)
    }

    @Test func aBaselineInAFileOfItsOwnIsNotNeededAgain() throws {
        let scratch = try Scratch()
        try study(in: scratch, baseline: "own.yaml")
        try FileManager.default.removeItem(atPath: scratch.path("own.yaml"))
        let fit = try CompoundTool.run("fit", "--store", "t.sqlite", "--format", "yaml", in: scratch)
        #expect(fit.status == 0, "\(fit.errors)")
        let fitted = try FittedScaling(yaml: fit.output, file: "fit")
        #expect(fitted.baseline.scaling == Scaling(width: 1, depth: 1, resolution: 32))
        #expect(abs(fitted.budget - 4) < 1e-9)
    }

    @Test func whatCannotBeFittedSaysWhy() throws {
        let scratch = try Scratch()
        try study(in: scratch)
        func refuse(_ arguments: String..., status: Int32 = 1, saying words: String) throws {
            let process = try CompoundTool.start(arguments, in: scratch)
            process.waitUntilExit()
            let errors = try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
            #expect(process.terminationStatus == status, "\(arguments): \(errors)")
            #expect(errors.contains(words), "\(arguments): \(errors)")
        }
        let names = try CompoundTool.run("studies", "--store", "t.sqlite", "--format", "json", in: scratch)
        let name = try #require((try names.json() as? [[String: Any]])?.first?["name"] as? String)
        for command in [
            ["fit", "none"], ["query", "--best", "--study", "none"], ["export", "--best", "--study", "none"],
        ] {
            let process = try CompoundTool.start(command + ["--store", "t.sqlite"], in: scratch)
            process.waitUntilExit()
            let errors = try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8)
            #expect(process.terminationStatus == 1)
            #expect(errors.contains("t.sqlite has no study 'none'; it has '\(name)'"), "\(errors)")
        }
        try refuse("fit", "--store", "t.sqlite", "--where", "id < 4", saying: "fewer than 4")
        try refuse("fit", "--store", "t.sqlite", "--budget", "900x", saying: "beyond the sizes")
        try refuse("fit", "--store", "t.sqlite", "--budget", "1x", saying: "leaves nothing to scale up")
        try refuse("fit", "--draws", "3", status: 64, saying: "--draws 3")
        try refuse("fit", "a", "--study", "b", status: 64, saying: "named twice")
        try refuse("scale", status: 64, saying: "--from-fit")
        try refuse("scale", "--from-fit", "x.yaml", "--alpha", "1.2", status: 64, saying: "in their place")
        try refuse("scale", "--from-fit", "x.yaml", saying: "x.yaml: there is no such file")
        try refuse("scale", "--from-fit", "space.yaml", saying: "this is no scaling law")
        try refuse("export", "--from-fit", "x.yaml", status: 64, saying: "--phi")
        try refuse("export", "efficientnet-b0", "--phi", "1", status: 64, saying: "--from-fit")
        try refuse("export", "--best", "--from-fit", "x.yaml", "--phi", "1", status: 64, saying: "--best")
    }

    @Test func aStoreWithoutAccuraciesSaysHowToGetThem() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        _ = try CompoundTool.run("search", space, "--store", "t.sqlite", in: scratch)
        let fit = try CompoundTool.run("fit", "toy", "--store", "t.sqlite", in: scratch)
        #expect(fit.status == 1)
        #expect(fit.errors.contains("study 'toy' has no accuracies; add 'accuracy:' to the space"))
    }

    @Test func queriesKnowTheRewardAndWhichAccuracyIsBetter() throws {
        let scratch = try Scratch()
        try study(in: scratch)
        let none = try CompoundTool.run("query", "--store", "t.sqlite", "--sort", "-reward", in: scratch)
        #expect(none.status == 64)
        #expect(none.errors.contains("--reward-target"))
        let bad = try CompoundTool.run("query", "--store", "t.sqlite", "--reward-target", "0", in: scratch)
        #expect(bad.status == 64)
        let reward = try CompoundTool.run(
            "query", "--store", "t.sqlite", "--reward-target", "10", "--reward-exponent", "-0.1", "--limit",
            "3", "--format", "json", in: scratch)
        let rows = try #require(try reward.json() as? [[String: Any]], "\(reward.errors)")
        #expect(rows.count == 3 && rows.allSatisfy { $0["reward"] is NSNull })
        let front = try CompoundTool.run(
            "query", "--store", "t.sqlite", "--pareto", "accuracy,macs", "--sort", "macs", "--format", "json",
            in: scratch)
        let accuracies = try #require(try front.json() as? [[String: Any]]).compactMap {
            $0["accuracy"] as? Double
        }
        #expect(accuracies.count > 2 && accuracies == accuracies.sorted())
        let table = try CompoundTool.run(
            "query", "--store", "t.sqlite", "--pareto", "accuracy,macs", in: scratch)
        #expect(table.output.split(separator: "\n").first?.contains("accuracy") == true)
    }
}
