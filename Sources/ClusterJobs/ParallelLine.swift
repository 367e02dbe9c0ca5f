// A search as one line of GNU parallel, on this machine or on some that ssh reaches.

/// A line for a shell, and what of it a person decides.
package struct ParallelLine: Hashable, Sendable {
    /// The search.
    package var job: ClusterJob
    /// Machines, as ssh names them; none for this one.
    package var hosts: [String]

    /// A line's values.
    package init(_ job: ClusterJob, hosts: [String] = []) {
        self.job = job
        self.hosts = hosts
    }

    /// The log of the tasks, in the shared folder.
    package static func log(in shared: String) -> String { shared + "/parallel.log" }

    /// The line; given again, it starts those tasks anew that did not end with 0.
    package var text: String {
        let inner =
            ClusterJob.workerVariable + #"={}@"$(hostname)" "#
            + job.command.map(\.parallelQuoted).joined(separator: " ")
        var words = ["parallel", "--jobs", "\(min(job.tasks, job.atMost ?? job.tasks))"]
        if !hosts.isEmpty { words += ["--sshlogin", hosts.joined(separator: ",")] }
        words += [
            "--workdir", job.workingFolder, "--joblog", ParallelLine.log(in: job.folder), "--resume-failed",
            inner,
        ]
        return words.shellLine + " ::: " + (0..<job.tasks).map { "\($0)" }.joined(separator: " ")
    }
}
