// When an adaptive search ends, read: `until: {time: 10m, regret: 2%, trials: 60}`.

import CompoundSearch

extension Field {
    /// The ends that are given, whichever comes first.
    func stopRule() throws(DescriptionError) -> StopRule {
        let keys = try section(["time", "regret", "trials"])
        var rule = StopRule()
        if let time = keys["time"] {
            let text = try time.text(StopRule.timeRemedy)
            guard let seconds = StopRule.seconds(text) else {
                throw time.fault("\(time.name) is \(text.quoted); \(StopRule.timeRemedy).")
            }
            rule.seconds = seconds
        }
        if let regret = keys["regret"] {
            let text = try regret.text(StopRule.regretRemedy)
            guard let share = StopRule.share(text) else {
                throw regret.fault("\(regret.name) is \(text.quoted); \(StopRule.regretRemedy).")
            }
            rule.regret = share
        }
        rule.runs = try keys["trials"]?.whole(in: StopRule.runRange)
        if rule == StopRule() {
            throw fault("until says nothing; give time, regret or trials, as in {time: 10m, regret: 2%}.")
        }
        return rule
    }
}

extension StopRule {
    /// How a time is written.
    package static let timeRemedy = "give a time from 1s to 8760h, such as 90s, 10m or 2h"
    /// How a regret is written.
    package static let regretRemedy = "give a share of the error from 0.01% to 99%, such as 2%"

    /// Seconds written as `90s`, `10m` or `2h`, or as a number of seconds; nil for anything else or outside the range.
    package static func seconds(_ text: String) -> Double? {
        guard let quantity = Quantity(text),
            let unit = ["": 1.0, "s": 1, "m": 60, "min": 60, "h": 3600][quantity.unit]
        else { return nil }
        let seconds = quantity.number.double * unit
        return secondsRange.contains(seconds) ? seconds : nil
    }

    /// A share written as `2%` or `0.02`; nil for anything else or outside the range.
    package static func share(_ text: String) -> Double? {
        guard let quantity = Quantity(text), ["", "%"].contains(quantity.unit) else { return nil }
        let share = quantity.number.scaled(byPowerOfTen: quantity.unit == "%" ? -2 : 0).double
        return regretRange.contains(share) ? share : nil
    }
}
