// The same search as many tasks: what each of them runs, and what it needs. How a scheduler is told stands beside.

/// A search that tasks share through a folder.
package struct ClusterJob: Hashable, Sendable {
    /// The study's name.
    package var name: String
    /// The program, by a path that the tasks see.
    package var program: String
    /// The file of the space, and the options of the search that a person gave.
    package var search: [String]
    /// The folder that all tasks see.
    package var folder: String
    /// The folder in which each task starts.
    package var workingFolder: String
    /// How many tasks there are; 1 or more.
    package var tasks: Int
    /// How many of them run at once, or nil for as many as there is room for.
    package var atMost: Int?
    /// Seconds that one task may run, or nil where the scheduler decides.
    package var seconds: Int?
    /// How often an interrupted task is begun again.
    package var requeues: Int
    /// What one task needs.
    package var resources: TaskResources

    /// A search of so many tasks.
    package init(
        name: String, program: String, search: [String], folder: String, workingFolder: String, tasks: Int,
        atMost: Int? = nil, seconds: Int? = nil, requeues: Int = 10, resources: TaskResources
    ) {
        self.name = name
        self.program = program
        self.search = search
        self.folder = folder
        self.workingFolder = workingFolder
        self.tasks = tasks
        self.atMost = atMost
        self.seconds = seconds
        self.requeues = requeues
        self.resources = resources
    }

    /// The words of a task's command.
    var command: [String] { [program, "search"] + search + ["--join", folder] }

    /// The variable in which each task finds the name by which others see it: its number and its machine.
    static let workerVariable = "COMPOUND_WORKER"

    /// A name of lower-case letters, digits and dashes, at most so long, that begins and ends with none of the last.
    func label(_ most: Int) -> String {
        let words = name.lowercased().unicodeScalars.map { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
        }.split(separator: "-").map { String($0) }
        let label = (["compound"] + words).joined(separator: "-").prefix(most)
        return String(label.reversed().drop { $0 == "-" }.reversed())
    }

    /// Seconds before a task's time is over at which it is asked to stop: a tenth of the time, from a minute to a quarter of
    /// an hour, in which the running epoch is to end.
    package var secondsAhead: Int { min(max((seconds ?? 3000) / 10, 60), 900) }
}

/// Processors and memory of one task.
package struct TaskResources: Hashable, Sendable {
    /// Processors that work on one candidate.
    package var cores: Int
    /// Bytes that the largest candidate, the images and the program take together; nil where only a program of one's own knows.
    package var memoryBytes: Int?

    /// Processors and bytes.
    package init(cores: Int, memoryBytes: Int?) {
        self.cores = cores
        self.memoryBytes = memoryBytes
    }

    /// Whole mebibytes, with a quarter to spare for what no plan counts.
    var mebibytes: Int? { memoryBytes.map { ($0 + $0 / 4 + 1_048_575) / 1_048_576 } }
}
