// The trials that no other trial beats in every respect.

/// Finds non-dominated rows.
package enum ParetoFront {
    /// Indices of the rows that no other row equals or betters in every column while bettering it in one.
    ///
    /// Lower is better; negate what should be high. Rows with NaN never belong to the front. Rows that are
    /// equal in every column all stay. O(n²) comparisons at worst, far fewer after sorting.
    package static func indices(of rows: [[Double]]) -> [Int] {
        let order = rows.indices.filter { !rows[$0].contains(where: \.isNaN) }
            .sorted { rows[$0].lexicographicallyPrecedes(rows[$1]) }
        var front: [Int] = []
        for index in order where !front.contains(where: { dominates(rows[$0], rows[index]) }) {
            front.append(index)
        }
        return front.sorted()
    }

    private static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
        a != b && zip(a, b).allSatisfy { $0 <= $1 }
    }
}
