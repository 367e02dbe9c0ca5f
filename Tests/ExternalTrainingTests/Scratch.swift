// A folder for a test, the built tool, and what is running.

import Foundation

/// A folder that goes with the test.
final class Scratch {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("compound-external-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The tool's executable, beside the bundle of the tests.
    static var tool: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("compound").path
    }

    /// A path in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes a text file; returns its path.
    @discardableResult func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// A file's text, or nothing where there is none.
    func text(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }

    /// The numbers in a file, such as the processes that a script has noted.
    func numbers(_ name: String) -> [pid_t] {
        text(name).split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
    }

    /// Starts the tool here; its output goes to the files stdout and stderr.
    func start(_ arguments: String...) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Scratch.tool)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: try write("", to: "stdout"))
        process.standardError = FileHandle(forWritingAtPath: try write("", to: "stderr"))
        try process.run()
        return process
    }

    /// A space of one candidate that a script trains.
    func space(_ extra: String = "", script: String) throws -> String {
        try write(script, to: "train.sh")
        return try write(
            """
            name: supervised
            baseline:
              name: toy
              stem: {channels: 8, kernel: 3, stride: 2, activation: silu}
              stages:
                - {block: mbconv, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8, se: 0.25, activation: silu}
              head: {channels: 64, activation: silu}
              scaling: {width: 1, depth: 1, resolution: 32}
              classes: 10
            alpha: {from: 1, to: 3, step: 0.5}
            beta: {from: 1, to: 2, step: 0.25}
            gamma: {from: 1, to: 1.5, step: 0.125}
            budget: {macs: 2x, tolerance: 30%}
            measure: {latency: none}
            accuracy: {command: [/bin/sh, train.sh], pretrain: {epochs: 1}, candidates: 1, fit: false\(extra)}
            """, to: "space.yaml")
    }
}

/// Waits for something, at most so many seconds; whether it came true.
func eventually(within seconds: Double = 10, _ isTrue: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while !isTrue() {
        if ContinuousClock.now > end { return false }
        Thread.sleep(forTimeInterval: 0.01)
    }
    return true
}

/// Whether a process runs: not one that has ended and is not yet buried.
func isRunning(_ process: pid_t) -> Bool {
    #if os(Linux)
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
            return false
        }
        return status.split(separator: ")").last?.split(separator: " ").first != "Z"
    #else
        return kill(process, 0) == 0
    #endif
}
