"""Does this tool's latency rank candidates as ONNX Runtime does?

    pip install onnxruntime numpy
    python docs/benchmarks/agreement.py .build/release/compound search-spaces/efficientnet-b0.yaml

Two sets of candidates of the space: all within its budget (at most 20), and 20 points of the whole grid,
whatever they cost. In every round each candidate is timed by both, one right after the other, and beside EfficientNet-B0
in the same engine, so what is compared are ratios; a candidate's figure is the median over rounds. Prints a table of
each set, Kendall's tau, how far this tool's best lies behind ONNX Runtime's best three, and how far the rounds, which
are minutes apart, differ in raw milliseconds and in ratios.
"""
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import onnxruntime

ROUNDS, SECONDS = 4, 1.0


def tool(*arguments):
    return subprocess.run([binary, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def candidates(path):
    """The coefficients of a space's candidates, from the table of a dry run; the first of each range."""
    lines = tool("search", path, "--dry-run").splitlines()
    first = next(i for i, line in enumerate(lines) if line.split()[:3] == ["α", "β", "γ"])
    rows = (line.split()[:3] for line in lines[first + 1:])
    return [tuple(float(cell.split("–")[0]) for cell in row) for row in rows if len(row) == 3]


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    run = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    entry = run.get_inputs()[0]
    shape = [size if isinstance(size, int) else 1 for size in entry.shape]
    feed = {entry.name: numpy.random.default_rng(0).random(shape, numpy.float32)}
    return lambda: run.run(None, feed)


def alternating(subject, anchor):
    """The ratio of medians of two functions that take turns."""
    times, end = ([], []), time.perf_counter() + SECONDS
    subject(), anchor()
    while time.perf_counter() < end or len(times[0]) < 5:
        for kept, run in zip(times, (subject, anchor)):
            start = time.perf_counter()
            run()
            kept.append(time.perf_counter() - start)
    return statistics.median(times[0]) / statistics.median(times[1])


def tau(x, y):
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    return sum(1 if (x[i] - x[j]) * (y[i] - y[j]) > 0 else -1 for i, j in pairs) / len(pairs)


def compare(title, chosen, folder):
    factors = []
    for alpha, beta, gamma in chosen:
        pixels = int(224 * gamma + 0.5)
        factors.append(["efficientnet-b0", "--depth", alpha, "--width", beta, "--resolution", pixels])
    paths = [folder / f"{index}.onnx" for index in range(len(chosen))]
    for network, path in zip(factors, paths):
        tool("export", *network, "--format", "onnx", "--output", path)
    anchor = folder / "anchor.onnx"
    tool("export", "efficientnet-b0", "--format", "onnx", "--output", anchor)
    anchor = session(anchor)
    sessions = [session(path) for path in paths]
    ours, raw, theirs = [[] for _ in chosen], [[] for _ in chosen], [[] for _ in chosen]
    for number in range(ROUNDS):
        order = range(len(chosen)) if number % 2 == 0 else reversed(range(len(chosen)))
        for index in order:
            found = json.loads(tool("bench", *factors[index], "--seconds", SECONDS, "--format", "json"))
            ours[index].append(found["latency_ratio"])
            raw[index].append(found["latency_ms"])
            theirs[index].append(alternating(sessions[index], anchor))
        print(f"round {number + 1} of {ROUNDS}", file=sys.stderr, flush=True)
    for name, values in (("milliseconds", raw), ("ratios", ours)):
        off = [100 * abs(value / statistics.median(x) - 1) for x in values for value in x]
        print(f"{name} of a round, off the candidate's median: half of them by {statistics.median(off):.2f} % at most, "
              f"nine tenths by {sorted(off)[len(off) * 9 // 10]:.2f} %, all by {max(off):.2f} %", file=sys.stderr)
    ours, theirs = [statistics.median(x) for x in ours], [statistics.median(x) for x in theirs]
    print(f"### {title}\n\n| depth | width | pixels | compound, × B0 | ONNX Runtime, × B0 |\n|---|---|---|---|---|")
    for index in sorted(range(len(chosen)), key=lambda i: ours[i]):
        depth, width, pixels = factors[index][2], factors[index][4], factors[index][6]
        print(f"| {depth:g} | {width:g} | {pixels} | {ours[index]:.3f} | {theirs[index]:.3f} |")
    best = theirs[ours.index(min(ours))]
    third = sorted(theirs)[2]
    print(f"\nKendall's τ {tau(ours, theirs):.3f}. The best by compound takes ONNX Runtime {best:.3f} × B0, "
          f"{100 * (best / min(theirs) - 1):+.1f} % of its best and {100 * (best / third - 1):+.1f} % of its third.\n")


binary, space = sys.argv[1:]
draw = random.Random(1)
# The grid of search-spaces/efficientnet-b0.yaml, of which 847 points are distinct networks.
drawn = [(1 + 0.05 * draw.randint(0, 20), 1 + 0.05 * draw.randint(0, 10), 1 + 0.05 * draw.randint(0, 10))
         for _ in range(20)]
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    compare("20 points of the whole grid", drawn, folder)
    compare("Candidates within the budget", candidates(space)[:20], folder)
