// Studies of a store that version 0.3.3 wrote are fitted, and queried, as they were there.
//
// The store is that of ResultStoreTests/stores. Beside it stands what 0.3.3 printed: `STUDY-fit-0.3.3.txt`, standard output
// and then standard error; `third-fit-0.3.3.json`, as the others have too few networks; `STUDY-trials-0.3.3.csv`.
// Logarithms of another machine may end in another digit, so numbers of the JSON may differ by 1e-9 of their size.

import Foundation
import ResultStore
import Testing

@Suite struct OldStores {
    private static let stores = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("ResultStoreTests/stores")

    /// What 0.3.3 printed.
    private func expectation(_ name: String) throws -> String {
        try String(contentsOf: Self.stores.appendingPathComponent(name), encoding: .utf8)
    }

    /// The name of a copy of 0.3.3's store in the scratch folder, brought up to date on demand.
    private func oldStore(in scratch: Scratch, upToDate: Bool) throws -> String {
        let name = "old.sqlite"
        try FileManager.default.copyItem(
            atPath: Self.stores.appendingPathComponent("store-0.3.3.sqlite").path, toPath: scratch.path(name))
        if upToDate { _ = try TrialStore(path: scratch.path(name), access: .readWrite) }
        return name
    }

    @Test(arguments: ["first", "second", "third"], [false, true])
    func aStudyIsFittedAsIn033(_ study: String, upToDate: Bool) throws {
        // given
        let scratch = try Scratch()
        let store = try oldStore(in: scratch, upToDate: upToDate)

        // when
        let table = try CompoundTool.run("fit", study, "--store", store, in: scratch)
        let json = try CompoundTool.run("fit", study, "--store", store, "--format", "json", in: scratch)

        // then
        #expect(table.output + table.errors == (try expectation("\(study)-fit-0.3.3.txt")))
        let isFitted = study == "third"
        #expect(table.status == (isFitted ? 0 : 1) && json.status == table.status)
        guard isFitted else {
            #expect(json.output.isEmpty)
            return
        }
        let old = try JSONSerialization.jsonObject(with: Data(expectation("\(study)-fit-0.3.3.json").utf8))
        try expectTheSame(json.json(), old, at: "fit")
    }

    @Test(arguments: ["first", "second", "third"], [false, true])
    func aStudyHasTheTrialsAccuraciesAndLatenciesOf033(_ study: String, upToDate: Bool) throws {
        let scratch = try Scratch()
        let store = try oldStore(in: scratch, upToDate: upToDate)
        let query = try CompoundTool.run(
            "query", "--store", store, "--where", "study_name = '\(study)'", "--columns",
            """
            id,network_hash,alpha,beta,gamma,macs,parameters,state,accuracy,accuracy_deviation,accuracy_seeds,\
            accuracy_epochs,test_accuracy,latency_ms,latency_ms_ci95,latency_ratio,training_state
            """, "--format", "csv", in: scratch)
        #expect(query.status == 0, "\(query.errors)")
        #expect(query.output == (try expectation("\(study)-trials-0.3.3.csv")))
    }

    /// The same keys, texts and lengths, and numbers within 1e-9 of their size.
    private func expectTheSame(_ found: Any, _ old: Any, at place: String) {
        switch (found, old) {
        case (let found as [String: Any], let old as [String: Any]):
            #expect(Set(found.keys) == Set(old.keys), "\(place)")
            for (key, value) in old { expectTheSame(found[key] ?? NSNull(), value, at: "\(place).\(key)") }
        case (let found as [Any], let old as [Any]):
            #expect(found.count == old.count, "\(place)")
            for (index, pair) in zip(found, old).enumerated() {
                expectTheSame(pair.0, pair.1, at: "\(place)[\(index)]")
            }
        case (let found as Double, let old as Double):
            #expect(abs(found - old) <= 1e-9 * abs(old), "\(place): \(found), was \(old)")
        default:
            #expect("\(found)" == "\(old)", "\(place)")
        }
    }
}
