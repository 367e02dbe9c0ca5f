// Studies of a store that version 0.3.3 wrote are queried as they were there, and fitted to the same networks.
//
// The store is that of ResultStoreTests/stores. Beside it stands what 0.3.3 printed: `third-fit-0.3.3.json`, the fit of the one study
// with enough networks; `STUDY-trials-0.3.3.csv`.

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

    /// What 0.3.3 fitted by least squares lies in what is said of the same networks now, whether or not the store is up to date.
    @Test(arguments: [false, true]) func whatWasFittedIn033IsStillPossible(upToDate: Bool) throws {
        // given
        let scratch = try Scratch()
        let store = try oldStore(in: scratch, upToDate: upToDate)

        // when
        let fit = try CompoundTool.run("fit", "third", "--store", store, "--format", "json", in: scratch)

        // then
        #expect(fit.status == 0, "\(fit.errors)")
        let now = try #require(try fit.json() as? [String: Any])
        let old = try #require(
            try JSONSerialization.jsonObject(with: Data(expectation("third-fit-0.3.3.json").utf8))
                as? [String: Any])
        func number(_ document: [String: Any], _ path: String...) -> Double? {
            var value: Any? = document
            for key in path { value = (value as? [String: Any])?[key] }
            return value as? Double
        }
        #expect(number(now, "data", "networks") == number(old, "data", "networks"))
        for letter in ["alpha", "beta", "gamma"] {
            let value = try #require(number(old, "optimum", letter, "value"))
            let low = try #require(number(now, "optimum", letter, "low"))
            let high = try #require(number(now, "optimum", letter, "high"))
            #expect(low - 1e-9...high + 1e-9 ~= value, "\(letter) was \(value), now \(low) to \(high)")
        }
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
}
