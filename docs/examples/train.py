"""Trains one candidate of a compound search with PyTorch: JSON on standard input, a line of JSON at the end.

    accuracy: {command: [python, docs/examples/train.py], pretrain: {epochs: 2}}

Needs torch, timm and safetensors, compound on the PATH (or COMPOUND=/path/to/compound), and Fashion-MNIST's files
where Debian's dataset-fashion-mnist puts them (or DATA=/their/folder).
"""

import gzip
import importlib
import json
import os
import subprocess
import sys
import tempfile

from safetensors.torch import load_file, save_file
import torch
from torch import nn
from torch.nn import functional


def build(candidate):
    """The network and its input's shape, from the file that `compound export --format timm` writes for it."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "candidate.json")
        target = os.path.join(folder, "candidate.py")
        with open(source, "w") as file:
            json.dump(candidate, file)
        compound = os.environ.get("COMPOUND", "compound")
        subprocess.run([compound, "export", source, "--format", "timm", "--output", target], check=True)
        sys.path.insert(0, folder)
        module = importlib.import_module("candidate")
    return module.model(), module.INPUT


def read(name, header):
    """The bytes of a file of Fashion-MNIST after its header."""
    with gzip.open(os.path.join(os.environ.get("DATA", "/usr/share/datasets/fashion-mnist"), name)) as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


def images(side, channels):
    """All of Fashion-MNIST's training images at a candidate's size, and their classes."""
    if side > 28:
        sys.exit(f"Fashion-MNIST has 28 pixels and cannot test {side}")
    pixels = read("train-images-idx3-ubyte.gz", 16).view(-1, 1, 28, 28) / 255
    pixels = functional.interpolate(pixels, (side, side), mode="area").expand(-1, channels, -1, -1)
    return (pixels - 0.286) / 0.353, read("train-labels-idx1-ubyte.gz", 8).long()


def save(state, path):
    """Replaces a file as a whole, so that a kill never leaves half of one."""
    torch.save(state, path + ".new")
    os.replace(path + ".new", path)


def main():
    candidate = json.load(sys.stdin)
    job = candidate["training"]
    recipe = job["recipe"]
    torch.manual_seed(job["seed"])

    model, (channels, side, _) = build(candidate)
    phase = "pretrain" if job["phase"] == "pretrain" or not job["resume_from"] else "fine_tune"
    pixels, classes = images(side, channels)
    # The same images are held out for every candidate.
    held_out, train = torch.randperm(len(classes), generator=torch.Generator().manual_seed(0)).split(
        [recipe["validation"], len(classes) - recipe["validation"]])
    train = train[:recipe["pretrain_images" if phase == "pretrain" else "images"]]
    steps = len(train) // recipe["batch"]

    epoch = job["start_epochs"]
    if job["resume_from"]:
        model.load_state_dict(load_file(job["resume_from"]))
    rate = recipe["rate"] * (1 if phase == "pretrain" else recipe["fine_tune_rate"])
    optimizer = torch.optim.SGD(
        model.parameters(), rate, momentum=0.9, nesterov=True, weight_decay=recipe["weight_decay"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=(job["epochs"] - epoch) * steps, pct_start=0.25)
    if os.path.exists(job["checkpoint"]):
        # This very rung was killed: go on after its last epoch.
        state = torch.load(job["checkpoint"])
        epoch = state["epoch"]
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])

    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe["label_smoothing"])
    while epoch < job["epochs"]:
        model.train()
        for step in train[torch.randperm(len(train))].split(recipe["batch"])[:steps]:
            optimizer.zero_grad()
            loss_of(model(pixels[step]), classes[step]).backward()
            optimizer.step()
            schedule.step()
        epoch += 1
        save({"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict(),
              "schedule": schedule.state_dict()}, job["checkpoint"])
        print(f"epoch {epoch}", file=sys.stderr)

    model.eval()
    with torch.no_grad():
        right = sum((model(pixels[some]).argmax(1) == classes[some]).sum().item() for some in held_out.split(500))
    save_file(model.state_dict(), job["weights"] + ".new")
    os.replace(job["weights"] + ".new", job["weights"])
    print(json.dumps({"accuracy": right / len(held_out)}))


if __name__ == "__main__":
    main()
