// What is recorded comes back, once, and stays.

import CompoundSearch
import Foundation
import GRDB
import Measurements
import Networks
import ResultStore
import Testing

@Test func recordedTrialComesBackWithEverythingAnExportNeeds() throws {
    // given
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    let study = try store.registerGrid()
    let trial = try trials(7)[6]
    let now = Date(timeIntervalSince1970: 1_700_000_000.5)

    // when
    let isNew = try store.record(
        trial, measured(1.25), conditions: conditions(), description: "stages: []\n", now: now)

    // then
    #expect(isNew)
    let record = try store.trial(id: 1)
    #expect(record.study.id == study)
    #expect(record.study.name == "b0")
    #expect(record.study.strategy == .grid)
    #expect(record.study.space == "name: b0\n")
    #expect(record.study.toolVersion == "1.0.0")
    #expect(record.network == "efficientnet-b0")
    #expect(record.networkHash == trial.networkHash)
    #expect(record.description == "stages: []\n")
    #expect(record.point == trial.candidate.point)
    #expect(record.coefficients == trial.candidate.coefficients)
    #expect(record.alpha == trial.ranges.alpha)
    #expect(record.beta == trial.ranges.beta)
    #expect(record.gamma == trial.ranges.gamma)
    #expect(record.width == trial.candidate.network.architecture.scaling.width)
    #expect(record.depth == trial.candidate.network.architecture.scaling.depth)
    #expect(record.resolution == trial.candidate.network.dimensions.resolution)
    #expect(record.blocks == trial.candidate.network.dimensions.blocks)
    #expect(record.cost == trial.candidate.network.cost)
    #expect(record.createdAt == "2023-11-14T22:13:20.500Z")
    #expect(record.measurements.count == 1)
    #expect(record.measurements.first?.conditions == conditions())
    #expect(record.measurements.first?.evaluation == measured(1.25))
    #expect(record.measurements.first?.conditions.origin == .measured)
    #expect(record.measurements.first?.measuredAt == "2023-11-14T22:13:20.500Z")
}

@Test func coefficientsOfStagesAreTextsThatReadBack() throws {
    var staged = space()
    let one = Axis.list([1])
    staged.stageAlphas = [one, one, .list([1.5]), one, one, one, one]
    staged.stageBetas = [one, .list([1.25]), .list([0.1 + 0.2]), one, one, one, .list([2])]
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    try store.registerGrid(staged)
    try store.registerGrid()
    let trial = try trials(1, of: staged)[0]
    for trial in try [trial, trials(1)[0]] {
        try store.record(trial, measured(1), conditions: conditions(), description: "network")
    }

    let record = try store.trial(id: 1)
    #expect(record.coefficients == trial.candidate.coefficients)
    #expect(record.coefficients.stages?.widths == [1, 1.25, 0.1 + 0.2, 1, 1, 1, 2])
    #expect(try store.trial(id: 2).coefficients.stages == nil)
    let betas = "1 1.25 0.30000000000000004 1 1 1 2"
    #expect(try store.cell("id", where: "beta_stages = '\(betas)'") == .integer(1))
    #expect(try store.cell("alpha_stages", where: "id = 1") == .text("1 1 1.5 1 1 1 1"))
    #expect(try store.cell("beta_stages", where: "id = 2") == .null)
    #expect(try store.cell("alpha", where: "id = 1") == .real(trial.candidate.coefficients.alpha))
}

@Test func viewShowsEveryColumnUnderItsName() throws {
    let store = try TrialStore.holding([1.25])
    let table = try store.query(Query())
    #expect(
        table.columns == [
            "id", "study", "study_name", "strategy", "seed", "network", "network_hash", "point",
            "alpha", "beta", "gamma", "phi", "alpha_low", "alpha_high", "beta_low", "beta_high", "gamma_low",
            "gamma_high", "alpha_stages", "beta_stages", "width", "depth", "resolution", "blocks",
            "cost_level", "macs", "parameters",
            "activations", "bias_adds", "norm_elements", "weight_bytes", "peak_activation_bytes", "state",
            "reason", "set_aside",
            "latency_ms", "latency_ms_min", "latency_ms_ci95", "samples", "anchor_ms", "latency_ratio",
            "latency_ratio_ci95", "latency_origin", "memory_bytes", "measurement_set", "processor", "cores",
            "machine_memory_bytes", "caches", "system", "machine", "instruction_set", "threads", "batch",
            "precision", "build", "tool_version", "anchor", "accuracy", "accuracy_deviation",
            "accuracy_seeds", "accuracy_epochs", "accuracy_pretrain", "balanced_accuracy",
            "most_common_share", "test_accuracy", "loss", "training_seconds", "training", "trainer", "data",
            "training_state", "training_reason", "tolerance", "latency_bound_ms", "parent", "proposal",
            "coefficients", "created_at", "measured_at", "trained_at",
        ])
    let row = Dictionary(uniqueKeysWithValues: zip(table.columns, table.rows[0]))
    let b0 = try Network(space().baseline)
    #expect(row["macs"] == .integer(385_814_752))
    #expect(row["parameters"] == .integer(b0.cost.parameters.value))
    #expect(row["activations"] == .integer(b0.cost.activations.value))
    #expect(row["bias_adds"] == .integer(b0.cost.biasAdds.value))
    #expect(row["norm_elements"] == .integer(b0.cost.normElements.value))
    #expect(row["weight_bytes"] == .integer(b0.cost.weightBytes.value))
    #expect(row["peak_activation_bytes"] == .integer(b0.cost.peakActivationBytes.value))
    #expect(row["resolution"] == .integer(224))
    #expect(row["blocks"] == .integer(16))
    #expect(row["alpha"] == .real(1))
    #expect(row["state"] == .text("complete"))
    #expect(row["reason"] == .null)
    #expect(row["latency_ms"] == .real(12.5))
    #expect(row["latency_ms_min"] == .real(11.875))
    #expect(row["latency_ms_ci95"] == .real(0.25))
    #expect(row["samples"] == .integer(40))
    #expect(row["anchor_ms"] == .real(10))
    #expect(row["latency_ratio"] == .real(1.25))
    #expect(row["latency_ratio_ci95"] == .real(0.025))
    #expect(row["latency_origin"] == .text("measured"))
    #expect(row["memory_bytes"] == .integer(4096))
    #expect(row["processor"] == .text("Z80"))
    #expect(row["machine_memory_bytes"] == .integer(65_536))
    #expect(row["machine"] == .text(conditions().machine.fingerprint))
    #expect(row["instruction_set"] == .text("avx512"))
    #expect(row["anchor"] == .text("resnet-18"))
    #expect(row["precision"] == .text("float32"))
}

@Test func rejectedAndFailedTrialsKeepTheirReason() throws {
    // given
    let store = try TrialStore.holding([])
    let two = try trials(2)
    var slow = measured(3)
    slow.outcome = .rejected("3.0 is above 2.5")

    // when
    try store.record(two[0], slow, conditions: conditions(), description: "")
    try store.record(
        two[1], Evaluation(outcome: .failed("out of memory")), conditions: conditions(), description: "")

    // then
    #expect(try store.cell("reason", where: "state = 'rejected'") == .text("3.0 is above 2.5"))
    #expect(try store.cell("reason", where: "state = 'failed'") == .text("out of memory"))
    #expect(try store.cell("latency_origin", where: "state = 'failed'") == .null)
    #expect(try store.trial(id: 1).measurements.first?.evaluation == slow)
    #expect(
        try store.trial(id: 2).measurements.first?.evaluation == Evaluation(outcome: .failed("out of memory"))
    )
}

@Test func latencyThatIsNoNumberIsUnknownInTheViewAndNeverTheBest() throws {
    let store = try TrialStore.holding([2, .nan])
    #expect(try store.cell("latency_ratio", where: "id = 2") == .null)
    #expect(try store.trial(id: 2).measurements.first?.evaluation.latency?.ratio.isNaN == true)
    #expect(try store.best().trial.id == 1)
}

@Test func secondRecordOfATrialChangesNothing() throws {
    // given
    let store = try TrialStore.holding([1.25])
    let before = try store.query(Query())

    // when
    let isNew = try store.record(
        try trials(1)[0], measured(9), conditions: conditions(), description: "another")

    // then
    #expect(!isNew)
    #expect(try store.query(Query()) == before)
    #expect(try store.trial(id: 1).description == "network")
}

@Test func otherConditionsAreAnotherMeasurementOfTheSameTrial() throws {
    let store = try TrialStore.holding([1.25])
    let isNew = try store.record(
        try trials(1)[0], measured(0.75), conditions: conditions(threads: 2), description: "network")
    #expect(isNew)
    let record = try store.trial(id: 1)
    #expect(record.measurements.map(\.conditions.threads) == [2, 1])
    #expect(record.measurements.map(\.measurementSet) == [2, 1])
    #expect(try store.rowCount == 2)
}

@Test func evaluationsAreThoseOfTheConditionsWhoeverAsked() throws {
    // given
    let store = try TrialStore.holding([1, 2, 3])
    let three = try trials(3)
    let other = space(named: "other")
    try store.registerGrid(other)
    let ofOther = try trials(5, of: other)[4]
    try store.record(ofOther, measured(1), conditions: conditions(), description: "")
    try store.record(three[1], measured(1), conditions: conditions(threads: 2), description: "")
    try store.record(
        try trials(4)[3], Evaluation(outcome: .failed("x")), conditions: conditions(), description: "")
    let study = three[0].study

    // then
    let hashes = Set(try trials(4).map(\.networkHash))
    // What another study found of a network counts for this one.
    let all = hashes.union([ofOther.networkHash])
    #expect(try store.evaluated(study: study, conditions: conditions()) == all)
    #expect(try store.evaluated(study: study, conditions: conditions(threads: 2)) == [three[1].networkHash])
    #expect(try store.evaluated(study: study, conditions: conditions(threads: 3)) == [])
    #expect(try store.evaluated(study: ofOther.study, conditions: conditions()) == all)
}

@Test func studyIsRegisteredOnceAndKeepsItsFirstText() throws {
    let store = try TrialStore.holding([1])
    let identifier = try store.register(
        space(), strategy: .grid, seed: 0, text: "# reformatted", toolVersion: "2.0.0")
    #expect(identifier == (try store.trial(id: 1).study.id))
    #expect(try store.trial(id: 1).study.space == "name: b0\n")
}

@Test(arguments: [0, 7, UInt64(Int64.max), UInt64(Int64.max) + 1, .max])
func everySeedComesBack(seed: UInt64) throws {
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    let study = try store.register(space(), strategy: .random, seed: seed, text: "", toolVersion: "1.0.0")
    var stream = try CandidateStream(Sampler(space(), strategy: .random, seed: seed))
    let first = stream.next()
    let candidate = try #require(first)
    let trial = Trial(study: study, candidate: candidate, ranges: stream.ranges(of: candidate))
    try store.record(trial, measured(1), conditions: conditions(), description: "")
    #expect(try store.trial(id: 1).study.seed == seed)
    #expect(
        try store.query(Query(columns: ["id"], filter: "seed = \(Int64(exactly: seed) ?? -1)")).rows.count
            == (seed <= UInt64(Int64.max) ? 1 : 0))
}

@Test(arguments: [
    "study", "trial", "machine", "measurement_set", "measurement", "study_measurement_set", "study_training",
    "training", "rung", "epoch", "funnel", "cost_level", "verdict", "layer_time", "ceiling", "block_time",
])
func tablesRefuseChangesAndDeletions(table: String) throws {
    // given
    let folder = try TemporaryFolder()
    let file = try folder.store(2)
    try fillEveryTable(of: file)
    let column = try #require(try firstColumn(of: table, in: file))

    // then
    for sql in ["UPDATE \(table) SET \(column) = \(column)", "DELETE FROM \(table)"] {
        let error = #expect(throws: DatabaseError.self) { try execute(sql, on: file) }
        #expect(error?.message?.contains("are never") == true)
    }
    #expect(try TrialStore(path: file, access: .readOnly).rowCount == 2)
}

/// Gives every table a row, in a store that has trials.
private func fillEveryTable(of file: String) throws {
    let store = try TrialStore(path: file, access: .readWrite)
    let trial = try trials(1)[0]
    try store.record(blockTimes: ["stem": 0.5], conditions: conditions())
    try store.record(funnel: FunnelCounts(), study: trial.study, toolVersion: "1.0.0")
    try store.register(study: registration(of: space(named: "with levels")))
    try store.record(
        ceilings: [Ceiling(workingSetBytes: 1, gflops: 1, gigabytesPerSecond: 1)], conditions: conditions())
    try store.record(
        layerTimes: [LayerTime(layer: "stem", milliseconds: 1, minimum: 1, macs: 1)],
        networkHash: trial.networkHash, conditions: conditions())
    var result = RungResult(accuracy: 0.5, seconds: 1)
    result.curve = [TrainedEpoch(epoch: 1)]
    let rung = TrainingRung(
        phase: .pretraining, index: 0, seed: 1, startEpochs: 0, epochs: 1, isFinal: true)
    try store.record(
        FinishedRung(networkHash: trial.networkHash, rung: rung, outcome: .complete(result)),
        study: trial.study, training: TrainingKey(hash: "h", trainer: "t", recipe: "r"),
        machine: conditions().machine, toolVersion: "1.0.0")
    try store.setAside(trial: 1, reason: "a test", toolVersion: "1.0.0")
}

private func firstColumn(of table: String, in file: String) throws -> String? {
    try DatabaseQueue(path: file).read { try $0.columns(in: table).first?.name }
}

@Test func blockTimesAreKeptPerConditionsAndNeverReplaced() throws {
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    var conditions = Conditions(
        machine: Machine(processor: "p", cores: 2, memoryBytes: 1, system: "s"), instructionSet: "avx2",
        threads: 1, batch: 1, build: "release", toolVersion: "1", anchor: "a", origin: .predicted)
    #expect(try store.blockTimes(conditions).isEmpty)

    try store.record(blockTimes: ["stem": 0.5, "head": 0.25], conditions: conditions)
    try store.record(blockTimes: ["stem": 9, "block": 1], conditions: conditions)

    #expect(try store.blockTimes(conditions) == ["stem": 0.5, "head": 0.25, "block": 1])
    conditions.threads = 2
    #expect(try store.blockTimes(conditions).isEmpty)
}
