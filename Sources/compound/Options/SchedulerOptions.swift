// Whom tasks are for, and what only one of them takes.

import ArgumentParser
import ClusterJobs

/// Who runs the tasks of a search.
enum Scheduler: String, EnumerableFlag {
    case slurm
    case kubernetes
    case parallel
}

/// Options that go with one scheduler.
struct SchedulerOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "With --slurm: an option of sbatch, such as account=lab; several times.", valueName: "key[=value]"
        ))
    var sbatch: [String] = []

    @Option(help: ArgumentHelp("With --kubernetes: the container's image.", valueName: "image"))
    var image: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "With --kubernetes: a claim of a volume that all pods share, and where it is mounted; several times.",
            valueName: "claim=path"))
    var volume: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("With --parallel: a machine, as ssh names it; several times.", valueName: "host"))
    var ssh: [String] = []

    @Option(
        help: ArgumentHelp(
            "The path of compound where tasks run; this program's unless given.", valueName: "path"))
    var program: String?

    /// The options that were given, each with whom it goes with.
    var owners: [(option: String, owner: Scheduler)] {
        var owners: [(String, Scheduler)] = []
        if !sbatch.isEmpty { owners.append(("sbatch", .slurm)) }
        if image != nil { owners.append(("image", .kubernetes)) }
        if !volume.isEmpty { owners.append(("volume", .kubernetes)) }
        if !ssh.isEmpty { owners.append(("ssh", .parallel)) }
        return owners
    }

    /// The options of sbatch.
    var sbatchOptions: [SlurmOption] { sbatch.compactMap { try? SlurmOption($0) } }

    /// The volumes.
    var volumes: [KubernetesJob.Volume] { volume.compactMap { KubernetesJob.Volume($0) } }

    func validate() throws {
        for text in sbatch {
            do { _ = try SlurmOption(text) } catch { throw ValidationError("--sbatch \(error)") }
        }
        for text in volume where KubernetesJob.Volume(text) == nil {
            throw ValidationError(
                "--volume '\(text)' names no claim and place; write CLAIM=/PATH, such as shared=/work.")
        }
        for host in ssh where host.isEmpty || host.contains(where: { $0.isWhitespace || $0 == "," }) {
            throw ValidationError(
                "--ssh '\(host)' names no machine; give each one by itself, as ssh takes it.")
        }
        if program?.isEmpty == true {
            throw ValidationError("--program is empty; give the path of compound.")
        }
    }

    /// Throws unless containers can be made, and all of them see these paths.
    func checkPaths(_ paths: [String]) throws {
        guard image?.isEmpty == false else {
            throw ValidationError("--kubernetes needs --image: a container's image that has compound.")
        }
        guard !volume.isEmpty else {
            throw ValidationError("--kubernetes needs --volume CLAIM=/PATH: a volume that all pods share.")
        }
        for path in paths {
            let isSeen =
                path.hasPrefix("/")
                ? volumes.contains { $0.holds(path) } : !path.split(separator: "/").contains("..")
            if !isSeen {
                throw ValidationError("\(path) lies in no --volume, so the pods would not share it.")
            }
        }
    }
}

extension SlurmTime {
    /// A time as a person writes it.
    init(argument: String) throws {
        guard let time = SlurmTime(argument) else {
            throw ValidationError("give minutes, h:m:s or d-h:m:s from a minute to a year, such as 2:00:00.")
        }
        self = time
    }
}
