"""Builds exported candidates in timm, torchvision, Keras and ONNX Runtime, and compares them with compound.

    make parity

For every line of candidates.txt: random weights of one seed as safetensors, and a file for every target. Each
network is built there, counted, given the weights, and run on its test image. The report goes to standard
output and to a file; the exit status is 1 where anything differs.
"""
import importlib.util
import os
import platform
import subprocess
import sys
from collections import namedtuple
from importlib.metadata import PackageNotFoundError, version

os.environ.setdefault("KERAS_BACKEND", "torch")

import numpy
import torch

SEED = "7"
Figures = namedtuple("Figures", "parameters macs parameters_apart macs_apart logits_apart")
COLUMNS = ["timm", "torchvision", "keras", "onnx"]


def prepare():
    """Lets torchvision's PyPI wheel, built for CUDA, load beside a PyTorch without: its operators are not needed."""
    for name in ("nms", "qnms"):
        try:
            torch.library.define(f"torchvision::{name}", "(Tensor boxes, Tensor scores, float threshold) -> Tensor")
        except RuntimeError:
            pass


def export(tool, arguments, target, path):
    """Runs the tool; its one-sentence refusal ends the run."""
    command = [tool, "export", *arguments, "--format", target, "--output", path]
    subprocess.run(command + ["--seed", SEED], check=True, stderr=subprocess.DEVNULL)


def module(path):
    """A written Python file, imported."""
    name = os.path.basename(path)[:-3].replace(".", "_").replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def python_target(path, weights):
    """Differences of parameters, macs and logits, as the file itself finds them."""
    file = module(path)
    if path.endswith("keras.py"):
        parameters, macs = file.count(file.model())
    else:
        with torch.device("meta"):
            parameters, macs = file.count(file.model())
    apart = file.difference(weights) / file.TOLERANCE * 1e-4 if hasattr(file, "LOGITS") else None
    return Figures(file.PARAMETERS, file.MACS, parameters - file.PARAMETERS, macs - file.MACS, apart)


def onnx_target(path):
    """The same of an ONNX file: its weights counted, its model checked in full, its logits for a batch of two."""
    import onnx
    import onnxruntime

    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    about = {entry.key: entry.value for entry in model.metadata_props}
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    channels, height, width = session.get_inputs()[0].shape[1:]
    h = numpy.arange(1, channels * height * width + 1)
    for _ in range(2):
        h = h * 73244475 % 2**32
        h = h ^ h >> 16
    image = ((h >> 8) * 2.0**-23 - 1).reshape(1, channels, height, width).astype("float32")
    parameters, macs = int(about["compound.parameters"]), int(about["compound.macs"])
    if "compound.test_logits" not in about:
        return Figures(parameters, macs, None, onnx_macs(model) - macs, None)
    logits = session.run(None, {"x": numpy.concatenate([image, image])})[0]
    expected = numpy.array([float(value) for value in about["compound.test_logits"].split(",")])
    apart = float(numpy.abs(logits[:, : len(expected)] - expected).max())
    apart = apart / float(about["compound.test_tolerance"]) * 1e-4
    return Figures(parameters, macs, None, onnx_macs(model) - macs, apart)


def onnx_macs(model):
    """Multiply-accumulates of all Conv and Gemm nodes, from the shapes that ONNX infers."""
    import onnx

    graph = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph
    shapes = {info.name: [d.dim_value for d in info.type.tensor_type.shape.dim] for info in graph.value_info}
    weights = {tensor.name: tensor.dims for tensor in graph.initializer}
    macs = 0
    for node in graph.node:
        if node.op_type == "Conv":
            macs += int(numpy.prod(weights[node.input[1]])) * int(numpy.prod(shapes[node.output[0]][2:]))
        elif node.op_type == "Gemm":
            macs += int(numpy.prod(weights[node.input[1]]))
    return macs


def installed(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


INTRODUCTION = """# Parity

What `make parity` found: candidates of every family and rounding rule, exported by `compound export` and built by
other tools, with the same random weights and the same test image. Parameters and macs are counted there, by hooks
in PyTorch, from symbolic shapes in Keras and ONNX, and must agree exactly. Logits may differ by 1e-4 of the largest;
the table gives the largest difference as a share of the largest logit (of 1, where all are smaller). A dash means
that random weights of this depth amplify rounding so much that no two programs could agree: no logits are exported then.
ONNX files pass the full check of `onnx.checker`, shape inference included, and run with a batch of two; their batch norms
are folded, so that parameters cannot be compared. The candidates are those of
[parity/candidates.txt](parity/candidates.txt).
"""


def main(tool, folder, list_path, report_path):
    prepare()
    os.makedirs(folder, exist_ok=True)
    with open(report_path, "w") as report:
        return compare(tool, folder, list_path, lambda line="": (print(line, flush=True), report.write(line + "\n")))


def compare(tool, folder, list_path, say):
    """Says the whole report line by line; returns the exit status."""
    say(INTRODUCTION)
    missing = [name for name in COLUMNS if not installed("onnxruntime" if name == "onnx" else name)]
    names = ["torch", "timm", "torchvision", "keras", "onnx", "onnxruntime", "numpy"]
    versions = [f"{name} {installed(name)}" for name in names if installed(name)]
    say(f"Python {platform.python_version()}, {', '.join(versions)}; {platform.machine()}.")
    for name in missing:
        say(f"{name} is not installed and was skipped.")
    say()
    say("| candidate | target | parameters | macs | parameters differ by | macs by | logits by |")
    say("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    failures = compared = 0
    with open(list_path) as lines:
        rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    for name, targets, *arguments in rows:
        weights = os.path.join(folder, name + ".safetensors")
        if targets != "onnx":
            export(tool, arguments, "safetensors", weights)
        for target in targets.split(","):
            if target in missing:
                continue
            path = os.path.join(folder, f"{name}.{target}" + (".onnx" if target == "onnx" else ".py"))
            export(tool, arguments, target, path)
            figures = onnx_target(path) if target == "onnx" else python_target(path, weights)
            apart = figures.logits_apart
            right = figures.parameters_apart in (0, None) and figures.macs_apart == 0 and (apart or 0) <= 1e-4
            logits = "—" if apart is None else f"{apart:.1e}"
            compared += 1
            failures += not right
            folded = "folded" if figures.parameters_apart is None else figures.parameters_apart
            say(f"| {name} | {target} | {figures.parameters:,} | {figures.macs:,} | {folded} | {figures.macs_apart} | "
                f"{logits}{'' if right else ' **differs**'} |")
            os.remove(path)
        if os.path.exists(weights):
            os.remove(weights)
    say()
    say(f"{len(rows)} candidates, {compared} comparisons, {failures} of them differ.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
