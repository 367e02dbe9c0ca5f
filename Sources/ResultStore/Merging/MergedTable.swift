// What merging knows of each table: which columns are a row's key, and which tell only when, where and by whom it was
// recorded. All other columns are findings, also those that a later migration adds.

/// A table as it is merged.
struct MergedTable: Sendable {
    /// The table's name.
    let name: String
    /// What a person calls its rows, or nil where they only connect others.
    var words: String?
    /// The columns of which equal values mean the same row; none where all columns do.
    var key: [String] = []
    /// The columns that may differ between two records of one row: the earlier record stands, and nobody disagrees.
    var circumstances: Set<String> = []
    /// The columns that hold numbers of rows of another table.
    var references: [String: String] = [:]
    /// The column that says when a row was recorded.
    var time: String?
    /// The column without which a row is an older version's record, which gives way to a complete one.
    var completeness: String?
    /// Whether its rows are numbered, by SQL over the record `v` and its rank `r`; else they have no number.
    var numbering: String?
    /// Whether a row that failed is a line of a log, which contradicts no other.
    var keepsFailures = false
    /// The rows that belong to one of its rows, and are that row's findings.
    var details: Details?
    /// Whether it is nothing but its details, which are found together or not at all.
    var isGroup = false

    /// Rows of another table that belong to one row.
    struct Details: Sendable {
        /// Their table.
        let table: String
        /// Which of their columns says to which row they belong: its column by theirs.
        let link: [String: String]
        /// The column they are ordered by.
        let order: String
        /// The columns that may differ.
        var circumstances: Set<String> = []
    }

    /// Every table of the schema, those that others refer to first.
    static let all = [
        MergedTable(
            name: "machine", key: ["fingerprint"], circumstances: ["cores", "memory_bytes", "system"]),
        MergedTable(
            name: "study", words: "studies", key: ["id"],
            circumstances: ["space", "tool_version", "created_at"], time: "created_at",
            completeness: "baseline"),
        MergedTable(name: "cost_level", key: ["study", "level"]),
        MergedTable(
            name: "funnel", words: "draws of studies", time: "drawn_at", numbering: "v.moment, v.digest"),
        MergedTable(
            name: "trial", words: "trials", key: ["study", "network_hash"],
            circumstances: [
                "description", "alpha_low", "alpha_high", "beta_low", "beta_high", "gamma_low", "gamma_high",
                "dimensions", "created_at",
            ], references: ["parent": "trial"], time: "created_at",
            numbering: "v.moment, v.study, v.point, v.network_hash"),
        MergedTable(
            name: "measurement_set",
            numbering: numberingByFirstUse(in: "measurement", "measurement_set")),
        MergedTable(name: "study_measurement_set", references: ["measurement_set": "measurement_set"]),
        MergedTable(
            name: "training", key: ["hash"], numbering: numberingByFirstUse(in: "rung", "training")),
        MergedTable(name: "study_training", references: ["training": "training"]),
        MergedTable(
            name: "measurement", words: "measurements",
            key: ["network_hash", "measurement_set", "attempt", "only_study"],
            circumstances: ["trial", "measured_at"],
            references: ["measurement_set": "measurement_set", "trial": "trial"], time: "measured_at",
            numbering: numberingOfLog("measurement", "v.network_hash, v.digest"), keepsFailures: true),
        MergedTable(
            name: "block_time", words: "block times", key: ["measurement_set", "block"],
            circumstances: ["measured_at"], references: ["measurement_set": "measurement_set"],
            time: "measured_at"),
        MergedTable(
            name: "layer_time", words: "profiles of layers", key: ["network_hash", "measurement_set"],
            references: ["measurement_set": "measurement_set"],
            details: Details(
                table: "layer_time",
                link: ["network_hash": "network_hash", "measurement_set": "measurement_set"],
                order: "position"), isGroup: true),
        MergedTable(
            name: "ceiling", key: ["measurement_set"], references: ["measurement_set": "measurement_set"],
            details: Details(
                table: "ceiling", link: ["measurement_set": "measurement_set"], order: "working_set_bytes"),
            isGroup: true),
        MergedTable(
            name: "rung", words: "runs of training",
            key: ["network_hash", "training", "seed", "epochs", "attempt", "only_study"],
            circumstances: [
                "trial", "rung", "start_epochs", "final", "note", "seconds", "images_per_second", "weights",
                "machine", "tool_version", "trained_at", "reused_from",
            ], references: ["training": "training", "trial": "trial", "reused_from": "rung"],
            time: "trained_at",
            numbering: numberingOfLog("rung", "v.network_hash, v.seed, v.epochs, v.digest"),
            keepsFailures: true,
            details: Details(
                table: "epoch", link: ["rung": "id"], order: "epoch",
                circumstances: ["images_per_second", "seconds"])),
        MergedTable(
            name: "verdict", words: "verdicts", references: ["trial": "trial"], time: "made_at",
            numbering: "v.moment, v.digest"),
    ]

    /// The tables whose numbers stand in others.
    static let referred = Set(all.flatMap(\.references.values))

    /// The tables in which rows that do not count are kept, the deepest first.
    static let ofConflicts = ["conflict_detail", "conflict_value", "conflict"]

    /// Later ones have higher numbers, as where they were recorded one after another.
    private static func numberingByFirstUse(in table: String, _ column: String) -> String {
        "ifnull((SELECT min(u.moment) FROM temp.version_\(table) AS u WHERE u.\(column) = r.key), '~'), v.digest"
    }

    /// By time; but a failure after which there is a result, elsewhere and earlier, comes before that result, since
    /// of several tries the last one counts.
    private static func numberingOfLog(_ table: String, _ ties: String) -> String {
        """
        min(v.moment, ifnull((
            SELECT s.moment FROM temp.ranked_\(table) AS q JOIN temp.version_\(table) AS s ON s.version = q.version
            WHERE q.key = v.slot AND q.place = 1), v.moment)), v.key = v.slot, \(ties)
        """
    }
}

extension MergedTable {
    /// Whether a value of that column is a finding.
    func isFinding(_ column: String) -> Bool {
        !key.isEmpty && !key.contains(column) && !circumstances.contains(column)
    }
}
