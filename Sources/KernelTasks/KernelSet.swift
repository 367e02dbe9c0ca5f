// One build of the kernels, as functions to call.

/// The kernels compiled for one instruction set, and the shape of their register tile.
package struct KernelSet: Sendable {
    /// Floats of a vector; channels are padded to a multiple of it.
    package let lanes: Int
    /// Rows of the matrix kernels' register tile; splitting work at multiples of it wastes none.
    package let tileRows: Int
    /// The same of a product whose depth is multiplied in pairs.
    package let pairedTileRows: Int
    /// What this CPU's multipliers do with vectors of 512 bits.
    package private(set) var multipliers = Multipliers.whole
    /// 1×1 convolution and linear layers.
    package private(set) var pointwise: @Sendable (PointwiseTask) -> Void
    /// Dense convolution of any size.
    package private(set) var convolution: @Sendable (ConvolutionTask) -> Void
    /// Grouped convolution of any size.
    package private(set) var grouped: @Sendable (GroupedTask) -> Void
    /// Dense or grouped 3×3 convolution of stride 1 with fewer multiplications.
    package private(set) var winograd: @Sendable (WinogradTask) -> Void
    /// Depthwise convolution.
    package private(set) var depthwise: @Sendable (DepthwiseTask) -> Void
    /// Max pooling.
    package let maxPool: @Sendable (WindowPoolTask) -> Void
    /// Average pooling of windows.
    package let windowAverage: @Sendable (WindowPoolTask) -> Void
    /// Global average pooling.
    package let averagePool: @Sendable (AveragePoolTask) -> Void
    /// Multiplication by one factor a channel.
    package let scale: @Sendable (ScaleTask) -> Void
    /// Packed weights multiplied by one factor a row.
    package let gatedWeights: @Sendable (GatedWeightsTask) -> Void
    /// Addition and activation.
    package let elementwise: @Sendable (ElementwiseTask) -> Void
    /// What only training needs.
    package let training: TrainingKernels

    /// Collects the functions of one build; see the properties.
    package init(
        lanes: Int, tileRows: Int, pairedTileRows: Int,
        pointwise: @escaping @Sendable (PointwiseTask) -> Void,
        convolution: @escaping @Sendable (ConvolutionTask) -> Void,
        grouped: @escaping @Sendable (GroupedTask) -> Void,
        winograd: @escaping @Sendable (WinogradTask) -> Void,
        depthwise: @escaping @Sendable (DepthwiseTask) -> Void,
        maxPool: @escaping @Sendable (WindowPoolTask) -> Void,
        windowAverage: @escaping @Sendable (WindowPoolTask) -> Void,
        averagePool: @escaping @Sendable (AveragePoolTask) -> Void,
        scale: @escaping @Sendable (ScaleTask) -> Void,
        gatedWeights: @escaping @Sendable (GatedWeightsTask) -> Void,
        elementwise: @escaping @Sendable (ElementwiseTask) -> Void, training: TrainingKernels
    ) {
        self.lanes = lanes
        self.tileRows = tileRows
        self.pairedTileRows = pairedTileRows
        self.pointwise = pointwise
        self.convolution = convolution
        self.grouped = grouped
        self.winograd = winograd
        self.depthwise = depthwise
        self.maxPool = maxPool
        self.windowAverage = windowAverage
        self.averagePool = averagePool
        self.scale = scale
        self.gatedWeights = gatedWeights
        self.elementwise = elementwise
        self.training = training
    }
}

extension KernelSet {
    /// The same kernels, whose products are computed as suits these multipliers, and depthwise convolutions as suits a first cache
    /// of so many bytes.
    package func suited(to multipliers: Multipliers, firstCache bytes: Int) -> KernelSet {
        var set = self
        set.multipliers = multipliers
        // 16 KiB are left for weights and results.
        let cachedFloats = max(0, bytes / 4 - 4 * 1024)
        set.depthwise = { [depthwise] task in
            var task = task
            task.cachedFloats = cachedFloats
            depthwise(task)
        }
        set.pointwise = { [pointwise] task in
            var task = task
            task.product.multipliers = multipliers
            pointwise(task)
        }
        set.convolution = { [convolution] task in
            var task = task
            task.product.multipliers = multipliers
            convolution(task)
        }
        set.grouped = { [grouped] task in
            var task = task
            task.multipliers = multipliers
            grouped(task)
        }
        set.winograd = { [winograd] task in
            var task = task
            task.multipliers = multipliers
            winograd(task)
        }
        return set
    }
}
