// One row of a stage table: a block repeated, its first repeat striding and changing the channels.

/// A run of equal blocks; the first one takes the stride and the change of channels.
package struct Stage: Hashable, Sendable {
    /// What the stage repeats.
    package var block: BlockKind
    /// How often, before depth scaling.
    package var repeats: Int
    /// Height and width of the spatial convolution's kernel; 0 where a universal inverted bottleneck has none.
    package var kernel: Int
    /// Stride of the first block.
    package var stride: Int
    /// Inner channels over input channels (MBConv), or output channels over inner channels (bottleneck).
    package var expansion: Double
    /// The row's channels before width scaling: output channels, or the inner ones of a ResNet block.
    package var channels: Int
    /// What gates the channels of every block, where wanted.
    package var gate: Gate?
    /// The activation of the blocks.
    package var activation: Activation
    /// What only some kinds of block have.
    package var options: BlockOptions
    /// Whether the row belongs to the stage of the row before: the two share a depth, and their blocks one numbering.
    package var continues: Bool

    /// A row of the stage table.
    package init(
        _ block: BlockKind, repeats: Int, kernel: Int, stride: Int, expansion: Double, channels: Int,
        gate: Gate? = nil, activation: Activation,
        options: BlockOptions = BlockOptions(), continues: Bool = false
    ) {
        self.block = block
        self.repeats = repeats
        self.kernel = kernel
        self.stride = stride
        self.expansion = expansion
        self.channels = channels
        self.gate = gate
        self.activation = activation
        self.options = options
        self.continues = continues
    }
}

/// What a row may say beyond kernel, stride, expansion and channels; the defaults are those of most blocks.
package struct BlockOptions: Hashable, Sendable {
    /// Groups of the spatial convolution, or nil for the block's own: one a channel (mbconv), or one in all.
    package var groups: Int?
    /// Channels of a group of the spatial convolution, in place of their number.
    package var groupWidth: Int?
    /// Inner channels of a bottleneck for each 64 of the row's, and for each group; nil is as many as the row's in all.
    package var baseWidth: Int?
    /// Whether a block adds its input where shapes agree.
    package var hasShortcut = true
    /// Whether the 1×1 convolutions of an expansion by 1 are kept.
    package var keepsExpansion = false
    /// Channels, before width scaling, that an expansion multiplies in place of the block's input (timm's `fc`).
    package var expandedChannels: Int?
    /// The activation of the block's last convolution.
    package var outputActivation = Activation.identity
    /// Height and width of the depthwise convolution with which a universal inverted bottleneck starts; 0 is none.
    package var startKernel = 0
    /// Whether a strided shortcut averages 2×2 pixels before its 1×1 convolution (ResNet-D).
    package var poolsShortcut = false

    /// The defaults.
    package init() {}

    /// The keys in YAML of the options that are not the defaults.
    package var given: Set<String> {
        var keys: Set<String> = []
        if groups != nil { keys.insert("groups") }
        if groupWidth != nil { keys.insert("group_width") }
        if baseWidth != nil { keys.insert("base_width") }
        if !hasShortcut { keys.insert("shortcut") }
        if keepsExpansion { keys.insert("expand") }
        if expandedChannels != nil { keys.insert("expanded_channels") }
        if outputActivation != .identity { keys.insert("output_activation") }
        if startKernel != 0 { keys.insert("start_kernel") }
        if poolsShortcut { keys.insert("shortcut_pool") }
        return keys
    }
}
