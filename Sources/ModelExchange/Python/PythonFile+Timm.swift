// Networks as timm builds them: EfficientNet for inverted residuals, ResNet for residual blocks.

import Networks

extension Network {
    /// The network in timm's terms, registered under a name.
    func timmModel(named name: String) throws(ExportRefusal) -> PythonModel {
        var model: PythonModel
        if architecture.isMade(of: .mbconv, .fusedMBConv) {
            model = try timmEfficientNet()
        } else if architecture.isMade(of: .basic) || architecture.isMade(of: .bottleneck) {
            model = try timmResNet()
        } else {
            throw ExportRefusal("timm has no network of several families of blocks; export to onnx.")
        }
        model.offer = ", or timm.create_model(\"\(name)\")"
        model.imports += ["from functools import partial", "from timm.models import register_model"]
        model.body += """



            @register_model
            def \(name)(pretrained=False, pretrained_cfg=None, pretrained_cfg_overlay=None, cache_dir=None, **options):
                \"\"\"The entry for timm.create_model.\"\"\"
                return model(**options)


            def load(network, weights):
                \"\"\"Loads a safetensors file.\"\"\"
                from safetensors.torch import load_file
                network.load_state_dict(load_file(weights))
            """
        return model
    }

    /// Refuses what neither of timm's two classes can be told.
    func refuseForTimm() throws(ExportRefusal) {
        if architecture.head.squeezeExcitation != nil {
            throw ExportRefusal("timm has no squeeze-and-excitation in the head; export to onnx.")
        }
        if let stage = architecture.stages.first(where: { $0.stride > 2 }) {
            throw ExportRefusal("timm's blocks stride by 1 or 2, not \(stage.stride); export to onnx.")
        }
        if let activation = architecture.activations.first(where: { $0.torchClass == nil }) {
            throw ExportRefusal("timm's blocks do not activate by \(activation.rawValue); export to onnx.")
        }
    }
}

extension Architecture {
    /// Every activation outside of squeeze-and-excitation.
    var activations: [Activation] {
        [stem.activation] + stages.map(\.activation) + (head.channels == nil ? [] : [head.activation])
    }
}

extension Activation {
    /// PyTorch's class, for those that networks use between their layers.
    var torchClass: String? {
        switch self {
        case .silu: "nn.SiLU"
        case .relu: "nn.ReLU"
        case .relu6: "nn.ReLU6"
        case .hardSwish: "nn.Hardswish"
        case .identity, .sigmoid, .hardSigmoid: nil
        }
    }
}

extension SqueezeExcitation {
    /// PyTorch's class of the gate.
    var torchGate: String { gate == .hardSigmoid ? "nn.Hardsigmoid" : "nn.Sigmoid" }
}
