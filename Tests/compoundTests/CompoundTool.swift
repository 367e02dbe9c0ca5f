// Runs the built tool as its users do.

import CompoundSearch
import Foundation
import Measurements
import Testing

/// The tool's executable, beside the bundle of the tests.
enum CompoundTool {
    /// What a finished run left.
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        /// Standard output as JSON.
        func json() throws -> Any { try JSONSerialization.jsonObject(with: Data(output.utf8)) }
    }

    static var executable: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("compound")
    }

    /// Starts the tool; standard output and error go to files of the scratch folder.
    static func start(
        _ arguments: [String], in scratch: Scratch, output: String? = nil, environment: [String: String] = [:]
    ) throws -> Process {
        let process = Process()
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = scratch.folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try writable(output ?? scratch.path("stdout"))
        process.standardError = try writable(scratch.path("stderr"))
        try process.run()
        return process
    }

    /// Runs the tool to its end.
    static func run(_ arguments: String..., in scratch: Scratch, output: String? = nil) throws -> Result {
        try run(arguments, in: scratch, output: output)
    }

    /// Runs the tool to its end.
    static func run(
        _ arguments: [String], in scratch: Scratch, output: String? = nil, environment: [String: String] = [:]
    ) throws -> Result {
        let process = try start(arguments, in: scratch, output: output, environment: environment)
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: output == nil ? try String(contentsOfFile: scratch.path("stdout"), encoding: .utf8) : "",
            errors: try String(contentsOfFile: scratch.path("stderr"), encoding: .utf8))
    }

    private static func writable(_ path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) || path.hasSuffix("stdout")
            || path.hasSuffix("stderr")
        {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}

/// A folder that goes with the test.
final class Scratch {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("compound-tests-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A path in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes a text file; returns its path.
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// A space of small networks that are measured in moments.
    func toySpace(
        latency: LatencyOrigin = .measured, budget: String = "{macs: 2x, tolerance: 30%}"
    ) throws -> String {
        try write(
            """
            name: toy
            baseline:
              name: toy
              stem: {channels: 8, kernel: 3, stride: 2, activation: silu}
              stages:
                - {block: mbconv, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8, se: 0.25, activation: silu}
                - {block: mbconv, repeats: 2, kernel: 5, stride: 2, expansion: 4, channels: 16, se: 0.25, activation: silu}
              head: {channels: 64, activation: silu}
              scaling: {width: 1, depth: 1, resolution: 32}
              classes: 10
            alpha: {from: 1, to: 3, step: 0.5}
            beta: {from: 1, to: 2, step: 0.25}
            gamma: {from: 1, to: 1.5, step: 0.125}
            budget: \(budget)
            measure: {latency: \(latency.rawValue), seconds: 0.1}
            """, to: "toy.yaml")
    }
}
