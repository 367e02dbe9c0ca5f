// The two commands of Slurm that a submission asks: what arrays it takes, and to take one.

import ClusterJobs
import Foundation

/// Asks Slurm's own programs.
enum SlurmClient {
    /// The cluster's `MaxArraySize`.
    static func maxArraySize() throws -> Int {
        let answer = try run(["scontrol", "show", "config"])
        guard let size = SlurmArray.maxArraySize(inConfiguration: answer) else {
            throw OutputError(
                "scontrol show config names no MaxArraySize; check that this is a machine of the cluster.")
        }
        return size
    }

    /// Submits a script, and gives what sbatch says.
    static func submit(_ script: String) throws -> String {
        try run(["sbatch", script])
    }

    private static func run(_ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        do { try process.run() } catch { throw OutputError("\(words[0]) cannot be started: \(error)") }
        // Both say a few lines, so neither can fill a pipe while the other is read.
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let reason = sentence(complaint)
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            guard process.terminationStatus != 127 else {
                throw OutputError("\(words[0]) is not found here; run this on a machine of a Slurm cluster.")
            }
            throw OutputError(
                "\(words[0]) failed\(reason.isEmpty ? "" : ": \(reason)"); nothing was submitted, so mend that and submit again."
            )
        }
        if !reason.isEmpty { Output.note("\(words[0]): \(reason)") }
        return sentence(said)
    }

    private static func sentence(_ data: Data) -> String {
        String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
