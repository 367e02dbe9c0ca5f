"""How far are latencies that are summed from block times from those that are measured?

    python docs/benchmarks/prediction.py .build/release/compound

Predicts all networks of the 0.05 grid around EfficientNet-B0 in a new store, says how long that took, draws 50 of them and
times each, several times in changing order. What is compared are ratios to the anchor, of which a network's figure is
the median. Prints the candidates with their errors, the median and the worst, and Kendall's tau.
"""
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

SPACE = """
name: every-network
baseline: efficientnet-b0
alpha: {from: 1.0, to: 2.0, step: 0.05}
beta: {from: 1.0, to: 1.5, step: 0.05}
gamma: {from: 1.0, to: 1.5, step: 0.05}
budget: {macs: 10x, tolerance: 95%}
measure: {latency: predicted}
"""
DRAWN, ROUNDS, SECONDS = 50, 3, 1.5


def tool(*arguments):
    done = subprocess.run([sys.argv[1], *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"compound {' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout


def tau(x, y):
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    return sum(1 if (x[i] - x[j]) * (y[i] - y[j]) > 0 else -1 for i, j in pairs) / len(pairs)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    (folder / "space.yaml").write_text(SPACE)
    start = time.monotonic()
    tool("search", folder / "space.yaml", "--store", folder / "store.sqlite")
    seconds = time.monotonic() - start
    trials = json.loads(tool("query", "--store", folder / "store.sqlite", "--limit", 10_000, "--format", "json",
                             "--columns", "alpha,beta,resolution,latency_ratio"))
print(f"{len(trials)} networks predicted in {seconds:.0f} s")
drawn = random.Random(2).sample(trials, DRAWN)
ratios = [[] for _ in drawn]
for number in range(ROUNDS):
    for index in range(DRAWN) if number % 2 == 0 else reversed(range(DRAWN)):
        trial = drawn[index]
        found = json.loads(tool("bench", "efficientnet-b0", "--depth", trial["alpha"], "--width", trial["beta"],
                                "--resolution", trial["resolution"], "--seconds", SECONDS, "--format", "json"))
        ratios[index].append(found["latency_ratio"])
    print(f"round {number + 1} of {ROUNDS}", file=sys.stderr, flush=True)
measured = [statistics.median(x) for x in ratios]
predicted = [trial["latency_ratio"] for trial in drawn]
errors = [100 * abs(p / m - 1) for p, m in zip(predicted, measured)]
print("\n| depth | width | pixels | predicted, × B0 | measured, × B0 | off by |\n|---|---|---|---|---|---|")
for trial, p, m in sorted(zip(drawn, predicted, measured), key=lambda row: row[2]):
    print(f"| {trial['alpha']:g} | {trial['beta']:g} | {trial['resolution']} | {p:.3f} | {m:.3f} | {100 * (p / m - 1):+.1f} % |")
print(f"\nMedian error {statistics.median(errors):.1f} %, worst {max(errors):.1f} %, Kendall's τ {tau(predicted, measured):.3f}.")
