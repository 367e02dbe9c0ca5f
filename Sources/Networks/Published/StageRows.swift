// Short ways to write the rows of published stage tables.

extension Stage {
    /// An inverted residual, or with expansion 1 a separable convolution.
    static func mbconv(
        _ repeats: Int, k kernel: Int, s stride: Int = 1, e expansion: Double, _ channels: Int,
        _ activation: Activation, gate: SqueezeExcitation? = nil, continues: Bool = false,
        _ adjust: (inout BlockOptions) -> Void = { _ in }
    ) -> Stage {
        row(.mbconv, repeats, kernel, stride, expansion, channels, activation, gate, continues, adjust)
    }

    /// A fused inverted residual, or with expansion 1 a plain convolution.
    static func fused(
        _ repeats: Int, k kernel: Int, s stride: Int = 1, e expansion: Double, _ channels: Int,
        _ activation: Activation, continues: Bool = false,
        _ adjust: (inout BlockOptions) -> Void = { _ in }
    ) -> Stage {
        row(.fusedMBConv, repeats, kernel, stride, expansion, channels, activation, nil, continues, adjust)
    }

    /// A plain convolution without a shortcut.
    static func plain(
        k kernel: Int, s stride: Int = 1, _ channels: Int, _ activation: Activation, continues: Bool = false
    ) -> Stage {
        fused(1, k: kernel, s: stride, e: 1, channels, activation, continues: continues) {
            $0.hasShortcut = false
        }
    }

    private static func row(
        _ kind: BlockKind, _ repeats: Int, _ kernel: Int, _ stride: Int, _ expansion: Double,
        _ channels: Int, _ activation: Activation, _ gate: SqueezeExcitation?, _ continues: Bool,
        _ adjust: (inout BlockOptions) -> Void
    ) -> Stage {
        var options = BlockOptions()
        adjust(&options)
        return Stage(
            kind, repeats: repeats, kernel: kernel, stride: stride, expansion: expansion, channels: channels,
            gate: gate.map { .squeezeExcitation($0) }, activation: activation, options: options,
            continues: continues)
    }
}
