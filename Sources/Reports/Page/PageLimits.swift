// How large a page may become, and what it does without, step by step, until it is no larger.

/// The size of a page.
enum PageLimits {
    /// Trials up to which a page shows all points and has all columns.
    static let allPoints = 200
    /// Trials that a plot shows as lines.
    static let lines = 100
    /// Bytes left for the names of columns that were left out, and for what the data says of each study besides its rows.
    static func reserve(for studies: Int) -> Int { 1_500 + 3_000 * studies }

    /// Bytes of a page: 300 KB up to 200 trials, 2 MB at 10,000, and in between in proportion.
    static func bytes(of trials: Int) -> Int {
        let (few, many) = (300_000, 2_000_000)
        let share = Double(min(max(trials, 200), 10_000) - 200) / 9_800
        return few + Int(share * Double(many - few))
    }

    /// Points of a plot that shows not all trials.
    static func points(of trials: Int) -> Int { min(600, 200 + trials / 20) }
}

/// What a page does without.
struct PageThinning {
    /// Plots show so many times fewer trials than they may.
    var divisor = 1
    /// Panels whose places say that they were left out, by name.
    var withheld: Set<String> = []

    /// Ever thinner pages: with fewer points, then without panels. Those go from the last one on, since a page begins with what
    /// matters most; the table of trials goes after all others, whose rows the data has, and the provenance stays.
    static var steps: [PageThinning] {
        let others = PanelKind.all.dropFirst().map(\.name).filter {
            ![PanelKind.trials.name, PanelKind.provenance.name].contains($0)
        }
        let dispensable = [PanelKind.trials.name] + others
        return [1, 2, 4, 8].map { PageThinning(divisor: $0) }
            + dispensable.indices.reversed().map {
                PageThinning(divisor: 8, withheld: Set(dispensable[$0...]))
            }
    }
}
