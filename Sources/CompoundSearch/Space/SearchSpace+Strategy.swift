// Which strategies suit which training.

extension SearchSpace {
    /// Why its candidates cannot be chosen by its strategy, in one sentence, or nil where they can.
    package var strategyRefusal: String? {
        if hasStageCoefficients, [.spread, .adaptive].contains(strategy) {
            return
                "\(strategy.rawValue) tells networks apart by depth, width and resolution as a whole, and "
                + "\(stageBetas.isEmpty ? "alpha" : "beta") has a coefficient for each stage; use the strategy grid or random."
        }
        if let accuracy { return strategy.refusal(of: accuracy) }
        return [.spread, .adaptive].contains(strategy)
            ? "\(strategy.rawValue) chooses what to train, and nothing says how; add 'accuracy:'." : nil
    }
}

extension Strategy {
    /// Why candidates that are chosen so cannot be trained by a plan, in one sentence, or nil where they can.
    fileprivate func refusal(of plan: AccuracyPlan) -> String? {
        if self != .adaptive {
            return plan.lengths.isEmpty
                ? nil
                : "lengths are what an adaptive search chooses among; add 'strategy: adaptive', or remove them."
        }
        if plan.recipe.fineTuning != nil {
            return
                "an adaptive search trains every run under one schedule; remove 'fine_tune', and give its epochs as 'epochs'."
        }
        if plan.seeds > 1 || plan.pretrainingSeeds > 1 {
            return "an adaptive search chooses seeds itself; remove 'seeds'."
        }
        return nil
    }
}
