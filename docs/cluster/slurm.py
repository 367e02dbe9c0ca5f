"""Searches on a Slurm cluster of one node and disturbs it on the way: `make test-cluster` runs it.

    slurm.py compound [--if-possible] [--by store|join|submit]

Starts munged, slurmctld and slurmd with a key, a configuration and ports of their own on loopback, without systemd or
cgroups, and runs an accuracy search once in a single process and once as an array of four tasks. One task is requeued, one
cancelled, the process of one killed, slurmd restarted. The shared result must equal the undisturbed one bit for bit, none
lost, none twice. Debian's packages are installed where they are missing. All daemons are ended and their folder is removed,
however this ends; --if-possible skips it where there can be no cluster.
"""

import argparse
import collections
import contextlib
import ctypes
import hashlib
import json
import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SPACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "space.yaml")
PACKAGES = {"munged": "munge", "slurmctld": "slurm-wlm", "slurmd": "slurm-wlm", "sbatch": "slurm-wlm"}
TASKS, AT_MOST, TIME = 4, 2, "0:10:00"
MAX_ARRAY_SIZE = 10
# Seconds that all but the installation may take.
LIMIT = 590
# Columns that differ between equal results: a store's own numbers, clocks, and where files lie.
OWN_COLUMNS = {
    "id", "trial", "training", "measurement_set", "attempt", "weights",
    "created_at", "measured_at", "trained_at", "seconds", "training_seconds", "images_per_second"}
# What a row of each table is about.
KEYS = {
    "trials": ["network_hash"],
    "rungs": ["network_hash", "phase", "seed", "epochs"],
    "epochs": ["network_hash", "phase", "seed", "epoch"]}

begun = time.monotonic()
failures = []


class Unavailable(Exception):
    """The cluster cannot be had on this machine."""


class Wrong(Exception):
    """The cluster or the search does not do what it should."""


def say(what):
    print(f"{time.monotonic() - begun:6.1f} s  {what}", flush=True)


def check(condition, what):
    say(("ok      " if condition else "FAILED  ") + what.rstrip())
    if not condition:
        failures.append(what)


def left():
    return max(1, begun + LIMIT - time.monotonic())


def wait(what, condition, seconds, error=Wrong):
    """The condition's first value that holds."""
    deadline = time.monotonic() + min(seconds, left())
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise error(f"Waited in vain: {what}.")
        time.sleep(0.3)


def run(*command, error=Wrong, seconds=120, **more):
    """What a command printed; its own words where it fails."""
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=min(seconds, left()), **more)
    except subprocess.TimeoutExpired:
        raise error(f"`{shlex.join(command)}` does not end.")
    except OSError as problem:
        raise error(f"`{shlex.join(command)}` cannot be run: {problem.strerror}.")
    if ended.returncode != 0:
        raise error(f"`{shlex.join(command)}` ended with status {ended.returncode}:\n{ended.stderr}{ended.stdout}".rstrip())
    return ended.stdout


def install():
    """Debian's packages of the programs that are missing."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = sorted({package for program, package in PACKAGES.items() if not shutil.which(program)})
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise Unavailable(f"{' and '.join(missing)} are not installed, and there is no apt-get to install them.")
    say("installing " + " ".join(missing))
    as_root = [] if os.getuid() == 0 else ["sudo", "-n"]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    run(*as_root, "apt-get", "update", "-qq", error=Unavailable, seconds=300, env=environment)
    run(
        *as_root, "apt-get", "install", "-qq", "-y", "--no-install-recommends", *missing,
        error=Unavailable, seconds=400, env=environment)


# --- Processes


def prctl(option, value):
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def adopt():
    """Makes this process the parent of all orphans among its descendants: slurmd's steps leave every group and session."""
    if sys.platform != "linux":
        raise Unavailable("Slurm's daemons run on Linux.")
    prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def die_with_parent():
    prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def processes():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def parent(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def descendants():
    """All processes below this one."""
    below = {os.getpid()}
    parents = {process: parent(process) for process in processes()}
    while True:
        more = {process for process, its in parents.items() if its in below} - below
        if not more:
            return below - {os.getpid()}
        below |= more


def end_all():
    """Ends every descendant; returns those that would not."""
    for sent, seconds in [(signal.SIGTERM, 5), (signal.SIGKILL, 20)]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            remaining = descendants()
            if not remaining:
                return remaining
            for process in remaining:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, sent)
            time.sleep(0.2)
    return remaining


# --- The cluster


class Cluster:
    """One node of two CPUs, all whose files lie in one folder."""

    def __init__(self, folder):
        self.folder = folder
        self.daemons = {}
        os.chmod(folder, 0o711)  # munged wants its socket to be within everybody's reach
        for name in ["spool", "state", "logs"]:
            os.mkdir(os.path.join(folder, name))
        for name in [name for name in os.environ if name.startswith(("SLURM_", "SBATCH_", "SQUEUE_", "SCANCEL_"))]:
            del os.environ[name]
        os.environ["SLURM_CONF"] = self.path("slurm.conf")
        self.configure()

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def configure(self):
        key = self.path("munge.key")
        with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(1024))
        with socket.socket() as first, socket.socket() as second:
            for one in [first, second]:
                one.bind(("127.0.0.1", 0))
            ports = [one.getsockname()[1] for one in [first, second]]
        host, user = socket.gethostname().split(".")[0], pwd.getpwuid(os.getuid()).pw_name
        with open("/proc/meminfo") as file:
            memory = int(file.readline().split()[1]) // 1024
        settings = {
            "ClusterName": "compound",
            "SlurmctldHost": f"{host}(127.0.0.1)",
            "SlurmctldPort": ports[0],
            "SlurmdPort": ports[1],
            "CommunicationParameters": "NoInAddrAny,NoCtldInAddrAny",
            "SlurmUser": user,
            "SlurmdUser": user,
            "AuthType": "auth/munge",
            "CredType": "cred/munge",
            "AuthInfo": "socket=" + self.path("munge.socket"),
            "StateSaveLocation": self.path("state"),
            "SlurmdSpoolDir": self.path("spool"),
            "SlurmctldPidFile": self.path("slurmctld.pid"),
            "SlurmdPidFile": self.path("slurmd.pid"),
            "ProctrackType": "proctrack/linuxproc",
            "TaskPlugin": "task/none",
            "JobAcctGatherType": "jobacct_gather/none",
            "AccountingStorageType": "accounting_storage/none",
            "MpiDefault": "none",
            "SelectType": "select/cons_tres",
            "SelectTypeParameters": "CR_CPU_Memory",
            "SlurmdParameters": "config_overrides",  # two CPUs, whatever the machine has
            "DefMemPerCPU": memory // 4,
            "SchedulerType": "sched/backfill",
            "SchedulerParameters": "sched_interval=2,bf_interval=2",
            "MaxArraySize": MAX_ARRAY_SIZE,
            "JobRequeue": 1,
            "KillWait": 5,
            "MinJobAge": 3600,
            "ReturnToService": 2,
            "MessageTimeout": 60,
            "NodeName": f"node NodeHostname={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory={memory}",
            "PartitionName": "all Nodes=node Default=YES State=UP MaxTime=60"}
        with open(self.path("slurm.conf"), "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in settings.items())
        with open(self.path("plugstack.conf"), "w"):
            pass

    def daemon(self, name, *arguments):
        with open(self.path("logs", name + ".log"), "a") as log:
            self.daemons[name] = subprocess.Popen(
                [shutil.which(name), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                start_new_session=True, preexec_fn=die_with_parent)

    def answers(self, name, *command):
        """Whether a command succeeds by now; a daemon that ended in the meantime never will."""
        if self.daemons[name].poll() is not None:
            with open(self.path("logs", name + ".log")) as log:
                last = log.read().strip().rpartition("\n")[2]
            raise Unavailable(f"{name} ended with status {self.daemons[name].returncode}: {last}")
        with contextlib.suppress(Wrong):
            return run(*command)

    def start(self):
        """The daemons one after the other, each as soon as the one before answers."""
        munge = self.path("munge.socket")
        self.daemon(
            "munged", "--foreground", "--key-file=" + self.path("munge.key"), "--socket=" + munge,
            "--pid-file=" + self.path("munged.pid"), "--seed-file=" + self.path("munged.seed"),
            "--log-file=" + self.path("logs", "munged.log"), "--num-threads=2")
        wait("munged answers", lambda: self.answers("munged", "munge", "--no-input", "--socket", munge), 60, Unavailable)
        self.daemon("slurmctld", "-D", "-c")
        wait("slurmctld answers", lambda: self.answers("slurmctld", "scontrol", "ping"), 60, Unavailable)
        self.daemon("slurmd", "-D", "-N", "node")
        wait("the node is idle", lambda: self.node() == "idle", 60, Unavailable)

    def node(self):
        return (self.answers("slurmd", "sinfo", "-h", "-n", "node", "-o", "%T") or "").strip()

    def restart_node(self):
        self.daemons["slurmd"].terminate()
        self.daemons["slurmd"].wait(min(60, left()))
        self.daemon("slurmd", "-D", "-N", "node")
        wait("the node answers again", lambda: self.node() in ("idle", "mixed", "allocated"), 90)

    def array(self):
        """The number of the array that was submitted last."""
        return max(int(line) for line in run("squeue", "-h", "-r", "-o", "%F").split())

    def tasks(self, job):
        """The state of each task that waits or runs, by its index."""
        lines = run("squeue", "-h", "-r", "-j", str(job), "-o", "%K %T").splitlines()
        return {int(index): state for index, state in map(str.split, lines)}

    def ended(self, job, task):
        """What Slurm remembers of a task: its state, exit code, restarts."""
        words = run("scontrol", "-o", "show", "job", f"{job}_{task}").split()
        fields = dict(word.split("=", 1) for word in words if "=" in word)
        return fields["JobState"], fields["ExitCode"], int(fields["Restarts"])

    def process(self, job, task, compound):
        """The process of compound that works for a task, or nothing."""
        wanted = {f"SLURM_ARRAY_JOB_ID={job}".encode(), f"SLURM_ARRAY_TASK_ID={task}".encode()}
        for process in sorted(descendants()):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
                with open(f"/proc/{process}/environ", "rb") as file:
                    if wanted <= set(file.read().split(b"\0")) and os.readlink(f"/proc/{process}/exe") == compound:
                        return process
        return None

    def show_logs(self):
        for folder, _, names in os.walk(self.folder):
            for name in sorted(names):
                if name.endswith((".log", ".out")):
                    with open(os.path.join(folder, name), errors="replace") as file:
                        lines = file.read().splitlines()[-15:]
                    print(f"--- {name}", *lines, sep="\n")


# --- The search


def shared_folder(cluster):
    folder = cluster.path("shared")
    os.makedirs(folder, exist_ok=True)
    return folder


def shared_store(by, cluster):
    """What `--store` reads the shared study from."""
    folder = shared_folder(cluster)
    return os.path.join(folder, "shared.sqlite") if by == "store" else folder


def task(by, compound, cluster):
    """The command of one task."""
    where = "--store" if by == "store" else "--join"
    return [compound, "search", SPACE, where, shared_store(by, cluster)]


def submission(by, compound, cluster, tasks=TASKS):
    """The command that submits the array."""
    if by == "submit":
        return [
            compound, "submit", SPACE, "--slurm", "--tasks", str(tasks), "--at-most", str(AT_MOST), "--time", TIME,
            "--join", shared_folder(cluster)]
    script = cluster.path("task.sh")
    with open(script, "w") as file:
        file.write(f"#!/bin/sh\nexec {shlex.join(task(by, compound, cluster))}\n")
    return [
        "sbatch", f"--array=0-{tasks - 1}%{AT_MOST}", "--time=" + TIME, "--cpus-per-task=1", "--requeue",
        "--open-mode=append", "--output=" + cluster.path("logs", "%A_%a.out"), script]


def submit_too_many(by, compound, cluster):
    """An array whose last index the cluster does not take is refused, with the reason."""
    try:
        run(*submission(by, compound, cluster, tasks=MAX_ARRAY_SIZE + 1), cwd=cluster.folder)
        check(False, f"an array of {MAX_ARRAY_SIZE + 1} tasks is refused")
    except Wrong as refusal:
        said = " ".join(str(refusal).splitlines()[1:2])
        check("array" in said, f"an array of {MAX_ARRAY_SIZE + 1} tasks is refused: {said}")
    check(not run("squeue", "-h"), "and leaves nothing in the queue")


def query(compound, store, table):
    """The rows of a table, numbers as they are written."""
    printed = run(compound, "query", "--store", store, "--table", table, "--format", "json", "--columns", "all")
    rows = json.loads(printed, parse_float=str)
    return [{name: value for name, value in row.items() if name not in OWN_COLUMNS} for row in rows]


def compare(table, single, shared):
    """None lost, none twice, none else, and every value the same."""
    def by_key(rows):
        found = collections.defaultdict(list)
        for row in rows:
            found[tuple(row[name] for name in KEYS[table])].append(row)
        return found

    wanted, found = by_key(single), by_key(shared)
    check(wanted and all(len(rows) == 1 for rows in wanted.values()), f"{table}: {len(single)} in the single process")
    check(not wanted.keys() - found.keys(), f"{table}: none lost {sorted(wanted.keys() - found.keys()) or ''}")
    check(not found.keys() - wanted.keys(), f"{table}: none else {sorted(found.keys() - wanted.keys()) or ''}")
    twice = [key for key, rows in found.items() if len(rows) > 1]
    check(not twice, f"{table}: none twice {twice or ''}")
    differing = [
        f"{key} {name}: {rows[0].get(name)} and {found[key][0].get(name)}"
        for key, rows in wanted.items() if key in found
        for name in sorted(rows[0].keys() | found[key][0].keys())
        if name not in rows[0] or name not in found[key][0] or rows[0][name] != found[key][0][name]]
    check(not differing, f"{table}: equal in every bit of {len(single[0]) if single else 0} columns")
    for line in differing[:20]:
        say(f"        {line}")


def contents(folder):
    """What the weight files below a folder hold, each as a digest."""
    found = set()
    for inner, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".safetensors"):
                with open(os.path.join(inner, name), "rb") as file:
                    found.add(hashlib.sha256(file.read()).hexdigest())
    return found


def compare_weights(single, shared):
    wanted, found = contents(single), contents(shared)
    check(
        wanted and wanted <= found,
        f"{len(wanted & found)} of {len(wanted)} weight files of finalists are equal in every byte")


class Disturbance:
    """An array that is at work, and what happens to it."""

    def __init__(self, by, compound, cluster, job, total):
        self.by, self.compound, self.cluster, self.job, self.total = by, compound, cluster, job, total
        self.touched = {}
        self.problem = None

    def done(self):
        """Rungs that are trained by now; none before the first worker has made its store."""
        try:
            rows = query(self.compound, shared_store(self.by, self.cluster), "rungs")
        except Wrong as problem:
            self.problem = str(problem)
            return 0
        self.problem = None
        return sum(row["state"] == "complete" for row in rows)

    def after(self, rungs):
        """Waits until so many rungs are trained; the search must not be over then."""
        try:
            done = wait(f"{rungs} of {self.total} rungs are trained", lambda: max(0, self.done() - rungs + 1), 300) + rungs - 1
        except Wrong as problem:
            raise Wrong(f"{problem} {self.problem or ''}".rstrip())
        check(done < self.total, f"{done} of {self.total} rungs are trained; tasks: {self.states()}")

    def states(self):
        return ", ".join(f"{task} {state.lower()}" for task, state in sorted(self.cluster.tasks(self.job).items()))

    def untouched(self):
        """A task whose process works and that nothing happened to so far, with its process."""
        def find():
            for task, state in sorted(self.cluster.tasks(self.job).items()):
                if state == "RUNNING" and task not in self.touched:
                    process = self.cluster.process(self.job, task, self.compound)
                    if process:
                        return task, process
        return wait("a task runs that nothing happened to", find, 90)

    def requeue(self):
        task, _ = self.untouched()
        self.touched[task] = "requeued"
        name = f"{self.job}_{task}"
        run("scontrol", "requeue", name)
        wait(f"{name} waits again", lambda: self.cluster.tasks(self.job).get(task) == "PENDING", 90)
        run("scontrol", "update", f"JobId={name}", "StartTime=now")
        say(f"requeued {name}")

    def cancel(self):
        task, _ = self.untouched()
        self.touched[task] = "cancelled"
        run("scancel", f"{self.job}_{task}")
        wait(f"{self.job}_{task} leaves the queue", lambda: task not in self.cluster.tasks(self.job), 90)
        say(f"cancelled {self.job}_{task}")

    def kill(self):
        task, process = self.untouched()
        self.touched[task] = "killed"
        os.kill(process, signal.SIGKILL)
        say(f"killed process {process} of {self.job}_{task}")

    def restart(self):
        before = self.cluster.daemons["slurmd"].pid
        self.cluster.restart_node()
        say(f"restarted slurmd, process {before}, as {self.cluster.daemons['slurmd'].pid}; the node is {self.cluster.node()}")

    def finish(self):
        """Waits until no task is left, then asks what became of each."""
        wait("no task waits or runs", lambda: not self.cluster.tasks(self.job), LIMIT)
        for task in range(TASKS):
            state, code, restarts = self.cluster.ended(self.job, task)
            what = self.touched.get(task, "left alone")
            right = {
                "requeued": state == "COMPLETED" and restarts > 0, "cancelled": state == "CANCELLED",
                "killed": True, "left alone": state == "COMPLETED"}[what]
            check(right, f"task {task}, {what}: {state.lower()}, exit code {code}, restarted {restarts} times")


def search(by, compound, cluster):
    single = cluster.path("single.sqlite")
    say("searching in a single process")
    alone = [compound, "search", SPACE, "--store", single]
    run(*alone, seconds=LIMIT)
    total = len(query(compound, single, "rungs"))
    submit_too_many(by, compound, cluster)
    say(f"submitting {TASKS} tasks, at most {AT_MOST} at once: {shlex.join(submission(by, compound, cluster))}")
    run(*submission(by, compound, cluster), cwd=cluster.folder)
    disturbance = Disturbance(by, compound, cluster, cluster.array(), total)
    for rungs, disturb in [
            (1, disturbance.requeue), (4, disturbance.cancel), (8, disturbance.kill), (11, disturbance.restart)]:
        disturbance.after(rungs)
        disturb()
    disturbance.finish()
    shared = shared_store(by, cluster)
    for table in KEYS:
        compare(table, query(compound, single, table), query(compound, shared, table))
    compare_weights(cluster.path("single.sqlite.weights"), shared_folder(cluster))
    # The same command once more: nothing is left to do, and the answer comes with its weights.
    answers = []
    for name, command in [("single", alone), ("shared", task(by, compound, cluster))]:
        run(*command, "--output", cluster.path(name + ".yaml"), seconds=LIMIT)
        with open(cluster.path(name + ".safetensors"), "rb") as file:
            answers.append(file.read())
    check(answers[0] == answers[1], f"the answer's weights are equal in all {len(answers[0])} bytes")
    check(len(query(compound, shared, "rungs")) == total, "and the same command again trained nothing")


def interrupted(number, _):
    raise KeyboardInterrupt(signal.Signals(number).name)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("compound")
    arguments.add_argument("--if-possible", action="store_true", help="skip where the cluster cannot be had, and say so")
    arguments.add_argument(
        "--by", choices=["store", "join", "submit"], default="submit",
        help="how tasks share the search: one store, a joined folder, or all that `compound submit` does")
    arguments = arguments.parse_args()
    compound = os.path.realpath(arguments.compound)
    stopping = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    for one in stopping:
        signal.signal(one, interrupted)
    global begun
    status, folder, cluster = 1, None, None
    try:
        adopt()
        install()
        begun = time.monotonic()
        folder = tempfile.mkdtemp(prefix="compound-cluster-")
        cluster = Cluster(folder)
        cluster.start()
        say("munged, slurmctld and slurmd answer; " + " ".join(
            line for line in run("scontrol", "show", "config").splitlines() if line.startswith("MaxArraySize")))
        search(arguments.by, compound, cluster)
        status = 1 if failures else 0
    except Unavailable as problem:
        what = f"there is no cluster here: {problem}"
        if arguments.if_possible:
            say("SKIPPED " + what)
            status = 0
        else:
            check(False, what)
    except Wrong as problem:
        check(False, str(problem))
    except KeyboardInterrupt as problem:
        say(f"interrupted by {problem}")
        status = 130
    finally:
        for one in stopping:
            signal.signal(one, signal.SIG_IGN)
        remaining = end_all()
        if status != 0 and cluster:
            cluster.show_logs()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        if remaining:
            check(False, f"no daemon left, but for the processes {sorted(remaining)}")
            status = status or 1
    say(f"{len(failures)} failed; no daemon left" if not remaining else f"{len(failures)} failed")
    sys.exit(status)


if __name__ == "__main__":
    main()
