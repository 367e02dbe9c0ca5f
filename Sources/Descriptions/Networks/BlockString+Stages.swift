// What a block string builds: timm's blocks by the rules of its builder, and TensorFlow's.

import Networks

extension BlockString {
    /// The row that timm's builder makes of the string.
    func timmStage(_ generator: BlockStringGenerator) throws(DescriptionError) -> Stage {
        switch kind {
        case "ir": try invertedResidual(generator)
        case "ds", "dsa": try separable(generator)
        case "er": try edgeResidual(generator)
        case "cn": try convolution(generator)
        case "uir": try universal(generator)
        case "mqa", "mha": throw refuse("'\(kind)' is attention, and networks here are convolutional.")
        default:
            throw refuse("timm has no block called '\(kind)'; its blocks are ir, ds, dsa, er, cn and uir.")
        }
    }

    private func invertedResidual(_ generator: BlockStringGenerator) throws(DescriptionError) -> Stage {
        try check("r", "k", "s", "e", "c", "se", "gs", "a", "p", "d", "cc", "fc", of: "timm's 'ir'")
        try refuseKernels("a", "expansion", "p", "projection")
        if try whole("d", otherwise: 0) > 0 {
            throw refuse("'d' turns pixels into channels first (space to depth), which no block here does.")
        }
        if has("cc") {
            throw refuse(
                "'cc' mixes several convolutions by their input (CondConv), which no block here does.")
        }
        var row = try stage(.mbconv, expansion: expansion(), generator)
        row.options.keepsExpansion = row.expansion == 1
        return row
    }

    private func separable(_ generator: BlockStringGenerator) throws(DescriptionError) -> Stage {
        try check("r", "k", "s", "e", "c", "se", "gs", "p", "d", "fc", of: "timm's '\(kind)'")
        try refuseKernels("p", "projection")
        if try whole("d", otherwise: 0) > 0 {
            throw refuse("'d' turns pixels into channels first (space to depth), which no block here does.")
        }
        try refuseExpansion()
        var row = try stage(.mbconv, expansion: 1, generator)
        if kind == "dsa" {
            row.options.hasShortcut = false
            row.options.outputActivation = row.activation
        }
        return row
    }

    private func edgeResidual(_ generator: BlockStringGenerator) throws(DescriptionError) -> Stage {
        try check("r", "k", "s", "e", "c", "se", "gs", "p", "fc", of: "timm's 'er'")
        try refuseKernels("p", "projection")
        var row = try stage(.fusedMBConv, expansion: expansion(), generator)
        row.options.keepsExpansion = row.expansion == 1
        let forced = try whole("fc", otherwise: 0)
        if forced > 0 { row.options.expandedChannels = forced }
        return row
    }

    private func convolution(_ generator: BlockStringGenerator) throws(DescriptionError) -> Stage {
        try check("r", "k", "s", "e", "c", "gs", of: "timm's 'cn'")
        try refuseExpansion()
        var row = try stage(.fusedMBConv, expansion: 1, generator)
        row.options.hasShortcut = skips == true
        return row
    }

    private func universal(_ generator: BlockStringGenerator) throws(DescriptionError) -> Stage {
        try check("r", "k", "s", "e", "c", "se", "gs", "a", "p", of: "timm's 'uir'")
        if try whole("p", otherwise: 0) > 0 {
            throw refuse("'p' adds a third depthwise convolution after the projection, which 'uib' lacks.")
        }
        var row = try stage(.uib, expansion: expansion(), generator)
        row.options.startKernel = try whole("a", otherwise: 0)
        return row
    }

    /// What the strings of all blocks have in common.
    private func stage(
        _ block: BlockKind, expansion: Double, _ generator: BlockStringGenerator
    ) throws(DescriptionError) -> Stage {
        let ratio = try number("se") ?? 0
        var options = BlockOptions()
        options.hasShortcut = skips ?? true
        if block == .fusedMBConv || block.isDepthwise, has("gs") {
            let width = try whole("gs")
            // timm's group size of 1 is a depthwise convolution; 0 is one group.
            if width == 0, block.isDepthwise {
                throw refuse("gs0 makes a dense convolution of the depthwise one, which no block here does.")
            }
            let isUsual = width == (block.isDepthwise ? 1 : 0)
            if !isUsual { options.groupWidth = width }
        }
        return Stage(
            block, repeats: try whole("r"), kernel: try whole("k"), stride: try whole("s"),
            expansion: expansion, channels: try whole("c"),
            gate: ratio == 0 ? nil : .squeezeExcitation(generator.gate(ratio, activation)),
            activation: activation, options: options)
    }

    private func expansion() throws(DescriptionError) -> Double {
        guard let expansion = try number("e") else { throw refuse("'e' is missing; add it.") }
        return expansion
    }

    /// timm takes no notice of an expansion here.
    private func refuseExpansion() throws(DescriptionError) {
        if let expansion = try number("e"), expansion != 1 {
            throw refuse(
                "timm's '\(kind)' does not expand and takes no notice of 'e'; write e1, or leave it out.")
        }
    }

    private func refuseKernels(_ keysAndNames: String...) throws(DescriptionError) {
        for index in stride(from: 0, to: keysAndNames.count, by: 2) {
            let side = try whole(keysAndNames[index], otherwise: 1)
            if side != 1 {
                throw refuse(
                    "'\(keysAndNames[index])\(side)' makes the \(keysAndNames[index + 1]) a \(side)×\(side) convolution, "
                        + "which no block here has.")
            }
        }
    }

    /// The row that TensorFlow's builder makes of the string (also lukemelas' and qubvel's): an inverted residual, or with c1 a
    /// fused one, whose squeezed channels are a share of the block's input, rounded down.
    func tensorFlowStage() throws(DescriptionError) -> Stage {
        try check("r", "k", "s", "e", "i", "o", "se", "c", "f", "cc", "p", "d", of: "TensorFlow's notation")
        for (key, what) in [
            ("cc", "CondConv"), ("p", "super-pixels"), ("d", "space to depth"), ("f", "fused kernels"),
        ]
        where try whole(key, otherwise: 0) > 0 {
            throw refuse("'\(key)' asks for \(what), which no block here has.")
        }
        let form = try whole("c", otherwise: 0)
        guard form < 2 else { throw refuse("c\(form) is no kind of block here; give c0 or c1.") }
        let ratio = try number("se") ?? 0
        var options = BlockOptions()
        options.hasShortcut = skips ?? true
        return Stage(
            form == 1 ? .fusedMBConv : .mbconv, repeats: try whole("r"), kernel: try whole("k"),
            stride: try squareStride(), expansion: try expansion(), channels: try whole("o"),
            gate: ratio == 0
                ? nil : .squeezeExcitation(SqueezeExcitation(ratio: ratio, activation: activation)),
            activation: activation, options: options)
    }

    /// The stride, one digit, or two for height and width.
    private func squareStride() throws(DescriptionError) -> Int {
        guard let digits = digits("s") else { throw refuse("'s' is missing; add it.") }
        let sides = Set(digits)
        guard digits.count <= 2, let side = digits.first?.wholeNumberValue else { return try whole("s") }
        if sides.count > 1 {
            throw refuse(
                "s\(digits) strides differently in height and width, and strides are square here; give one number."
            )
        }
        return side
    }
}
