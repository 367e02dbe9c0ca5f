// Networks as timm builds them: EfficientNet for inverted residuals, ResNet for residual blocks.

import Networks

extension Network {
    /// The network in timm's terms, registered with it.
    func timmModel() throws -> PythonModel {
        var model: PythonModel
        if architecture.isMade(of: .mbconv, .fusedMBConv, .uib) {
            model = try timmEfficientNet()
        } else if architecture.isMade(of: .basic) || architecture.isMade(of: .bottleneck) {
            model = try timmResNet()
        } else if architecture.isMade(of: .regnet) {
            model = try timmRegNet()
        } else {
            throw ExportRefusal("timm has no network of several families of blocks; export to onnx.")
        }
        let name = timmName
        model.offer = ", or timm.create_model(\"\(name)\")"
        model.imports += ["from functools import partial", "from timm.models import register_model"]
        model.sections += [
            """
            @register_model
            def \(name)(
                    pretrained=False, pretrained_cfg=None, pretrained_cfg_overlay=None, cache_dir=None, **options):
                \"\"\"The entry for timm.create_model.\"\"\"
                return model(**options)
            """, PythonModel.loadByName,
        ]
        return model
    }

    /// A name for timm's registry, another one for each scaling.
    var timmName: String {
        let name = "compound_" + architecture.name.pythonName
        let published = try? Network(PublishedNetworks.architecture(named: architecture.name))
        return published?.contentHash == contentHash ? name : "\(name)_\(contentHash.prefix(6))"
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

extension PythonModel {
    /// Loads weights into a network that names its modules as timm does.
    static let loadByName = """
        def load(network, weights):
            \"\"\"Loads a safetensors file with timm's names.\"\"\"
            from safetensors.torch import load_file
            network.load_state_dict(load_file(weights))
        """
}

extension Architecture {
    /// Every activation outside of squeeze-and-excitation.
    var activations: [Activation] {
        [stem.activation] + stages.map(\.activation) + (head.channels == nil ? [] : [head.activation])
            + [head.pooled?.activation].compactMap(\.self)
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
        case .gelu: "nn.GELU"
        case .identity, .sigmoid, .hardSigmoid: nil
        }
    }
}

extension SqueezeExcitation {
    /// PyTorch's class of the gate.
    var torchGate: String { gate == .hardSigmoid ? "nn.Hardsigmoid" : "nn.Sigmoid" }
}
