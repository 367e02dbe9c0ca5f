// The script of an array: its exact text, and what bash does with it under a scheduler that only writes down.

import ClusterJobs
import Foundation
import Testing

@Test func theScriptOfAnArray() throws {
    let options = try ["account=lab a", "exclusive", "mem-per-cpu=4G"].map { try SlurmOption($0) }
    #expect(
        SlurmArray(job(folder: "/shared/my study"), options: options).script == #"""
            #!/bin/bash
            # 4 tasks share one search; written by compound submit.
            #SBATCH --job-name=compound-fashion-mnist
            #SBATCH --array=0-3%2
            #SBATCH --output="/shared/my study/slurm/%A_%a.log"
            #SBATCH --open-mode=append
            #SBATCH --requeue
            #SBATCH --signal=B:USR1@720
            #SBATCH --nodes=1
            #SBATCH --ntasks=1
            #SBATCH --cpus-per-task=2
            #SBATCH --time=02:00:00
            #SBATCH --account="lab a"
            #SBATCH --exclusive
            #SBATCH --mem-per-cpu=4G

            cd -- /home/ada || exit 74

            export COMPOUND_WORKER="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}@$(hostname)"
            # USR1: time is nearly over. The search ends its running epoch, saves it, and exits with 75.
            stopped= nearly=
            trap 'stopped=yes nearly=yes; kill -TERM "$search" 2>/dev/null' USR1
            # Who cancels or requeues the task signals the search as well, and a second signal would end it at once.
            trap 'stopped=yes' TERM INT
            /usr/local/bin/compound search space.yaml --strategy grid --join '/shared/my study' &
            search=$!
            wait "$search"
            status=$?
            # A signal ends the waiting, and not the search.
            while [ -n "$stopped" ]; do
                stopped=
                wait "$search"
                status=$?
            done

            # Interrupted by its own time alone: this task goes back into the queue, by its number in the array, since
            # the last task's job number is the array's.
            if [ "$status" -eq 75 ] && [ -n "$nearly" ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
                scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
            fi
            exit "$status"

            """#)
}

@Test func memoryAndTimeAreThoseOfThePlan() {
    let script = SlurmArray(job(seconds: 100_000, memory: 1 << 30)).script
    #expect(script.contains("\n#SBATCH --mem=1280M\n#SBATCH --time=1-03:46:40\n"))
    let unknown = SlurmArray(job(seconds: nil, memory: nil)).script
    #expect(!unknown.contains("--mem") && !unknown.contains("--time") && unknown.contains("B:USR1@300\n"))
}

/// Runs a job's script with a program that does `body`, in a queue that was begun so often before; `signal` is sent once the
/// program says that it runs.
private func run(
    _ body: String, restarts: Int = 0, signal: Int32? = nil
) throws -> (status: Int32, requeued: String?, arguments: String?) {
    let folder = try Folder()
    try folder.write("#!/bin/sh\nprintf '%s\\n' \"$*\" >> '\(folder.path)/scontrol.log'\n", to: "scontrol")
    let program = try folder.write(
        "#!/bin/bash\nprintf '%s\\n' \"$@\" \"$COMPOUND_WORKER\" > '\(folder.path)/arguments'\n\(body)\n",
        to: "it's compound")
    let script = SlurmArray(
        job(
            program: program, search: ["my space.yaml"] + oddTexts, folder: folder.path + "/s",
            workingFolder: folder.path)
    ).script
    let process = try start(
        ["/bin/bash", folder.write(script, to: "array.sh")],
        environment: [
            "PATH": folder.path + ":/usr/bin:/bin", "SLURM_ARRAY_JOB_ID": "71", "SLURM_ARRAY_TASK_ID": "2",
            "SLURM_RESTART_COUNT": "\(restarts)",
        ])
    if let signal {
        #expect(waits { folder.text("ready") != nil })
        kill(process.processIdentifier, signal)
    }
    #expect(waits { !process.isRunning }, "the script ends")
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return (process.terminationStatus, folder.text("scontrol.log"), folder.text("arguments"))
}

@Test func aTaskRunsTheSearchWithEveryWordAsItWasGiven() throws {
    let done = try run("exit 0")
    #expect(done.status == 0 && done.requeued == nil)
    let lines = try #require(done.arguments?.components(separatedBy: "\n"))
    #expect(Array(lines[0..<2 + oddTexts.count]) == ["search", "my space.yaml"] + oddTexts)
    #expect(lines[lines.count - 2].hasPrefix("71_2@") && lines[lines.count - 4] == "--join")
}

/// A program that takes a moment to save what it has, as a search does.
private let saving = "trap 'sleep 0.3; exit 75' TERM\ntouch ready\nwhile :; do sleep 0.02; done"

@Test(.timeLimit(.minutes(20)), arguments: [0, 2])
func aTaskOutOfTimeEndsItsEpochAndGoesBackIntoTheQueue(restarts: Int) throws {
    let ended = try run(saving, restarts: restarts, signal: SIGUSR1)
    #expect(ended.status == 75 && ended.requeued == "requeue 71_2\n")
}

@Test(.timeLimit(.minutes(20))) func aTaskOutOfTimeTooOftenStaysAway() throws {
    let ended = try run(saving, restarts: 3, signal: SIGUSR1)
    #expect(ended.status == 75 && ended.requeued == nil)
}

/// Slurm signals every process of a task that is cancelled, so the search ends by itself.
@Test(.timeLimit(.minutes(20)), arguments: [SIGTERM, SIGINT])
func aCancelledTaskWaitsForItsSearchAndStaysAway(signal: Int32) throws {
    let ended = try run("touch ready\nsleep 0.3\nexit 75", signal: signal)
    #expect(ended.status == 75 && ended.requeued == nil)
}

@Test(arguments: [(75, 0), (1, 0), (3, 0), (64, 0), (74, 0)])
func aTaskThatIsOverStaysAway(status: Int, restarts: Int) throws {
    let ended = try run("exit \(status)", restarts: restarts)
    #expect(ended.status == Int32(status) && ended.requeued == nil)
}

@Test(.timeLimit(.minutes(20))) func aSearchThatIsDoneWhenTheSignalComesIsDone() throws {
    let ended = try run(
        "trap 'sleep 0.2; exit 0' TERM\ntouch ready\nwhile :; do sleep 0.02; done", signal: SIGUSR1)
    #expect(ended.status == 0 && ended.requeued == nil)
}

@Test func maxArraySizeCapsTheIndex() {
    let configuration = "MaxArrayTasks = 7\nMaxArraySize            = 1001\nMaxJobCount = 10000\n"
    #expect(SlurmArray.maxArraySize(inConfiguration: configuration) == 1001)
    #expect(SlurmArray.maxArraySize(inConfiguration: "slurm_load_ctl_conf error") == nil)
    #expect(SlurmArray.refusal(ofTasks: 1001, maxArraySize: 1001) == nil)
    #expect(
        SlurmArray.refusal(ofTasks: 1002, maxArraySize: 1001)
            == "this cluster's arrays have at most 1001 tasks (MaxArraySize), and 1002 are asked for; give --tasks 1001 "
            + "or fewer.")
    #expect(SlurmArray.refusal(ofTasks: 1, maxArraySize: 0)?.contains("no job arrays") == true)
}

@Test func anOptionOfSbatchIsALongNameThatIsNotOurs() throws {
    #expect(try SlurmOption("constraint=a&b=c").value == "a&b=c")
    #expect(try SlurmOption("exclusive").value == nil)
    for text in ["", "p", "--partition=x", "Account=x", "a b=c", "comment=a\nb"] {
        #expect(throws: SlurmOptionError.notAnOption(text)) { try SlurmOption(text) }
    }
    for text in ["array=0-9", "wrap=ls"] {
        #expect(throws: SlurmOptionError.self) { try SlurmOption(text) }
    }
    // What a person gives comes instead of what the plan says.
    let script = try SlurmArray(
        job(), options: [SlurmOption("signal=B:TERM@60"), SlurmOption("cpus-per-task=8")]
    ).script
    #expect(script.components(separatedBy: "--signal=").count == 2 && script.contains("--signal=B:TERM@60\n"))
    #expect(script.components(separatedBy: "--cpus-per-task=").count == 2)
}

@Test(arguments: [
    ("90", 5400), ("2:30", 150), ("2:00:00", 7200), ("1-0", 86_400), ("1-2:30", 95_400),
    ("2-00:00:01", 172_801),
    ("1", 60),
])
func timesAreReadAsSlurmReadsThem(text: String, seconds: Int) {
    #expect(SlurmTime(text)?.seconds == seconds)
    #expect(SlurmTime(SlurmTime(seconds: seconds).text)?.seconds == seconds)
}

@Test(arguments: [
    "", "0", "-5", "1:2:3:4", "2h", "1-", "-1", "1-2-3", "0:59", "9999-0", "99999999999999999999", "1.5",
])
func whatIsNoTimeIsNone(text: String) {
    #expect(SlurmTime(text) == nil)
}
