// What every description must satisfy before a single size is multiplied.

extension Architecture {
    /// Throws, with the path of the field, where a value is one that no network can have.
    package func validate() throws(NetworkError) {
        try stem.validate()
        if stages.isEmpty {
            throw .invalid(path: ["stages"], "the stage table is empty; give at least one stage.")
        }
        for (index, stage) in stages.enumerated() { try stage.validate(at: ["stages", "\(index)"]) }
        if let channels = head.channels {
            try check(channels, in: 1...Limits.channels, ["head", "channels"])
        }
        try head.squeezeExcitation?.validate(at: ["head", "se"])
        try check(head.dropout, from: 0, below: 1, ["head", "dropout"])
        try scaling.validate()
        try rules.validate()
        try check(channels, in: Architecture.channelRange, ["channels"])
        try check(classes, in: Architecture.classRange, ["classes"])
        try check(batchNormEpsilon, from: 1e-12, below: 1, ["batch_norm_epsilon"])
        try check(dropPath, from: 0, below: 1, ["drop_path"])
    }
}

extension Stem {
    fileprivate func validate() throws(NetworkError) {
        try check(channels, in: 1...Limits.channels, ["stem", "channels"])
        try checkWindow(kernel, stride, at: ["stem"])
        if let pooling { try checkWindow(pooling.kernel, pooling.stride, at: ["stem", "pool"]) }
    }
}

extension Stage {
    fileprivate func validate(at path: [String]) throws(NetworkError) {
        try check(repeats, in: 1...Limits.repeats, path + ["repeats"])
        try checkWindow(kernel, stride, at: path)
        try check(expansion, in: 1...64, path + ["expansion"])
        try check(channels, in: 1...Limits.channels, path + ["channels"])
        try squeezeExcitation?.validate(at: path + ["se"])
    }
}

extension SqueezeExcitation {
    fileprivate func validate(at path: [String]) throws(NetworkError) {
        try check(ratio, from: 1e-6, below: 64, path + ["ratio"])
        try check(divisor, in: 1...1024, path + ["divisor"])
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
    }
}

extension RoundingRules {
    fileprivate func validate() throws(NetworkError) {
        try check(widthDivisor, in: 1...1024, ["rules", "width_divisor"])
        try check(widthFloor, from: 0, below: 1, ["rules", "width_floor"])
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
private func checkWindow(_ kernel: Int, _ stride: Int, at path: [String]) throws(NetworkError) {
    try check(kernel, in: 1...31, path + ["kernel"])
    if kernel % 2 == 0 {
        throw .invalid(path: path + ["kernel"], "a kernel of \(kernel) is even; give an odd one.")
    }
    try check(stride, in: 1...16, path + ["stride"])
}
