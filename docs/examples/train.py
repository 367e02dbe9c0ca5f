"""Trains one candidate of a compound search with PyTorch: JSON on standard input, a line of JSON at the end.

    accuracy: {command: [python, docs/examples/train.py], pretrain: {epochs: 2}}

Needs torch, torchvision, timm and safetensors, and compound on the PATH (or COMPOUND=/path/to/compound).
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile

from safetensors.torch import load_file, save_file
import torch
from torch import nn
from torchvision import datasets, transforms

PARENT = os.getppid()


def build(candidate):
    """The network and its input's shape, from the file that `compound export --format timm` writes for it."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "candidate.json")
        target = os.path.join(folder, "candidate.py")
        with open(source, "w") as file:
            json.dump(candidate, file)
        compound = os.environ.get("COMPOUND", "compound")
        subprocess.run([compound, "export", source, "--format", "timm", "--output", target], check=True)
        spec = importlib.util.spec_from_file_location("candidate", target)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module.model(), module.INPUT


def images(side, channels):
    """Fashion-MNIST: 55,000 images to train on, 5,000 to judge by, the same ones for every candidate."""
    if side > 28:
        sys.exit(f"Fashion-MNIST has 28 pixels and cannot test {side}")
    steps = transforms.Compose([
        transforms.Grayscale(channels), transforms.Resize(side, antialias=True),
        transforms.ToTensor(), transforms.Normalize(0.286, 0.353),
    ])
    data = datasets.FashionMNIST(os.environ.get("DATA", "data"), download=True, transform=steps)
    return torch.utils.data.random_split(data, [55_000, 5_000], torch.Generator().manual_seed(0))


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
    train, held_out = images(side, channels)
    loader = torch.utils.data.DataLoader(train, recipe["batch"], shuffle=True, drop_last=True)

    epoch = job["start_epochs"]
    if job["resume_from"]:
        model.load_state_dict(load_file(job["resume_from"]))
    phase = "pretrain" if job["phase"] == "pretrain" or not job["resume_from"] else "fine_tune"
    rate = recipe["rate"] * (1 if phase == "pretrain" else recipe["fine_tune_rate"])
    optimizer = torch.optim.SGD(
        model.parameters(), rate, momentum=0.9, nesterov=True, weight_decay=recipe["weight_decay"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, total_steps=(job["epochs"] - epoch) * len(loader), pct_start=0.25)
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
        for x, y in loader:
            optimizer.zero_grad()
            loss_of(model(x), y).backward()
            optimizer.step()
            schedule.step()
        epoch += 1
        save({"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict(),
              "schedule": schedule.state_dict()}, job["checkpoint"])
        print(f"epoch {epoch}", file=sys.stderr)
        if os.getppid() != PARENT:
            sys.exit("the search is gone")

    model.eval()
    with torch.no_grad():
        right = sum(
            (model(x).argmax(1) == y).sum().item() for x, y in torch.utils.data.DataLoader(held_out, 500))
    save_file(model.state_dict(), job["weights"] + ".new")
    os.replace(job["weights"] + ".new", job["weights"])
    print(json.dumps({"accuracy": right / len(held_out)}))


if __name__ == "__main__":
    main()
