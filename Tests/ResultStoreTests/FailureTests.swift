// Every way in which a store can fail, by its name. Each leaves what was recorded before.

import CompoundSearch
import Foundation
import GRDB
import ResultStore
import Testing

private let isRoot = geteuid() == 0

@Test func missingFileIsNeverCreatedByAReader() throws {
    let folder = try TemporaryFolder()
    #expect(throws: StoreError.missing(file: folder.file())) {
        try TrialStore(path: folder.file(), access: .readOnly)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file()))
}

@Test func writerCreatesTheFolder() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("results/store.sqlite")
    try TrialStore(path: file, access: .readWrite).registerGrid()
    #expect(try TrialStore(path: file, access: .readOnly).rowCount == 0)
}

@Test func lockedStoreIsReportedAfterTheTimeoutAndTakesTheTrialLater() throws {
    // given
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    let store = try TrialStore(path: file, access: .readWrite, limits: .init(busySeconds: 0.1))
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: file, configuration: configuration)
    let trial = try trials(2)[1]

    // when
    try other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    #expect(throws: StoreError.locked(file: file)) {
        try store.record(trial, measured(1), conditions: conditions(), description: "")
    }

    // then: reading goes on, a second writer may open, and the trial can be recorded afterwards
    #expect(try store.rowCount == 1)
    #expect(try TrialStore(path: file, access: .readWrite, limits: .init(busySeconds: 0.1)).rowCount == 1)
    try other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    #expect(try store.record(trial, measured(1), conditions: conditions(), description: ""))
}

@Test func readerRefusesToRecord() throws {
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    let reader = try TrialStore(path: file, access: .readOnly)
    #expect(throws: StoreError.readOnly(file: file)) {
        try reader.record(try trials(2)[1], measured(1), conditions: conditions(), description: "")
    }
    #expect(try reader.rowCount == 1)
}

@Test func foldersAreNotMadeButTheUsualOne() throws {
    let folder = try TemporaryFolder()
    for name in ["a/store.sqlite", "a/results/store.sqlite", "results/a/store.sqlite"] {
        let file = folder.file(name)
        let place = String(file.dropLast("/store.sqlite".count))
        #expect(throws: StoreError.noFolder(file: file, folder: place)) {
            try TrialStore(path: file, access: .readWrite)
        }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
}

@Test func folderThatCannotBeMadeIsReadOnly() {
    let file = "/proc/results/store.sqlite"
    #expect(throws: StoreError.readOnly(file: file)) { try TrialStore(path: file, access: .readWrite) }
}

@Test func folderGivenAsTheFileIsNoRegularFile() throws {
    let folder = try TemporaryFolder()
    for access in [TrialStore.Access.readWrite, .readOnly] {
        #expect(throws: StoreError.notARegularFile(file: folder.path)) {
            try TrialStore(path: folder.path, access: access)
        }
    }
}

@Test(.disabled(if: isRoot, "root may write everywhere"))
func readOnlyFileIsRefusedToAWriter() throws {
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    chmod(file, 0o400)
    #expect(throws: StoreError.readOnly(file: file)) { try TrialStore(path: file, access: .readWrite) }
    #expect(try TrialStore(path: file, access: .readOnly).rowCount == 1)
}

@Test(.disabled(if: isRoot, "root may write everywhere"))
func readOnlyFolderIsRefusedToAWriterAndReadByAReader() throws {
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    chmod(folder.path, 0o500)
    #expect(throws: StoreError.readOnly(file: file)) { try TrialStore(path: file, access: .readWrite) }
    #expect(try TrialStore(path: file, access: .readOnly).rowCount == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["store.sqlite"])
}

@Test func textFileIsNoDatabaseAndStaysAsItIs() throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "alpha: {low: 1, high: 2}\n", count: 100)
    try text.write(toFile: folder.file(), atomically: true, encoding: .utf8)
    for access in [TrialStore.Access.readWrite, .readOnly] {
        #expect(throws: StoreError.notADatabase(file: folder.file())) {
            try TrialStore(path: folder.file(), access: access)
        }
    }
    #expect(try String(contentsOfFile: folder.file(), encoding: .utf8) == text)
}

@Test(arguments: ["CREATE TABLE song (title TEXT)", "PRAGMA application_id = 252006674"])
func databaseOfAnotherApplicationStaysAsItIs(sql: String) throws {
    let folder = try TemporaryFolder()
    try execute(sql, on: folder.file())
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file()))
    for access in [TrialStore.Access.readWrite, .readOnly] {
        #expect(throws: StoreError.otherApplication(file: folder.file())) {
            try TrialStore(path: folder.file(), access: access)
        }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == before)
}

@Test func storeOfANewerVersionIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    try execute("INSERT INTO grdb_migrations VALUES ('from the future')", on: file)
    for access in [TrialStore.Access.readWrite, .readOnly] {
        #expect(throws: StoreError.newerVersion(file: file)) { try TrialStore(path: file, access: access) }
    }
}

@Test func emptyFileIsFilledByAWriterAndRefusedToAReader() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: URL(fileURLWithPath: folder.file()))
    #expect(throws: StoreError.outdated(file: folder.file())) {
        try TrialStore(path: folder.file(), access: .readOnly)
    }
    #expect(try TrialStore(path: folder.file(), access: .readWrite).rowCount == 0)
    #expect(try TrialStore(path: folder.file(), access: .readOnly).rowCount == 0)
}

@Test func creationThatWasKilledHalfwayIsFinished() throws {
    let folder = try TemporaryFolder()
    try execute("CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)", on: folder.file())
    #expect(throws: StoreError.outdated(file: folder.file())) {
        try TrialStore(path: folder.file(), access: .readOnly)
    }
    #expect(try TrialStore(path: folder.file(), access: .readWrite).rowCount == 0)
}

@Test func damagedPagesAreFoundBeforeAnythingIsWritten() throws {
    // given: the middle of the file holds trials, and neither the schema nor an index
    let folder = try TemporaryFolder()
    let file = try folder.store(100, description: String(repeating: "x", count: 2000))
    let handle = try #require(FileHandle(forUpdatingAtPath: file))
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: size / 2)
    try handle.write(contentsOf: Data(repeating: 0xa5, count: Int(size / 4)))
    try handle.close()

    // then
    expectDamage(file) { _ = try TrialStore(path: file, access: .readWrite) }
    expectDamage(file) { _ = try TrialStore(path: file, access: .readOnly).query(Query()) }
}

@Test func truncatedFileIsDamaged() throws {
    // given
    let folder = try TemporaryFolder()
    let file = try folder.store(100)
    let handle = try #require(FileHandle(forUpdatingAtPath: file))
    try handle.truncate(atOffset: try handle.seekToEnd() / 2)
    try handle.close()

    // then
    expectDamage(file) { _ = try TrialStore(path: file, access: .readWrite) }
    expectDamage(file) { _ = try TrialStore(path: file, access: .readOnly).query(Query()) }
}

@Test func fullDiskLosesTheTrialThatDidNotFitAndNothingElse() throws {
    // given: room for a few dozen trials
    let folder = try TemporaryFolder()
    let many = try trials(100)
    var recorded = 0
    do {
        let store = try TrialStore(path: folder.file(), access: .readWrite, limits: .init(pages: 60))
        try store.registerGrid()

        // when
        #expect(throws: StoreError.diskFull(file: folder.file())) {
            for trial in many {
                let text = String(repeating: "x", count: 2000)
                try store.record(trial, measured(1), conditions: conditions(), description: text)
                recorded += 1
            }
        }
        #expect(try store.rowCount == recorded)
    }

    // then
    #expect(recorded > 0)
    let store = try TrialStore(path: folder.file(), access: .readWrite)
    let finished = try store.evaluated(study: many[0].study, conditions: conditions())
    #expect(finished == Set(many.prefix(recorded).map(\.networkHash)))
    #expect(try store.query(Query(filter: "state = 'pending'")).rows.isEmpty)
    #expect(try store.record(many[recorded], measured(1), conditions: conditions(), description: ""))
}

@Test func evaluationThatCannotBeStoredLeavesNoTrial() throws {
    // given: measurements are refused, trials are not
    let folder = try TemporaryFolder()
    let file = try folder.store(1)
    try execute(
        "CREATE TRIGGER no BEFORE INSERT ON measurement BEGIN SELECT RAISE(ABORT, 'no'); END", on: file)
    let store = try TrialStore(path: file, access: .readWrite)

    // when
    #expect(throws: StoreError.self) {
        try store.record(try trials(2)[1], measured(1), conditions: conditions(), description: "")
    }

    // then
    #expect(try store.rowCount == 1)
}

@Test func trialThatDoesNotExistIsNamed() throws {
    let store = try TrialStore.holding([1])
    #expect(throws: StoreError.noSuchTrial(file: TrialStore.inMemory, id: 7)) { try store.trial(id: 7) }
}

@Test func trialOfAnUnknownStudyIsRefused() throws {
    let store = try TrialStore(path: TrialStore.inMemory, access: .readWrite)
    let trial = try trials(1)[0]
    #expect(throws: StoreError.noSuchStudy(file: TrialStore.inMemory, id: trial.study)) {
        try store.record(trial, measured(1), conditions: conditions(), description: "")
    }
}

@Test func everyErrorIsOneSentenceThatNamesTheFile() {
    let file = "results/compound.sqlite"
    let errors: [StoreError] = [
        .locked(file: file), .readOnly(file: file), .cannotOpen(file: file), .missing(file: file),
        .notADatabase(file: file), .otherApplication(file: file), .damaged(file: file, "page 7"),
        .newerVersion(file: file), .outdated(file: file), .diskFull(file: file),
        .notARegularFile(file: file), .keepsNothing(name: file), .logMissing(file: file),
        .tooSlow(file: file, seconds: 0.5), .vanished(file: file),
        .noSuchVerdict(file: file, trial: 7, reason: "is not set aside"),
        .noSuchTrial(file: file, id: 7), .noSuchStudy(file: file, id: "b0"),
        .nothingToRank(file: file, column: "macs"), .badColumn(file: file, name: "mac", nearest: "macs"),
        .badColumn(file: file, name: "songs", nearest: nil), .notANumber(file: file, column: "state"),
        .badFilter(file: file, filter: "1;", reason: "a ';' would begin a second statement"),
    ]
    for error in errors {
        #expect(error.description.contains(file))
        #expect(error.description.hasSuffix(".") || error.description.hasSuffix("?"))
        #expect(!error.description.contains("\n") && !error.description.contains(". "))
    }
}

private func expectDamage(_ file: String, _ body: () throws -> Void) {
    let error = #expect(throws: StoreError.self) { try body() }
    guard case .damaged(file, _) = error else {
        Issue.record("\(String(describing: error))")
        return
    }
}
