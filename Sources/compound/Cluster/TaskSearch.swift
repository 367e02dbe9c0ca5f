// The search that each task of a submission runs, understood here so that its mistakes are seen before anything is submitted, and what
// one task of it needs.

import ArgumentParser
import ClusterJobs
import Descriptions
import Studies

/// A search by its words.
struct TaskSearch {
    private let command: SearchCommand
    private let file: String
    /// Threads that the words ask for, which the machine of the task must have, and not this one.
    private let threads: Int?

    /// Reads the options of a search; one that a task cannot have is a bad argument.
    init(_ file: String, options: [String]) throws {
        let foreign = [
            "--dry-run", "--store", "--join", "--shard", "--output", "-o", "--help", "-h",
        ]
        let name = "--threads"
        var others: [String] = []
        var asked: String?
        var words = options[...]
        while let word = words.popFirst() {
            let option = String(word.prefix { $0 != "=" })
            if foreign.contains(option) {
                throw ValidationError(
                    "\(option) is no option of a task, which has the folder's store; leave it out.")
            }
            switch word {
            case name: asked = words.popFirst() ?? ""
            case _ where option == name: asked = String(word.dropFirst(name.count + 1))
            default: others.append(word)
            }
        }
        threads = try asked.map { text in
            guard let number = Int(text), (1...1024).contains(number) else {
                throw ValidationError("behind the two dashes: \(name) is '\(text)'; give 1 to 1024.")
            }
            return number
        }
        self.file = file
        do {
            command = try SearchCommand.parse([file] + others)
        } catch {
            throw ValidationError("behind the two dashes: \(SearchCommand.message(for: error))")
        }
    }

    /// The study's name, and what one task needs; where memory cannot be foretold, a note says why.
    func plan(cores: Int?) throws -> (name: String, resources: TaskResources) {
        var space = try command.adaptedSpace()
        if let threads { space.measure.threads = threads }
        let cores = cores ?? space.measure.threads
        let trainer: StudyTrainer?
        do {
            trainer = try command.trainer(of: space, instructionSet: .detected)
        } catch {
            note("\(error) So")
            return (space.name, TaskResources(cores: cores, memoryBytes: nil))
        }
        let draw = try command.drawn(from: space, nil)
        if draw.trials.isEmpty {
            Output.note(draw.refusal)
            throw ExitCode(ExitStatus.nothingFits)
        }
        let memory = try draw.memoryOfOneTask(trainer, threads: cores)
        if memory == nil { note("candidates are trained by a program, so") }
        return (space.name, TaskResources(cores: cores, memoryBytes: memory))
    }

    private func note(_ reason: String) {
        Output.note(
            "note: \(reason) the memory of a task is not known here; tell the scheduler yourself, as in --sbatch mem=8G."
                .wrapped(to: 100))
    }
}
