// compound status: where a search stands, and who works on it.

import ArgumentParser
import CompoundSearch
import Descriptions
import Foundation
import ResultStore
import Studies

/// Shows what is done, running, failed and open.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where a search stands: done, running, failed, open, time left.",
        discussion: """
            Given a folder that workers share (compound search --join), all that its files say: which workers live, on which \
            machine, since when there was no sign of life, what each does, how the others ended. Given a space, the studies of \
            its name in a store. Nothing is asked of a scheduler.

            EXAMPLES
              compound status /shared/study
              compound status search-spaces/fashion-mnist.yaml
              compound status /shared/study --format json
            """)

    @Argument(
        help: ArgumentHelp("A folder that workers share, or a search space.", valueName: "folder|space"),
        completion: .file())
    var subject: String

    @OptionGroup var store: ReadStoreOptions

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func run() throws {
        let folder = SharedFolder(subject)
        let report: StatusReport
        if folder.isShared {
            let workers = folder.workers
            let statuses: [StudyStatus]
            do {
                let store = try TrialStore.reading(TrialStore.sources(named: [subject]))
                statuses = try StudyStatus.all(in: store, workers: workers)
            } catch StoreError.outdated {
                statuses = []
            }
            report = StatusReport(statuses, workers: workers, place: .folder(subject))
        } else {
            guard !FileManager.default.isFolder(subject) else {
                throw OutputError(
                    "\(subject) is no folder that workers share; begin one with compound search SPACE --join \(subject)."
                )
            }
            let name = try SearchSpace(contentsOf: subject).name
            let workers = store.names.map(SharedFolder.init).first(where: \.isShared)?.workers ?? []
            let statuses = try StudyStatus.all(in: store.open(), workers: workers, named: name)
            guard !statuses.isEmpty else {
                throw OutputError(
                    "\(store.names.joined(separator: " and ")) has no study '\(name)'; compound studies lists what it has."
                )
            }
            report = StatusReport(statuses, workers: workers, place: .space(subject, store.names))
        }
        try Output.print(format == .json ? report.markup.json : report.text)
    }
}

extension FileManager {
    fileprivate func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
