// torchvision's ResNet. Its widths are fixed, so a small subclass tells each stage its realised one.

import Networks

extension Network {
    /// The network as torchvision's ResNet with scaled stages.
    func torchvisionResNet() throws -> PythonModel {
        try refuseForResNet("torchvision")
        func refuse(_ sentence: String) -> ExportRefusal {
            ExportRefusal("torchvision's ResNet \(sentence); export to timm.")
        }
        if architecture.stages.contains(where: { $0.squeezeExcitation != nil }) {
            throw refuse("has no squeeze-and-excitation")
        }
        if let activation = architecture.activations.first(where: { $0 != .relu }) {
            throw refuse("activates by relu, not \(activation.rawValue)")
        }
        if architecture.dropPath > 0 { throw refuse("has no stochastic depth") }
        if architecture.head.dropout > 0 { throw refuse("has no dropout") }
        let block = architecture.isMade(of: .basic) ? "BasicBlock" : "Bottleneck"
        let (planes, width, groups) = try residualPlanes("torchvision")
        let channels = zip([64, 128, 256, 512], planes).map { "\($0): \($1)" }.joined(separator: ", ")
        let repeats = dimensions.repeats.map { "\($0)" }.joined(separator: ", ")
        let last = "\(planes[3] * (block == "BasicBlock" ? 1 : 4))"
        let wide =
            (groups == 1 ? "" : "groups=\(groups), ") + (width == 64 ? "" : "width_per_group=\(width), ")
        var stem = stemReplacements(input: "\(architecture.channels)")
        if architecture.channels != 3, !(stem.first ?? "").contains("conv1") {
            let convolution = "nn.Conv2d(\(architecture.channels), 64, 7, stride=2, padding=3, bias=False)"
            stem.insert("network.conv1 = " + convolution, at: 0)
        }
        stem = stem.map { "    \($0)\n" }
        return PythonModel(
            imports: [
                "from functools import partial",
                "from torchvision.models.resnet import \(block), ResNet",
            ],
            sections: [
                "# Channels of the stages, by those of the unscaled network.\nCHANNELS = {\(channels)}",
                """
                class ScaledResNet(ResNet):
                    \"\"\"torchvision's ResNet with stages of other widths.\"\"\"

                    def _make_layer(self, block, planes, blocks, stride=1, dilate=False):
                        return super()._make_layer(block, CHANNELS[planes], blocks, stride, dilate)
                """,
                """
                def model(num_classes=\(architecture.classes), **options):
                    \"\"\"The network with new weights; options go to torchvision's class.\"\"\"
                    norm = partial(nn.BatchNorm2d, eps=\(architecture.batchNormEpsilon))
                    network = ScaledResNet(\(block), [\(repeats)], \(wide)norm_layer=norm, **options)
                    network.fc = nn.Linear(\(last), num_classes)
                \(stem.joined())    return network
                """, PythonModel.loadByName,
            ])
    }
}

extension PythonModel {
    /// Loads weights into a network whose modules come in the order of timm's.
    static let loadByOrder = """
        def load(network, weights):
            \"\"\"Loads a safetensors file with timm's names.\"\"\"
            from safetensors.torch import load_file
            tensors = load_file(weights)
            kinds = (nn.Conv2d, nn.BatchNorm2d, nn.Linear)
            modules = [module for module in network.modules() if isinstance(module, kinds)]
            for name, module in zip(NAMES, modules, strict=True):
                module.load_state_dict({
                    part: tensors[f"{name}.{part}"].reshape(value.shape)
                    for part, value in module.state_dict().items() if f"{name}.{part}" in tensors})
        """
}
