// A search space's YAML, read: a baseline, the coefficients to try, the budget, what to measure and prefer.

import Basics
import CompoundSearch
import Foundation
import Measurements
import Networks
import Recipes

extension SearchSpace {
    /// The search space that a YAML or JSON file describes, its baseline checked to be buildable.
    package init(contentsOf path: String) throws(DescriptionError) {
        self = try Document.root(ofFile: path).searchSpace()
    }

    /// The space that a text describes; `file` is what errors call it, and where relative paths begin.
    package init(yaml text: String, file: String) throws(DescriptionError) {
        self = try Document.root(of: text, file: file).searchSpace()
    }

    /// The space that a text describes, with its baseline handed in.
    ///
    /// A store keeps a space's text, but not the file that it may name as its baseline.
    package init(
        yaml text: String, file: String, baseline: Architecture
    ) throws(DescriptionError) {
        self = try Document.root(of: text, file: file).searchSpace(baseline)
    }
}

extension Field {
    fileprivate func searchSpace(_ baseline: Architecture? = nil) throws(DescriptionError) -> SearchSpace {
        if has("stages") || has("timm") || has("network") {
            throw fault("this is a network, not a search space; name it as the 'baseline:' of one.")
        }
        let keys = try section([
            "name", "baseline", "alpha", "beta", "gamma", "phi", "budget", "rules", "measure", "accuracy",
            "objective", "strategy", "seed", "until",
        ])
        let name = try keys.required("name").text()
        let baseline = try keys.required("baseline").baseline(unless: baseline)
        let alpha = try keys.required("alpha").axes(ofStages: baseline.stageCount)
        let beta = try keys.required("beta").axes(ofStages: baseline.stageCount)
        var space = SearchSpace(
            name: name, baseline: baseline, alpha: alpha.network, beta: beta.network,
            gamma: try keys.required("gamma").axis(), budget: try keys.required("budget").budget())
        (space.stageAlphas, space.stageBetas) = (alpha.stages, beta.stages)
        if let phi = keys["phi"] { space.phi = try phi.axis(in: Coefficients.phiRange) }
        if let rules = keys["rules"] {
            space.baseline.rules = try rules.rules(over: space.baseline.rules)
        }
        let cost = try realised(space.baseline).cost
        for level in space.budget.levels where level.macs(of: cost) > Double(Budget.macsRange.upperBound) {
            throw nearest(to: ["budget", "macs"]).fault(
                "the budget is more than \(Budget.macsRange.upperBound) macs; give less.")
        }
        space.budget.levels.sort { $0.macs(of: cost) < $1.macs(of: cost) }
        if let seed = keys["seed"] { space.seed = UInt64(try seed.whole(in: TrainingRecipe.seedRange)) }
        space.strategy = try keys["strategy"]?.choice() ?? space.strategy
        if let until = keys["until"] {
            guard space.strategy == .adaptive else {
                throw until.fault("until ends an adaptive search; add 'strategy: adaptive', or remove it.")
            }
            space.until = try until.stopRule()
        }
        if let accuracy = keys["accuracy"] {
            var plan = try accuracy.accuracyPlan()
            plan.recipe.seed = Int(space.seed)
            space.accuracy = plan
            space.objective = .accuracy
            if plan.fitsLaw, space.strategy != .adaptive, space.budget.latency == nil {
                space.budget = try threeLevels(of: space.budget, baseline: cost)
            }
        }
        if let refusal = space.strategyRefusal {
            let place = space.hasStageCoefficients ? keys["strategy"] : keys["accuracy"]
            throw (place ?? nearest(to: ["strategy"])).fault(refusal)
        }
        if space.budget.latency != nil, space.accuracy == nil {
            // All candidates take the same time; what they do in it is what they differ in.
            space.objective = Objective(column: "macs", maximize: true)
        }
        if let measure = keys["measure"] { space.measure = try measure.measurementPlan() }
        if let objective = keys["objective"] { space.objective = try objective.objective() }
        for (key, isGiven) in [
            ("latency_ms", space.budget.latencyMilliseconds != nil), ("latency", space.budget.latency != nil),
        ] where isGiven && space.measure.latency == .none {
            throw nearest(to: ["measure", "latency"]).fault(
                "there is no latency, but budget.\(key) bounds it; set 'latency: measured'"
                    + (key == "latency" ? " or 'latency: predicted'." : "."))
        }
        return space
    }

    /// The budget with as many cost levels as it takes to tell what cost does to accuracy.
    private func threeLevels(of budget: Budget, baseline: Cost) throws(DescriptionError) -> Budget {
        if budget.levels.count >= 3 { return budget }
        let place = nearest(to: ["budget", "macs"])
        let remedy = "or set 'fit: false' under accuracy."
        if budget.levels.count == 2 || place.isList {
            throw place.fault(
                "a scaling law takes three cost levels, and \(place.name) lists \(budget.levels.count); "
                    + "add levels such as [1.26x, 1.59x, 2x], \(remedy)")
        }
        guard let spread = budget.spread(over: baseline) else {
            throw place.fault(
                "a scaling law takes three cost levels, and \(place.name) is too near the baseline's cost for "
                    + "two more in between; list levels such as [1.26x, 1.59x, 2x], \(remedy)")
        }
        return spread
    }

    /// The network handed in; else a mapping, a path relative to this file, or a built-in name.
    private func baseline(unless given: Architecture?) throws(DescriptionError) -> Architecture {
        if let given { return given }
        if case .mapping = node { return try networkDocument() }
        let text = try text("give a built-in name, the path of a YAML file, or a mapping")
        let isPath = text.contains("/") || [".yaml", ".yml", ".json"].contains(where: text.hasSuffix)
        guard isPath else { return try builtIn() }
        let path = file.folderOfPath.path(of: text)
        guard FileManager.default.fileExists(atPath: path) else {
            throw fault("there is no file \(path.quoted); give a path relative to \(file.quoted).")
        }
        return try Architecture(contentsOf: path)
    }

    private func measurementPlan() throws(DescriptionError) -> MeasurementPlan {
        let keys = try section(["latency", "threads", "batch", "seconds"])
        var plan = MeasurementPlan()
        plan.latency = try keys["latency"]?.latencyOrigin() ?? plan.latency
        plan.threads = try keys["threads"]?.whole(in: MeasurementPlan.threadRange) ?? plan.threads
        plan.batch = try keys["batch"]?.whole(in: MeasurementPlan.batchRange) ?? plan.batch
        plan.secondsCap = try keys["seconds"]?.number(in: MeasurementPlan.secondsRange) ?? plan.secondsCap
        return plan
    }

    /// One of the origins, or true and false for measured and none.
    private func latencyOrigin() throws(DescriptionError) -> LatencyOrigin {
        if let flag = try? flag() { return flag ? .measured : .none }
        return try choice()
    }

    /// A latency or accuracy column, or a column with the direction that is better.
    private func objective() throws(DescriptionError) -> Objective {
        guard case .mapping = node else {
            let column = try column()
            if column == "latency" { return .latency }
            if column.hasPrefix("latency") { return Objective(column: column, maximize: false) }
            if ["accuracy", "accuracy_pretrain", "test_accuracy"].contains(column) {
                return Objective(column: column, maximize: true)
            }
            throw fault(
                "objective is \(column.quoted) without a direction; "
                    + "give {maximize: \(column)} or {minimize: \(column)}.")
        }
        let keys = try section(["maximize", "minimize"])
        switch (keys["maximize"], keys["minimize"]) {
        case (let best?, nil): return Objective(column: try best.column(), maximize: true)
        case (nil, let best?): return Objective(column: try best.column(), maximize: false)
        default: throw fault("objective needs one direction; give {maximize: COLUMN} or {minimize: COLUMN}.")
        }
    }

    private func column() throws(DescriptionError) -> String {
        let remedy = "give a column of the trials such as latency_ms"
        let text = try text(remedy)
        let letters = Set("abcdefghijklmnopqrstuvwxyz_0123456789".utf8)
        guard text.utf8.allSatisfy(letters.contains), text.utf8.count <= 64, text.first?.isNumber == false
        else { throw wrong(remedy) }
        return text
    }
}
