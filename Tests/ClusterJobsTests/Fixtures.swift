// What the tests share: a job of odd names, folders, and commands that run.

import ClusterJobs
import Foundation

/// A job of four tasks, two at a time.
func job(
    name: String = "Fashion MNIST", program: String = "/usr/local/bin/compound",
    search: [String] = ["space.yaml", "--strategy", "grid"], folder: String = "/shared/study",
    workingFolder: String = "/home/ada", seconds: Int? = 7200, memory: Int? = 3_000_000_000
) -> ClusterJob {
    ClusterJob(
        name: name, program: program, search: search, folder: folder, workingFolder: workingFolder, tasks: 4,
        atMost: 2, seconds: seconds, requeues: 3, resources: TaskResources(cores: 2, memoryBytes: memory))
}

/// Texts that a careless quoting breaks.
let oddTexts = [
    "", "a b", "it's", #"say "hi""#, "$HOME", "`date`", "$(date)", #"back\slash"#, "a\"b'c", "#no", "{}",
    "{#}",
    "{= x =}", "a;b", "*", "~", "!x", "%A", "-n", "köln", "tab\there", "a=b",
]

/// A folder that goes with the test.
final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "cluster \(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, an executable one where it begins with `#!`; returns its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        if text.hasPrefix("#!") { chmod(file, 0o700) }
        return file
    }

    /// The text of a file, or nil without one.
    func text(_ name: String) -> String? { try? String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}

/// Starts a program; what it prints goes nowhere.
func start(_ words: [String], environment: [String: String] = [:]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    // Threads of the system's pool block signals, and a program would begin so, too.
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
    return process
}

/// Waits until something holds, at most ten seconds, and returns whether it did.
func waits(for condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if condition() { return true }
        Thread.sleep(forTimeInterval: 0.01)
    }
    return false
}
