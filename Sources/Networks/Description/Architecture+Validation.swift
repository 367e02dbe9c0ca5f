// What every description must satisfy before a single size is multiplied.

extension Architecture {
    /// Throws, with the path of the field, where a value is one that no network can have.
    package func validate() throws(NetworkError) {
        try stem.validate()
        if stages.isEmpty {
            throw .invalid(path: ["stages"], "the stage table is empty; give at least one stage.")
        }
        for (index, stage) in stages.enumerated() {
            try stage.validate(at: ["stages", "\(index)"])
        }
        if let channels = head.channels {
            try check(channels, in: 1...Limits.channels, ["head", "channels"])
        }
        try head.gate?.squeezeExcitation?.validate(at: ["head", "se"])
        if let pooled = head.pooled {
            try check(pooled.channels, in: 1...Limits.channels, ["head", "pooled", "channels"])
        }
        try check(head.dropout, from: 0, below: 1, ["head", "dropout"])
        try scaling.validate()
        try rules.validate()
        try check(channels, in: Architecture.channelRange, ["channels"])
        try check(classes, in: Architecture.classRange, ["classes"])
        try check(batchNormEpsilon, from: 1e-12, below: 1, ["batch_norm_epsilon"])
        try check(dropPath, from: 0, below: 1, ["drop_path"])
        try checkOwnSizes()
    }
}

extension Architecture {
    /// Throws at the first kernel that is larger than an image of `resolution` pixels a side.
    func checkKernels(resolution: Int) throws(NetworkError) {
        func check(_ kernel: Int, _ path: [String]) throws(NetworkError) {
            guard kernel > resolution else { return }
            throw .invalid(
                path: path,
                "a kernel of \(kernel) is larger than the image of \(resolution) pixels; give a smaller one, "
                    + "or a larger resolution.")
        }
        try check(stem.kernel, ["stem", "kernel"])
        for (index, stage) in stages.enumerated()
        where max(stage.kernel, stage.options.startKernel) > resolution {
            try check(stage.kernel, ["stages", "\(index)", "kernel"])
            try check(stage.options.startKernel, ["stages", "\(index)", "start_kernel"])
        }
    }
}

extension Stem {
    fileprivate func validate() throws(NetworkError) {
        try check(channels, in: 1...Limits.channels, ["stem", "channels"])
        for channels in before { try check(channels, in: 1...Limits.channels, ["stem", "before"]) }
        try checkWindow(kernel, stride, at: ["stem"])
        if let pooling { try checkWindow(pooling.kernel, pooling.stride, at: ["stem", "pool"]) }
    }
}

extension Stage {
    fileprivate func validate(at path: [String]) throws(NetworkError) {
        try check(repeats, in: 1...Limits.repeats, path + ["repeats"])
        if block == .uib, kernel == 0 {
            try check(stride, in: 1...16, path + ["stride"])
            if stride > 1, options.startKernel == 0 {
                throw .invalid(
                    path: path + ["stride"],
                    "without a depthwise convolution nothing strides; give a kernel, or a stride of 1.")
            }
        } else {
            try checkWindow(kernel, stride, at: path)
        }
        if options.startKernel != 0 {
            try checkWindow(options.startKernel, 1, at: path, key: "start_kernel")
        }
        if let refusal = Stage.expansionRange.refusal(of: expansion) {
            throw .invalid(path: path + ["expansion"], refusal)
        }
        if !block.expandsByFractions, expansion != expansion.rounded() {
            throw .invalid(
                path: path + ["expansion"], "a \(block.rawValue) block expands by whole numbers; give one.")
        }
        try check(channels, in: 1...Limits.channels, path + ["channels"])
        try gate?.squeezeExcitation?.validate(at: path + ["se"])
        try options.validate(at: path)
        if let key = options.given.subtracting(block.optionKeys).sorted().first {
            let known = block.optionKeys.sorted().joined(separator: ", ")
            throw .invalid(
                path: path + [key],
                "a \(block.rawValue) block has no '\(key)'; it knows \(known).")
        }
        if options.expandedChannels != nil, !expands {
            throw .invalid(
                path: path + ["expanded_channels"],
                "a block without an expansion widens nothing; leave it out.")
        }
        if continues, stride > 1 {
            throw .invalid(
                path: path + ["stride"],
                "only the first block of a stage strides; give 1, or begin a stage of its own.")
        }
    }

    /// Factors by which a block may expand.
    package static let expansionRange = 0.125...64.0
}

extension BlockOptions {
    fileprivate func validate(at path: [String]) throws(NetworkError) {
        if let groups { try check(groups, in: 1...Limits.channels, path + ["groups"]) }
        if let groupWidth { try check(groupWidth, in: 1...Limits.channels, path + ["group_width"]) }
        if groups != nil, groupWidth != nil {
            throw .invalid(
                path: path + ["groups"], "'groups' and 'group_width' say the same; keep one of them.")
        }
        if let baseWidth { try check(baseWidth, in: 1...Limits.channels, path + ["base_width"]) }
        if let expandedChannels {
            try check(expandedChannels, in: 1...Limits.channels, path + ["expanded_channels"])
        }
    }
}

extension SqueezeExcitation {
    fileprivate func validate(at path: [String]) throws(NetworkError) {
        try check(ratio, from: 1e-6, below: 64, path + ["ratio"])
        try check(divisor, in: 1...1024, path + ["divisor"])
        if rounding == .nearest, divisor != 1 {
            throw .invalid(
                path: path + ["divisor"], "'rounding: nearest' knows no divisor; leave one of them out.")
        }
        if gate != .sigmoid, gate != .hardSigmoid {
            throw .invalid(
                path: path + ["gate"], "'\(gate.rawValue)' is no gate; give sigmoid or hard-sigmoid.")
        }
    }
}

extension Scaling {
    /// Throws where width or depth has a factor that no description can have.
    package func validate() throws(NetworkError) {
        if let refusal = Scaling.factorRange.refusal(of: width) {
            throw .invalid(path: ["scaling", "width"], refusal)
        }
        if let refusal = Scaling.factorRange.refusal(of: depth) {
            throw .invalid(path: ["scaling", "depth"], refusal)
        }
        guard let stages else { return }
        for (key, factors) in stages.named {
            for (index, factor) in factors.enumerated() {
                if let refusal = Scaling.factorRange.refusal(of: factor) {
                    throw .invalid(path: ["scaling", key, "\(index)"], refusal)
                }
            }
        }
    }
}

extension StageFactors {
    /// The lists by the names that descriptions give them.
    package var named: [(key: String, factors: [Double])] {
        [("stage_widths", widths), ("stage_depths", depths)].filter { !$0.1.isEmpty }
    }
}

extension Architecture {
    /// Throws where there are not as many factors as stages.
    func checkStageFactors() throws(NetworkError) {
        for (key, factors) in scaling.stages?.named ?? [] where factors.count != stageCount {
            throw .invalid(
                path: ["scaling", key],
                "\(factors.count) factors are given, and the network has \(stageCount) stages; give one for each."
            )
        }
    }
}

extension RoundingRules {
    fileprivate func validate() throws(NetworkError) {
        try check(widthDivisor, in: 1...1024, ["rules", "width_divisor"])
        try check(widthFloor, from: 0, below: 1, ["rules", "width_floor"])
        try check(innerDivisor, in: 1...1024, ["rules", "inner_divisor"])
        try check(resolutionMultiple, in: 1...1024, ["rules", "resolution_multiple"])
    }
}

private func check(_ value: Int, in range: ClosedRange<Int>, _ path: [String]) throws(NetworkError) {
    if let refusal = range.refusal(of: value) { throw .invalid(path: path, refusal) }
}

private func check(_ value: Double, from low: Double, below high: Double, _ path: [String])
    throws(NetworkError)
{
    if let refusal = (low..<high).refusal(of: value) { throw .invalid(path: path, refusal) }
}

/// Windows are odd, so that symmetric padding keeps the image's centre.
private func checkWindow(
    _ kernel: Int, _ stride: Int, at path: [String], key: String = "kernel"
) throws(NetworkError) {
    try check(kernel, in: 1...31, path + [key])
    if kernel % 2 == 0 {
        throw .invalid(path: path + [key], "a kernel of \(kernel) is even; give an odd one.")
    }
    try check(stride, in: 1...16, path + ["stride"])
}
