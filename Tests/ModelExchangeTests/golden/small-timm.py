"""small at width 1.0, depth 1.0 and 9 pixels.

Written by compound 1.0 for timm, in realised integers.

Import it and call model(), or timm.create_model("compound_small_69d6f6").

    python FILE --check [WEIGHTS.safetensors]

fails where its parameters, macs or logits are not those of the exported network.
"""

from functools import partial
import sys

from timm.layers import create_conv2d
from timm.models import register_model
from timm.models._efficientnet_builder import decode_arch_def
from timm.models.efficientnet import EfficientNet
import torch
from torch import nn

INPUT = (1, 9, 9)
PARAMETERS = 3073
MACS = 94488
LOGITS = [1.0, -2.5, 0.25]
TOLERANCE = 0.00025


STAGES = [
    ["ds_r2_k3_s1_e1_c8_se0.25"],
    ["ir_r1_k5_s2_e4_c16_se0.25"],
]


def model(**options):
    """The network with new weights; options replace settings."""
    settings = dict(
        block_args=decode_arch_def(STAGES),
        num_features=32,
        stem_size=8,
        fix_stem=True,
        round_chs_fn=int,
        output_stride=32,
        act_layer=nn.SiLU,
        norm_layer=partial(nn.BatchNorm2d, eps=1e-05),
        pad_type="",
        num_classes=3,
        in_chans=1,
        drop_rate=0.1,
        drop_path_rate=0.0,
    )
    network = EfficientNet(**{**settings, **options})
    network.conv_stem = create_conv2d(
        network.in_chans, 8, 3, stride=1, padding=1)
    return network


@register_model
def compound_small_69d6f6(
        pretrained=False, pretrained_cfg=None, pretrained_cfg_overlay=None, cache_dir=None, **options):
    """The entry for timm.create_model."""
    return model(**options)


def load(network, weights):
    """Loads a safetensors file with timm's names."""
    from safetensors.torch import load_file
    network.load_state_dict(load_file(weights))


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
