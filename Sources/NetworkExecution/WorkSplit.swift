// How work is shared among threads, decided when a network is compiled.

extension Range<Int> {
    /// One of `parts` nearly equal pieces, cut at multiples of `unit` from the start.
    package func share(_ part: Int, of parts: Int, unit: Int = 1) -> Range<Int> {
        let units = (count + unit - 1) / unit
        let low = lowerBound + units * part / parts * unit
        let high = lowerBound + units * (part + 1) / parts * unit
        return Swift.min(low, upperBound)..<Swift.min(high, upperBound)
    }
}

/// The part of a two-dimensional amount of work that falls to one thread.
package struct WorkShare {
    /// Rows of pixels, or rows of a matrix.
    package var rows: Range<Int>
    /// Panels of columns, or vectors of channels.
    package var columns: Range<Int>

    /// Both ranges.
    package init(rows: Range<Int>, columns: Range<Int>) {
        self.rows = rows
        self.columns = columns
    }

    /// Splits rows or columns, whichever leaves the busiest thread less to do; rows where both are as good.
    package static func split(rows: Int, rowUnit: Int = 1, columns: Int, threads: Int) -> [WorkShare] {
        let byRows = (0..<threads).map {
            WorkShare(rows: (0..<rows).share($0, of: threads, unit: rowUnit), columns: 0..<columns)
        }
        let byColumns = (0..<threads).map {
            WorkShare(rows: 0..<rows, columns: (0..<columns).share($0, of: threads))
        }
        return byColumns.largest < byRows.largest ? byColumns : byRows
    }
}

extension [WorkShare] {
    /// The most that falls to one thread.
    fileprivate var largest: Int { reduce(0) { Swift.max($0, $1.rows.count * $1.columns.count) } }
}
