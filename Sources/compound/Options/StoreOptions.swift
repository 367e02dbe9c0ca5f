// The store of a command: which file, what its reader should know, and what its studies prefer.

import ArgumentParser
import CompoundSearch
import Descriptions
import Networks
import ResultStore
import Studies

/// The store that a command writes to.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .customLong("store"),
        help: ArgumentHelp(
            "The database of trials. (default: \(StoreOptions.usual))", valueName: "file"),
        completion: .file())
    var given: String?

    /// The file, the usual one unless another was given.
    var store: String { given ?? StoreOptions.usual }

    /// Where trials are kept unless somebody says otherwise.
    static let usual = "results/compound.sqlite"

    func validate() throws {
        if let refusal = TrialStore.refusal(ofName: store) { throw ValidationError("--store \(refusal)") }
    }
}

/// The stores that a command reads, as one.
struct ReadStoreOptions: ParsableArguments {
    @Option(
        name: .customLong("store"), parsing: .singleValue,
        help: ArgumentHelp(
            "A database of trials; several are read as one. (default: \(StoreOptions.usual))",
            valueName: "file"), completion: .file())
    private var given: [String] = []

    /// The names, as they were given.
    var names: [String] { given.isEmpty ? [StoreOptions.usual] : given }

    func validate() throws {
        for name in given {
            if let refusal = TrialStore.refusal(ofName: name) { throw ValidationError("--store \(refusal)") }
        }
    }

    /// Opens them for reading; what a person should know of a file is said on standard error.
    func open() throws -> TrialStore {
        let store = try TrialStore.reading(TrialStore.sources(named: names))
        for note in store.notes { Output.note("note: \(note)".wrapped(to: 100)) }
        return store
    }
}

extension ReadStoreOptions {
    /// Opens them, and reads a trial.
    func open(trial id: Int) throws -> (store: TrialStore, trial: TrialRecord) {
        let store = try open()
        return (store, try store.trial(id: id))
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
