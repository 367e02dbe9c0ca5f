// The part of every Python file that proves it: counters, the test image, and the comparison.

/// Source that checks a module's `model()`.
struct PythonCheck {
    let imports: [String]
    let sections: [String]

    /// A check with PyTorch: counts without computing, on tensors that have no memory.
    static func torch(_ test: TestVector?) -> PythonCheck {
        var sections = [
            """
            def count(network):
                \"\"\"Parameters, and the multiply-accumulates of all convolutions and linear layers for one image.\"\"\"
                macs = 0

                def add(module, inputs, output):
                    nonlocal macs
                    macs += module.weight.numel() * output.shape[2:].numel()

                for module in network.modules():
                    if isinstance(module, (nn.Conv2d, nn.Linear)):
                        module.register_forward_hook(add)
                network.eval()(torch.empty(1, *INPUT, device="meta"))
                return sum(parameter.numel() for parameter in network.parameters()), macs
            """
        ]
        if test != nil {
            sections += [
                """
                def image():
                    \"\"\"The image behind LOGITS: a counter, mixed into -1..<1.\"\"\"
                    h = torch.arange(1, INPUT[0] * INPUT[1] * INPUT[2] + 1)
                    for _ in range(2):
                        h = h * 73244475 % 2**32
                        h = h ^ h >> 16
                    return ((h >> 8) * 2.0**-23 - 1).reshape(1, *INPUT)
                """,
                """
                def difference(weights):
                    \"\"\"The largest difference to LOGITS with a file's weights.\"\"\"
                    network = model()
                    load(network, weights)
                    with torch.no_grad():
                        logits = network.eval()(image())[0, :len(LOGITS)]
                    return (logits - torch.tensor(LOGITS)).abs().max().item()
                """,
            ]
        }
        sections += check(test, counted: "with torch.device(\"meta\"):\n        counted = count(model())")
        return PythonCheck(imports: ["import torch", "from torch import nn"], sections: sections)
    }

    /// A check with Keras, from the shapes of its symbolic tensors.
    static func keras(_ test: TestVector?) -> PythonCheck {
        var sections = [
            """
            def count(network):
                \"\"\"Parameters, and the multiply-accumulates of all convolutions and linear layers for one image.\"\"\"
                macs = 0
                for layer in network.layers:
                    if isinstance(layer, (layers.Conv2D, layers.DepthwiseConv2D, layers.Dense)):
                        macs += math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1])
                return sum(math.prod(weight.shape) for weight in network.trainable_weights), macs
            """
        ]
        if test != nil {
            sections += [
                """
                def image():
                    \"\"\"The image behind LOGITS: a counter, mixed into -1..<1.\"\"\"
                    height, width, channels = INPUT
                    h = numpy.arange(1, height * width * channels + 1)
                    for _ in range(2):
                        h = h * 73244475 % 2**32
                        h = h ^ h >> 16
                    x = ((h >> 8) * 2.0**-23 - 1).reshape(1, channels, height, width)
                    return x.transpose(0, 2, 3, 1)
                """,
                """
                def difference(weights):
                    \"\"\"The largest difference to LOGITS with a file's weights; Keras models divide images by 255.\"\"\"
                    network = model()
                    load(network, weights)
                    logits = network.predict(255 * image(), verbose=0)[0, :len(LOGITS)]
                    return float(numpy.abs(logits - numpy.array(LOGITS)).max())
                """,
            ]
        }
        sections += check(test, counted: "counted = count(model())")
        let numpy = test == nil ? [] : ["import numpy"]
        return PythonCheck(imports: ["import math", "from keras import layers"] + numpy, sections: sections)
    }

    /// The command-line part: every figure with its expected one, and an exit status.
    private static func check(_ test: TestVector?, counted: String) -> [String] {
        let logits =
            test == nil
            ? """
                if files:
                    sys.exit("this module was exported without weights; export it with them")
            """
            : """
                for weights in files:
                    apart = difference(weights)
                    print(f"logits differ by {apart:.1e}, {TOLERANCE:.1e} allowed")
                    right = right and apart <= TOLERANCE
            """
        return [
            """
            def check(files):
                \"\"\"Whether this is the network that was exported.\"\"\"
                \(counted)
                print(f"parameters {counted[0]} ({PARAMETERS} expected), macs {counted[1]} ({MACS} expected)")
                right = counted == (PARAMETERS, MACS)
            \(logits)
                return right
            """,
            """
            if __name__ == "__main__" and sys.argv[1:2] == ["--check"]:
                sys.exit(0 if check(sys.argv[2:]) else 1)
            """,
        ]
    }
}
