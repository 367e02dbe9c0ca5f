// Accuracies of one's own choice in the view `trials`, without training anything.

import GRDB

/// What is known of a trial.
struct GivenAccuracy {
    var accuracy: Double
    var deviation: Double?
    var seeds = 1
    var epochs = 2
    var pretrained: Double?
}

/// Makes the view of a store's file show these accuracies, by the number of the trial.
func giveAccuracies(_ accuracies: [Int: GivenAccuracy], to path: String) throws {
    let given = [
        "accuracy", "accuracy_deviation", "accuracy_seeds", "accuracy_epochs", "accuracy_pretrain",
        "training",
    ]
    try DatabaseQueue(path: path).write { db in
        let view = try String.fetchOne(db, sql: "SELECT sql FROM sqlite_master WHERE name = 'trials'") ?? ""
        let columns = try db.columns(in: "trials").map(\.name).filter { !given.contains($0) }
        try db.execute(
            sql: """
                DROP VIEW trials;
                \(view.replacing("VIEW trials", with: "VIEW trials_alone"));
                CREATE TABLE given (trial INTEGER PRIMARY KEY, \(given.joined(separator: ", ")));
                CREATE VIEW trials AS
                SELECT \((columns.map { "trials_alone." + $0 } + given.map { "given." + $0 }).joined(separator: ", "))
                FROM trials_alone LEFT JOIN given ON given.trial = trials_alone.id;
                """)
        for (trial, given) in accuracies {
            try db.execute(
                sql: "INSERT INTO given VALUES (?, ?, ?, ?, ?, ?, 1)",
                arguments: [
                    trial, given.accuracy, given.deviation, given.seeds, given.epochs, given.pretrained,
                ])
        }
    }
}
