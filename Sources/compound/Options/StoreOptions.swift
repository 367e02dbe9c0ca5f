// The store of a command: which file, what its reader should know, and what its studies prefer.

import ArgumentParser
import CompoundSearch
import Descriptions
import Networks
import ResultStore

/// Where the trials are.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The database of trials.", valueName: "file"), completion: .file())
    var store = StoreOptions.usual

    /// Where trials are kept unless somebody says otherwise.
    static let usual = "results/compound.sqlite"

    func validate() throws {
        if let refusal = TrialStore.refusal(ofName: store) { throw ValidationError("--store \(refusal)") }
    }
}

extension TrialStore {
    /// A store that a command was given; what a person should know of its file is said on standard error.
    init(noting path: String, access: Access) throws {
        self = try TrialStore(path: path, access: access)
        for note in notes { Output.note("note: \(note)".wrapped(to: 100)) }
    }

    /// What the space of a study prefers where it trains nothing; else, or where it cannot be read any more, a low latency.
    func preference(ofStudy study: String?) throws -> Objective {
        let record = try best(by: .latency, study: study).trial.study
        guard let baseline = record.baseline,
            let architecture = try? Architecture(yaml: baseline, file: file),
            let space = try? SearchSpace(yaml: record.space, file: file, baseline: architecture),
            space.accuracy == nil
        else { return .latency }
        return space.objective
    }
}
