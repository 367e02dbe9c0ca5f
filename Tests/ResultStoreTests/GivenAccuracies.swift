// Accuracies of one's own choice in the view `trials`, without training anything.

import GRDB

/// What is known of a trial.
struct GivenAccuracy {
    var accuracy: Double
    var deviation: Double?
    var seeds = 1
}

/// Makes the view of a store's file show these accuracies, by the number of the trial.
func giveAccuracies(_ accuracies: [Int: GivenAccuracy], to path: String) throws {
    try DatabaseQueue(path: path).write { db in
        let view = try String.fetchOne(db, sql: "SELECT sql FROM sqlite_master WHERE name = 'trials'") ?? ""
        let columns = try db.columns(in: "trials").map(\.name).filter { !$0.hasPrefix("accuracy") }
        try db.execute(
            sql: """
                DROP VIEW trials;
                \(view.replacing("VIEW trials", with: "VIEW trials_alone"));
                CREATE TABLE given (trial INTEGER PRIMARY KEY, accuracy REAL, deviation REAL, seeds INTEGER);
                CREATE VIEW trials AS
                SELECT \(columns.map { "trials_alone." + $0 }.joined(separator: ", ")), given.accuracy,
                    given.deviation AS accuracy_deviation, given.seeds AS accuracy_seeds
                FROM trials_alone LEFT JOIN given ON given.trial = trials_alone.id;
                """)
        for (trial, given) in accuracies {
            try db.execute(
                sql: "INSERT INTO given VALUES (?, ?, ?, ?)",
                arguments: [trial, given.accuracy, given.deviation, given.seeds])
        }
    }
}
