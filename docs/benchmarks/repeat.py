"""Do latencies of runs minutes apart agree?

    python docs/benchmarks/repeat.py .build/release/compound [MINUTES]

Times five networks in turn, again and again for seven minutes, each time as `compound bench` does by itself. Prints how
far a run lies off its network's median, for milliseconds and for ratios to the anchor.
"""
import json
import statistics
import subprocess
import sys
import time

NETWORKS = ["efficientnet-b0 --width 1.4", "efficientnet-b0 --depth 1.8", "efficientnet-b0 --resolution 314",
            "resnet-18", "efficientnet-b3"]
minutes = float(sys.argv[2]) if len(sys.argv) > 2 else 7

runs = {name: [] for name in NETWORKS}
start = time.monotonic()
while time.monotonic() - start < minutes * 60:
    for name in NETWORKS:
        done = subprocess.run([sys.argv[1], "bench", *name.split(), "--format", "json"],
                              capture_output=True, text=True, check=True)
        runs[name].append(json.loads(done.stdout))

print("| of all runs | half at most | nine tenths | all |")
print("|---|---|---|---|")
for column, label in [("latency_ms", "milliseconds"), ("latency_ratio", "ratios to the anchor")]:
    deviations = []
    for found in runs.values():
        values = [run[column] for run in found]
        centre = statistics.median(values)
        deviations += [abs(value / centre - 1) for value in values]
    deciles = statistics.quantiles(deviations, n=10, method="inclusive")
    print(f"| {label} | {deciles[4]:.1%} | {deciles[8]:.1%} | {max(deviations):.1%} |")
for name, found in runs.items():
    print(f"{name}: " + ", ".join(f"{run['latency_ratio']:.3f}" for run in found))
