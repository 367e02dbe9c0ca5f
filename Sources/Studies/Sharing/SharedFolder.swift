// The folder that workers of one study share: what study it is, a snapshot of each worker's results, claims, weights.
//
//     study.json              which study, by which version, data and arithmetic; created by whoever is first
//     NAME.live               a worker's own store, opened by that worker alone, gone when it ends
//     NAME.snapshot           the same as a file that is complete in itself, replaced by renaming
//     NAME.json               what a worker is doing
//     claims/ weights/ proposals/

import Foundation
import ResultStore

/// A folder in which any number of workers, on machines that all see it, work off one study.
package struct SharedFolder: Hashable, Sendable {
    /// Where it is.
    package let path: String

    /// A folder, which need not be there yet.
    package init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Whether workers share a study there.
    package var isShared: Bool { FileManager.default.fileExists(atPath: identityFile) }

    var identityFile: String { path + "/study.json" }
    var claims: String { path + "/claims" }
    var proposals: String { path + "/proposals" }

    /// The snapshots of all workers, by name.
    var snapshots: [String] { files(ending: "." + SharedStoreFile.snapshot) }

    /// What the workers say of themselves, by name; whoever ended long ago too.
    package var workers: [WorkerReport] {
        files(ending: ".json").filter { $0 != identityFile }.compactMap(WorkerReport.init(contentsOf:))
    }

    /// What stands in the folder's files, for people to read as well.
    static func json(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    private func files(ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }.sorted().map { path + "/" + $0 }
    }
}

/// What all workers of a folder must have in common.
package struct SharedIdentity: Codable, Hashable, Sendable {
    /// The study's identity, and how it is called.
    package var study, name: String
    /// The version of the tool.
    package var toolVersion: String
    /// The digest of the images, or nil where nobody knows one.
    package var data: String?
    /// The identity of the training, or nil where nothing is trained.
    package var training: String?
    /// The kernels' instruction set; nil where workers may differ in it.
    package var instructionSet: String?

    /// What a worker brings.
    package init(
        study: String, name: String, toolVersion: String, data: String?, training: String?,
        instructionSet: String?
    ) {
        self.study = study
        self.name = name
        self.toolVersion = toolVersion
        self.data = data
        self.training = training
        self.instructionSet = instructionSet
    }

    /// Why a worker that brings `other` cannot join, or nil where it can.
    func refusal(of other: SharedIdentity, folder: String) -> String? {
        if other.toolVersion != toolVersion {
            return
                "the workers in \(folder) are of compound \(toolVersion), and this is \(other.toolVersion), whose results may differ; "
                + "install that version, or --join another folder."
        }
        if other.study != study {
            return
                "the workers in \(folder) work on the study '\(name)', whose space is another one; give that space with the same "
                + "--strategy, --trials, --epochs and --seed, or --join another folder."
        }
        if other.instructionSet != instructionSet {
            let (theirs, own) = (
                instructionSet ?? "any instruction set", other.instructionSet ?? "any, as --mixed says,"
            )
            return
                "the workers in \(folder) compute with \(theirs), this one with \(own), which gives other bits; choose one with "
                + "--instruction-set for all, or begin in another folder with --mixed for all."
        }
        if other.data != data {
            return
                "the workers in \(folder) train on other images (digest \(data ?? "unknown"), here \(other.data ?? "unknown")); give "
                + "all of them the same files."
        }
        if other.training != training {
            return
                "the workers in \(folder) train by another recipe or program; give the same space and options, or --join another folder."
        }
        return nil
    }
}

/// A worker cannot join.
package struct JoiningError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    package let description: String
}

extension SharedFolder {
    /// Makes the folder this study's, or finds out whose it is; throws `JoiningError` where that differs.
    func admit(_ identity: SharedIdentity) throws {
        try TrainingFiles.makeFolder(path)
        let part = path + "/.study-\(UUID().uuidString)"
        do {
            try SharedFolder.json(identity).write(to: URL(fileURLWithPath: part))
        } catch {
            throw ClaimFile.fault(part)
        }
        defer { unlink(part) }
        // Created whole, or found whole.
        if link(part, identityFile) == 0 { return }
        guard errno == EEXIST else { throw ClaimFile.fault(identityFile) }
        guard let data = FileManager.default.contents(atPath: identityFile),
            let present = try? JSONDecoder().decode(SharedIdentity.self, from: data)
        else {
            throw JoiningError(
                description: "\(identityFile) cannot be read as what workers share; --join another folder.")
        }
        if let refusal = present.refusal(of: identity, folder: path) {
            throw JoiningError(description: refusal)
        }
    }
}
