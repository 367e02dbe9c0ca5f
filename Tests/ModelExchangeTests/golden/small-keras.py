"""small at width 1.0, depth 1.0 and 9 pixels.

Written by compound 1.0 for keras, in realised integers.

Import it and call model().

    python FILE --check [WEIGHTS.safetensors]

fails where its parameters, macs or logits are not those of the exported network.
"""

import math
import sys

from keras import layers
from keras.src.applications.efficientnet import EfficientNet
import numpy

INPUT = (9, 9, 1)
PARAMETERS = 30511
MACS = 231240
LOGITS = [1.0, -2.5, 0.25]
TOLERANCE = 0.00025


def block(repeats, kernel, stride, expansion, read, written, squeeze):
    """A stage as Keras describes it."""
    return dict(
        repeats=repeats, kernel_size=kernel, strides=stride, expand_ratio=expansion,
        filters_in=read, filters_out=written, se_ratio=squeeze, id_skip=True)


STAGES = [
    block(2, 3, 1, 1, 32, 8, 0.25),
    block(1, 5, 2, 4, 8, 16, 0.25),
]


def model(**options):
    """The network with new weights, from images in 0...255 to logits; options replace settings."""
    settings = dict(
        width_coefficient=1.0,
        depth_coefficient=1.0,
        depth_divisor=1,
        default_size=INPUT[0],
        input_tensor=layers.Input(INPUT),
        blocks_args=STAGES,
        activation="silu",
        dropout_rate=0.1,
        drop_connect_rate=0.0,
        classes=3,
        classifier_activation=None,
        weights=None,
    )
    return EfficientNet(**{**settings, **options})


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
    from safetensors.numpy import load_file
    tensors = load_file(weights)
    kinds = (layers.Conv2D, layers.DepthwiseConv2D, layers.BatchNormalization, layers.Dense)
    own = [layer for layer in network.layers if isinstance(layer, kinds)]
    for name, layer in zip(NAMES, own, strict=True):
        values = [tensors[f"{name}.{part}"] for part in ("weight", "bias") if f"{name}.{part}" in tensors]
        if isinstance(layer, layers.BatchNormalization):
            values += [tensors[f"{name}.running_mean"], tensors[f"{name}.running_var"]]
        elif isinstance(layer, layers.DepthwiseConv2D):
            values[0] = values[0].transpose(2, 3, 0, 1)
        elif isinstance(layer, layers.Conv2D):
            values[0] = values[0].reshape(*values[0].shape[:2], *layer.kernel_size).transpose(2, 3, 1, 0)
        else:
            values[0] = values[0].T
        layer.set_weights(values)


def count(network):
    """Parameters, and the multiply-accumulates of all convolutions and linear layers for one image."""
    macs = 0
    for layer in network.layers:
        if isinstance(layer, (layers.Conv2D, layers.DepthwiseConv2D, layers.Dense)):
            macs += math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1])
    return sum(math.prod(weight.shape) for weight in network.trainable_weights), macs


def image():
    """The image behind LOGITS: a counter, mixed into -1..<1."""
    height, width, channels = INPUT
    h = numpy.arange(1, height * width * channels + 1)
    for _ in range(2):
        h = h * 73244475 % 2**32
        h = h ^ h >> 16
    x = ((h >> 8) * 2.0**-23 - 1).reshape(1, channels, height, width)
    return x.transpose(0, 2, 3, 1)


def difference(weights):
    """The largest difference to LOGITS with a file's weights; Keras models divide images by 255."""
    network = model()
    load(network, weights)
    logits = network.predict(255 * image(), verbose=0)[0, :len(LOGITS)]
    return float(numpy.abs(logits - numpy.array(LOGITS)).max())


def check(files):
    """Whether this is the network that was exported."""
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
