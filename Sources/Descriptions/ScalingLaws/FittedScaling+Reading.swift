// A scaling law's file, read back: the coefficients and the baseline. The rest is for people.

import CompoundSearch
import Networks

extension FittedScaling {
    /// The coefficients in a YAML or JSON file that `compound fit` wrote.
    package init(contentsOf path: String) throws(DescriptionError) {
        self = try Document.root(ofFile: path).fittedScaling()
    }

    /// The coefficients in a text; `file` is what errors call it.
    package init(yaml text: String, file: String) throws(DescriptionError) {
        self = try Document.root(of: text, file: file).fittedScaling()
    }
}

extension Field {
    fileprivate func fittedScaling() throws(DescriptionError) -> FittedScaling {
        guard has("scaling_law") else {
            throw fault("this is no scaling law; give a file that 'compound fit --output' wrote.")
        }
        let document = try section(ScalingLawDocument.sections)
        let optimum = try document.required("optimum").section(ScalingLawDocument.optimumKeys)
        let network = try document.required("network")
        let baseline = try network.architecture()
        _ = try network.realised(baseline)
        let budget = try optimum.required("macs_ratio")
        guard try budget.number() > 1 else { throw budget.fault("macs_ratio is not above 1; undo the edit.") }
        var factors: [Double] = []
        for letter in Coefficients.letters {
            let keys = try optimum.required(letter).section(ScalingLawDocument.coefficientKeys)
            factors.append(try keys.required("value").coefficient())
        }
        return FittedScaling(
            baseline: baseline, budget: try budget.number(in: Budget.multipleRange),
            scale: RealisedScale(depth: factors[0], width: factors[1], resolution: factors[2]))
    }

    /// A coefficient that scales up, or not at all.
    private func coefficient() throws(DescriptionError) -> Double {
        let factor = try number()
        guard factor >= 1 - 1e-9 else {
            throw fault("\(name) is \(factor.short); a coefficient is 1 or more.")
        }
        return try number(in: Coefficients.range)
    }
}
