// The seventh migration: what stores that are merged disagree about. One row counts and stands in its own table;
// every other one is kept here, value by value, so that a later merging weighs them all anew.

extension Schema {
    /// Tables and view of the rows that do not count.
    static let conflicts =
        """
        CREATE TABLE conflict (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,  -- the table in which another row of the same key counts
            differs TEXT NOT NULL,  -- the columns in which the two disagree
            trial INTEGER REFERENCES trial (id),
            measurement_set INTEGER REFERENCES measurement_set (id),
            training INTEGER REFERENCES training (id)
        ) STRICT;

        CREATE TABLE conflict_value (
            conflict INTEGER NOT NULL REFERENCES conflict (id),
            name TEXT NOT NULL,  -- the column
            value ANY,  -- numbers of other rows by the hash of their keys
            counts ANY,  -- the value in the row that counts
            PRIMARY KEY (conflict, name)
        ) STRICT, WITHOUT ROWID;

        -- The rows that belong to one row: the epochs of a run, the layers of a profile, the sizes of a ceiling.
        CREATE TABLE conflict_detail (
            conflict INTEGER NOT NULL REFERENCES conflict (id),
            place INTEGER NOT NULL,
            name TEXT NOT NULL,
            value ANY,
            PRIMARY KEY (conflict, place, name)
        ) STRICT, WITHOUT ROWID;

        """ + triggers.joined(separator: "\n") + view

    private static let triggers = ["conflict", "conflict_value", "conflict_detail"].map { table in
        """
        CREATE TRIGGER \(table)_keeps BEFORE UPDATE ON \(table)
            BEGIN SELECT RAISE(ABORT, 'conflicts are never changed'); END;
        CREATE TRIGGER \(table)_stays BEFORE DELETE ON \(table)
            BEGIN SELECT RAISE(ABORT, 'conflicts are never deleted'); END;
        """
    }

    private static let view = """

        CREATE VIEW conflicts AS
        WITH cell AS (
            SELECT
                conflict,
                max(CASE WHEN name = 'study' THEN value END) AS study,
                max(CASE WHEN name = 'id' THEN value END) AS own_study,
                max(CASE WHEN name = 'network_hash' THEN value END) AS network_hash,
                max(CASE WHEN name = 'seed' THEN value END) AS seed,
                max(CASE WHEN name = 'epochs' THEN value END) AS epochs,
                max(CASE WHEN name = 'latency_ms' THEN value END) AS latency_ms,
                max(CASE WHEN name = 'latency_ms' THEN counts END) AS counts_latency_ms,
                max(CASE WHEN name = 'accuracy' THEN value END) AS accuracy,
                max(CASE WHEN name = 'accuracy' THEN counts END) AS counts_accuracy,
                max(CASE WHEN name = 'machine' THEN value END) AS machine,
                max(CASE WHEN name IN ('created_at', 'measured_at', 'trained_at') THEN value END) AS recorded_at
            FROM conflict_value GROUP BY conflict
        )
        SELECT
            conflict.id, conflict.kind, conflict.trial, study.id AS study, study.name AS study_name,
            cell.network_hash, conflict.measurement_set, conflict.training,
            iif(conflict.kind = 'rung', cell.seed, NULL) AS seed, cell.epochs, conflict.differs,
            cell.latency_ms, cell.counts_latency_ms, cell.accuracy, cell.counts_accuracy, cell.machine,
            strftime('%Y-%m-%d %H:%M:%f', cell.recorded_at) AS recorded_at
        FROM conflict
        JOIN cell ON cell.conflict = conflict.id
        LEFT JOIN trial ON trial.id = conflict.trial
        LEFT JOIN study ON study.id = coalesce(trial.study, cell.study, cell.own_study);
        """
}
