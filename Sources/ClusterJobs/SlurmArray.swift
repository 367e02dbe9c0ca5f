// A search as a job array of Slurm: the script that sbatch takes. Each task is a job of its own, so that none waits for
// another's success.

/// A script of an array, and what of it a person decides.
package struct SlurmArray: Hashable, Sendable {
    /// The search.
    package var job: ClusterJob
    /// Options of sbatch that a person gave; they come before the script's own of the same name.
    package var options: [SlurmOption]

    /// An array.
    package init(_ job: ClusterJob, options: [SlurmOption] = []) {
        self.job = job
        self.options = options
    }

    /// The folder of scripts and logs in a shared folder.
    package static func folder(in shared: String) -> String { shared + "/slurm" }

    /// The script.
    package var script: String {
        var lines = ["#!/bin/bash", "# \(job.tasks) tasks share one search; written by compound submit."]
        lines += directives.map { "#SBATCH --\($0)" }
        lines += ["", "cd -- \(job.workingFolder.shellQuoted) || exit 74", ""]
        lines += [
            "export \(ClusterJob.workerVariable)="
                + #""${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}@$(hostname)""#,
            "# USR1: time is nearly over. The search ends its running epoch, saves it, and exits with 75.",
            "stopped= nearly=",
            #"trap 'stopped=yes nearly=yes; kill -TERM "$search" 2>/dev/null' USR1"#,
            "# Who cancels or requeues the task signals the search as well, and a second signal would end it at once.",
            "trap 'stopped=yes' TERM INT",
            "\(job.command.shellLine) &",
            "search=$!",
            #"wait "$search""#,
            "status=$?",
            "# A signal ends the waiting, and not the search.",
            #"while [ -n "$stopped" ]; do"#,
            "    stopped=",
            #"    wait "$search""#,
            "    status=$?",
            "done",
            "",
            "# Interrupted by its own time alone: this task goes back into the queue, by its number in the array, since",
            "# the last task's job number is the array's.",
            #"if [ "$status" -eq 75 ] && [ -n "$nearly" ] && [ "${SLURM_RESTART_COUNT:-0}" -lt \#(job.requeues) ]; then"#,
            #"    scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}""#,
            "fi",
            #"exit "$status""#,
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// The options, each once, in the order of the script.
    private var directives: [String] {
        let limit = job.atMost.map { "%\($0)" } ?? ""
        var own: [(key: String, value: String?)] = [
            ("job-name", job.label(63)), ("array", "0-\(job.tasks - 1)\(limit)"),
            ("output", SlurmArray.folder(in: job.folder).slurmPath + "/%A_%a.log"), ("open-mode", "append"),
            ("requeue", nil), ("signal", "B:USR1@\(job.secondsAhead)"), ("nodes", "1"), ("ntasks", "1"),
            ("cpus-per-task", "\(job.resources.cores)"),
        ]
        if let mebibytes = job.resources.mebibytes { own.append(("mem", "\(mebibytes)M")) }
        if let seconds = job.seconds { own.append(("time", SlurmTime(seconds: seconds).text)) }
        let given = Set(options.flatMap(\.replaces))
        let all = own.filter { !given.contains($0.key) } + options.map { ($0.key, $0.value) }
        return all.map { key, value in key + (value.map { "=" + $0.slurmQuoted } ?? "") }
    }

    /// Why a cluster does not take so many tasks, or nil; `MaxArraySize` caps the index, which begins at 0.
    package static func refusal(ofTasks tasks: Int, maxArraySize: Int) -> String? {
        guard tasks > maxArraySize else { return nil }
        return maxArraySize < 1
            ? "this cluster takes no job arrays (MaxArraySize = \(maxArraySize)); ask who runs it."
            : "this cluster's arrays have at most \(maxArraySize) tasks (MaxArraySize), and \(tasks) are asked for; "
                + "give --tasks \(maxArraySize) or fewer."
    }

    /// `MaxArraySize` in what `scontrol show config` prints, or nil.
    package static func maxArraySize(inConfiguration text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmed }
            if parts.count == 2, parts[0] == "MaxArraySize" { return Int(parts[1]) }
        }
        return nil
    }
}

/// An option of sbatch, written `KEY` or `KEY=VALUE`.
package struct SlurmOption: Hashable, Sendable {
    /// The long name without dashes.
    package let key: String
    /// The value, or nil for a flag.
    package let value: String?

    /// Reads an option; throws a sentence where it is none, or is one that decides what the array is.
    package init(_ text: String) throws(SlurmOptionError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
            String($0)
        }
        let name = parts.first ?? ""
        let isName =
            name.first?.isLetter == true && name.count > 1
            && name.utf8.allSatisfy { $0 == 45 || $0 >= 97 && $0 <= 122 || $0 >= 48 && $0 < 58 }
        guard isName else { throw .notAnOption(text) }
        guard !["array", "wrap", "test-only", "parsable", "wait"].contains(name) else { throw .ours(name) }
        guard !text.contains(where: \.isNewline) else { throw .notAnOption(text) }
        key = name
        value = parts.count > 1 ? parts[1] : nil
    }

    /// The options of the script that this one takes the place of.
    fileprivate var replaces: [String] {
        switch key {
        case "mem-per-cpu", "mem-per-gpu": ["mem", key]
        case "no-requeue": ["requeue", key]
        default: [key]
        }
    }
}

/// An option that sbatch is not given.
package enum SlurmOptionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No long name of an option.
    case notAnOption(String)
    /// One that compound decides.
    case ours(String)

    /// The sentence.
    package var description: String {
        switch self {
        case .notAnOption(let text):
            "'\(text)' is no option of sbatch; write its long name without dashes, such as account=lab or exclusive."
        case .ours(let name):
            "\(name) is decided by compound submit; give --tasks, --at-most or --dry-run instead."
        }
    }
}

/// A time limit as Slurm writes it.
package struct SlurmTime: Hashable, Sendable {
    /// Seconds, at least one minute.
    package let seconds: Int

    /// A limit in seconds.
    package init(seconds: Int) { self.seconds = seconds }

    /// Reads MINUTES, M:S, H:M:S, D-H, D-H:M or D-H:M:S; nil where it is none of these, or less than a minute or more than a
    /// year.
    package init?(_ text: String) {
        let days = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let clock = days.last, days.count <= 2 else { return nil }
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard
            (days.dropLast() + fields).allSatisfy({
                !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 48 && $0 < 58 }
            })
        else { return nil }
        let numbers = fields.compactMap { Int($0) }
        guard numbers.count == fields.count, (1...3).contains(numbers.count),
            numbers.allSatisfy({ $0 < 1_000_000 })
        else { return nil }
        var seconds = 0
        if days.count == 2 {
            guard let day = Int(days[0]), day <= 366 else { return nil }
            let units = [3600, 60, 1]
            seconds = day * 86_400 + zip(numbers, units).reduce(0) { $0 + $1.0 * $1.1 }
        } else {
            let units = numbers.count == 3 ? [3600, 60, 1] : [60, 1]
            seconds = zip(numbers, units).reduce(0) { $0 + $1.0 * $1.1 }
        }
        guard (60...31_622_400).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    /// `D-HH:MM:SS`, or `HH:MM:SS` below a day.
    package var text: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(two).joined(separator: ":")
        return seconds < 86_400 ? clock : "\(seconds / 86_400)-\(clock)"
    }
}

extension Substring {
    /// Without blanks around it.
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
