"""small at width 1.0, depth 1.0 and 9 pixels.

Written by compound 1.0 for torchvision, in realised integers.

Import it and call model().

    python FILE --check [WEIGHTS.safetensors]

fails where its parameters, macs or logits are not those of the exported network.
"""

from functools import partial
import sys

import torch
from torch import nn
from torchvision.models.efficientnet import EfficientNet, MBConvConfig

INPUT = (1, 9, 9)
PARAMETERS = 3073
MACS = 94488
LOGITS = [1.0, -2.5, 0.25]
TOLERANCE = 0.00025


STAGES = [
    # expansion, kernel, stride, channels read and written, repeats
    MBConvConfig(1, 3, 1, 8, 8, 2),
    MBConvConfig(4, 5, 2, 8, 16, 1),
]


def model(**options):
    """The network with new weights; options replace settings."""
    settings = dict(
        inverted_residual_setting=STAGES,
        last_channel=32,
        dropout=0.1,
        stochastic_depth_prob=0.0,
        num_classes=3,
        norm_layer=partial(nn.BatchNorm2d, eps=1e-05),
    )
    network = EfficientNet(**{**settings, **options})
    network.features[0][0] = nn.Conv2d(
        1, 8, 3, stride=1, padding=1, bias=False)
    return network


# timm's names of all weights, for runs of blocks that are named alike.
BLOCKS = [
    ("blocks.0.", range(0, 2), "conv_dw bn1 se.conv_reduce se.conv_expand conv_pw bn2"),
    ("blocks.1.", range(0, 1), "conv_pw bn1 conv_dw bn2 se.conv_reduce se.conv_expand conv_pwl bn3"),
]
NAMES = [
    "conv_stem", "bn1",
    *(f"{stage}{block}.{name}" for stage, blocks, names in BLOCKS
      for block in blocks for name in names.split()),
    "conv_head", "bn2", "classifier",
]


def load(network, weights):
    """Loads a safetensors file with timm's names."""
    from safetensors.torch import load_file
    tensors = load_file(weights)
    kinds = (nn.Conv2d, nn.BatchNorm2d, nn.Linear)
    modules = [module for module in network.modules() if isinstance(module, kinds)]
    for name, module in zip(NAMES, modules, strict=True):
        module.load_state_dict({
            part: tensors[f"{name}.{part}"].reshape(value.shape)
            for part, value in module.state_dict().items() if f"{name}.{part}" in tensors})


def count(network):
    """Parameters, and the multiply-accumulates of all convolutions and linear layers for one image."""
    macs = 0

    def add(module, inputs, output):
        nonlocal macs
        macs += module.weight.numel() * output.shape[2:].numel()

    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            module.register_forward_hook(add)
    network.eval()(torch.empty(1, *INPUT, device="meta"))
    return sum(parameter.numel() for parameter in network.parameters()), macs


def image():
    """The image behind LOGITS: a counter, mixed into -1..<1."""
    h = torch.arange(1, INPUT[0] * INPUT[1] * INPUT[2] + 1)
    for _ in range(2):
        h = h * 73244475 % 2**32
        h = h ^ h >> 16
    return ((h >> 8) * 2.0**-23 - 1).reshape(1, *INPUT)


def difference(weights):
    """The largest difference to LOGITS with a file's weights."""
    network = model()
    load(network, weights)
    with torch.no_grad():
        logits = network.eval()(image())[0, :len(LOGITS)]
    return (logits - torch.tensor(LOGITS)).abs().max().item()


def check(files):
    """Whether this is the network that was exported."""
    with torch.device("meta"):
        counted = count(model())
    print(f"parameters {counted[0]} ({PARAMETERS} expected), macs {counted[1]} ({MACS} expected)")
    right = counted == (PARAMETERS, MACS)
    for weights in files:
        apart = difference(weights)
        print(f"logits differ by {apart:.1e}, {TOLERANCE:.1e} allowed")
        right = right and apart <= TOLERANCE
    return right


if __name__ == "__main__" and sys.argv[1:2] == ["--check"]:
    sys.exit(0 if check(sys.argv[2:]) else 1)
