// What a merging did, for people and programs.

import GRDB

/// How many rows a merging added, knew already and kept apart, and which files of weights belong to them.
package struct MergeSummary: Hashable, Sendable {
    /// The rows of one kind.
    package struct Rows: Hashable, Sendable {
        /// What a person calls them, such as `trials`.
        package let words: String
        /// Rows that the target lacked.
        package let added: Int
        /// Rows of the sources that it had, or that several sources have.
        package let known: Int
        /// Rows that contradict another one of their key and do not count from now on; in some it is the target's own that gave way.
        package let apart: Int
    }

    /// The rows of each kind.
    package let rows: [Rows]
    /// The target's own trials that have another number from now on, by the old one.
    package let renumbered: [Int: Int]
    /// Files of weights that the rows name.
    package let weights: [MergedWeights]

    /// Rows that the target lacked, of all kinds.
    package var added: Int { rows.reduce(0) { $0 + $1.added } }
    /// Rows that are kept apart from now on, of all kinds.
    package var apart: Int { rows.reduce(0) { $0 + $1.apart } }
}

/// The weights of a run, and where they may lie.
package struct MergedWeights: Hashable, Sendable {
    /// The path from a store's own folder of weights.
    package let path: String
    /// Whether the run was its training's last, whose weights are kept.
    package let isFinal: Bool
    /// The sources that trained the run with these findings, with their own paths to its file; 0 is the target.
    package let origins: [Origin]

    /// A file that a source names.
    package struct Origin: Hashable, Sendable {
        /// The number of the source, counted from 1; 0 is the target.
        package let source: Int
        /// The path from that source's folder of weights.
        package let path: String
    }

    /// What a path begins with that is kept from a store's folder of weights on; no path of a store begins so.
    static let mark = "."
}

extension MergeStage {
    /// The files of weights of all runs that count.
    func weights() throws -> [MergedWeights] {
        let start = MergedWeights.mark.count + 2
        let rows = try Row.fetchAll(
            target,
            sql: """
                SELECT substr(v.weights, \(start)) AS path, v.final AS final, o.source AS source,
                    substr(o.weights, \(start)) AS origin
                FROM temp.ranked_rung AS r
                JOIN temp.version_rung AS v ON v.version = r.version
                JOIN temp.version_rung AS o ON o.key = v.key AND o.findings = v.findings
                WHERE r.place = 1 AND v.weights LIKE './%' AND o.weights LIKE './%'
                ORDER BY r.id, o.source, origin
                """)
        var weights: [MergedWeights] = []
        var origins: [MergedWeights.Origin] = []
        for (index, row) in rows.enumerated() {
            origins.append(MergedWeights.Origin(source: row["source"], path: row["origin"]))
            let path: String = row["path"]
            if index + 1 < rows.count, rows[index + 1]["path"] == path { continue }
            weights.append(MergedWeights(path: path, isFinal: row["final"], origins: origins))
            origins = []
        }
        return weights
    }
}
