// compound submit: the same search as many tasks of a scheduler.

import ArgumentParser
import ClusterJobs
import Foundation

/// Writes what a scheduler needs to run one search as many tasks; to Slurm it also gives it.
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Run one search as many tasks: Slurm, Kubernetes, GNU parallel.",
        discussion: """
            Each task runs compound search SPACE --join FOLDER: all work off one study through a folder that all of them \
            see, whenever they begin and however they end. Options of the search go behind two dashes. Processors and \
            memory of a task are foretold from the largest candidate, the images and the program.

            --slurm submits a job array. A task that is interrupted, or near its time limit, saves its running epoch and \
            goes back into the queue by itself. Script and logs lie in FOLDER/slurm. --kubernetes prints an Indexed Job; \
            paths are those of its containers, which start in the first volume. --parallel prints a line of GNU \
            parallel; given again, it starts what did not end well.

            EXAMPLES
              compound submit space.yaml --join /shared/study --slurm --tasks 8 --time 2:00:00
              compound submit space.yaml --join study --slurm --tasks 50 --at-most 10 --sbatch account=lab --dry-run
              compound submit space.yaml --join study --kubernetes --tasks 8 --image reg/compound --volume shared=/work
              compound submit space.yaml --join study --parallel --tasks 4 --ssh a --ssh b
              compound submit space.yaml --join study --slurm --tasks 8 -- --strategy random --trials 50
            """)

    @Argument(help: ArgumentHelp("The search space, a YAML file.", valueName: "space"), completion: .file())
    var file: String

    @Flag(help: "Whom the tasks are for.")
    var scheduler: Scheduler

    @Option(
        help: ArgumentHelp("The folder through which the tasks share the study.", valueName: "folder"),
        completion: .directory)
    var join: String

    @Option(help: ArgumentHelp("How many tasks there are.", valueName: "n"))
    var tasks: Int

    @Option(help: ArgumentHelp("How many run at once; all unless given.", valueName: "p"))
    var atMost: Int?

    @Option(
        help: ArgumentHelp(
            "Time limit of one task, as Slurm writes it: minutes, h:m:s or d-h:m:s.", valueName: "t"),
        transform: SlurmTime.init(argument:))
    var time: SlurmTime?

    @Option(
        help: ArgumentHelp(
            "Processors of one task, all of which train; those of a measurement unless given.", valueName: "c"
        )
    )
    var cores: Int?

    @Option(help: ArgumentHelp("How often an interrupted or lost task is begun again.", valueName: "r"))
    var requeues = 10

    @OptionGroup(title: "With one scheduler") var special: SchedulerOptions

    @Flag(help: "Print the script of --slurm, and submit nothing.")
    var dryRun = false

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("Options of compound search, behind two dashes.", valueName: "options"))
    var searchOptions: [String] = []

    func validate() throws {
        try check("tasks", tasks, in: 1...1_000_000)
        try check("at-most", atMost, in: 1...1_000_000)
        try check("cores", cores, in: 1...1024)
        try check("requeues", requeues, in: 0...1000)
        for (name, text) in [("--join", join), ("the space", file)]
        where text.isEmpty || text.contains(where: \.isNewline) {
            throw ValidationError("\(name) is empty or of several lines; give a path.")
        }
        for (option, owner) in special.owners where owner != scheduler {
            throw ValidationError("--\(option) goes with --\(owner.rawValue); leave it out.")
        }
        if scheduler == .kubernetes { try special.checkPaths([file, join]) }
        _ = try TaskSearch(file, options: searchOptions)
    }

    func run() throws {
        let (name, resources) = try TaskSearch(file, options: searchOptions).plan(cores: cores)
        let here = FileManager.default.currentDirectoryPath
        let isInside = scheduler == .kubernetes
        let job = ClusterJob(
            name: name, program: special.program ?? (isInside ? "compound" : SubmitCommand.ownPath),
            search: [file] + searchOptions, folder: join,
            workingFolder: isInside ? special.volumes[0].path : here, tasks: tasks, atMost: atMost,
            seconds: time?.seconds, requeues: requeues, resources: resources)
        switch scheduler {
        case .kubernetes:
            let image = special.image ?? ""
            try Output.print(KubernetesJob(job, image: image, volumes: special.volumes).manifest)
        case .parallel: try Output.print(ParallelLine(job, hosts: special.ssh).text)
        case .slurm: try submit(SlurmArray(job, options: special.sbatchOptions))
        }
    }

    private func submit(_ array: SlurmArray) throws {
        do {
            let size = try SlurmClient.maxArraySize()
            if let refusal = SlurmArray.refusal(ofTasks: tasks, maxArraySize: size) {
                throw ValidationError(refusal)
            }
        } catch let error as OutputError {
            guard dryRun else { throw error }
            Output.note("note: \(error) Whether the array is too large is not checked.".wrapped(to: 100))
        }
        if dryRun { return try Output.print(array.script) }
        let folder = SlurmArray.folder(in: join)
        let script = folder + "/array.sh"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw OutputError("\(folder) cannot be made; allow writing there, or give another --join.")
        }
        try Output.write(array.script, to: script)
        let answer = try SlurmClient.submit(script)
        try Output.print(
            """
            \(answer)
            the script is \(script), logs are \(folder)/JOB_TASK.log
            compound studies --store \(join.shellQuoted) and compound report --store \(join.shellQuoted) read what is found
            """)
    }

    private static var ownPath: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "compound"
    }
}
