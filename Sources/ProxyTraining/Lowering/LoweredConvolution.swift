// A convolution in training: what its phases have in common.
//
// Forward: z = convolution(x), with sums for the batch's statistics chunk by chunk; the statistics become a
// factor and an offset a channel; y = activation(z · factor + offset + shortcut), gated where a gate follows.
//
// Where an image fits the second cache, y is made chunk by chunk by the next convolution, just before it reads
// it; what nobody else reads then never stands in memory, and is computed again on the way back. Of a 1×1 convolution that
// widens a few channels not even z stands there: the product is cheaper than the memory that it would pass through twice.

import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// A convolution with its slots.
final class LoweredConvolution {
    let unit: ConvolutionUnit
    let layer: Layer
    let matrix: ParameterLayout.Matrix
    /// Floats from one input pixel to the next.
    let inputStride: Int
    let window: Window
    /// Output pixels of the batch.
    let rows: Int
    /// Output pixels of an image.
    let imageRows: Int
    /// Whether the convolution is computed image by image together with its neighbours, backward with all its gradients.
    let isFused: Bool
    /// The chunks in which sums are added.
    let chunks: Chunks
    /// The convolution's result.
    let z: Result
    /// Per channel: mean, 1 / deviation, factor, offset; then those of the gradient, and the backward
    /// pass's factors of g and z, and its offset.
    let coefficients: Int
    /// The shortcut that is added.
    let shortcut: Int?
    /// The activation after the shortcut.
    let activation: KernelTasks.Activation
    /// One value an image: 0 where stochastic depth drops it, else 1 / survival; of each channel a copy.
    let survival: Int?
    /// The gate that follows.
    let gate: LoweredGate?
    /// The convolution whose y is made chunk by chunk for this one; nil where the input stands in memory.
    let producer: LoweredConvolution?
    /// What batch norm, activation, gate and addition make of z; nil where it is not kept.
    var y: Int?
    /// Where the gradients pass, once that is decided.
    var places: GradientPlaces?
    /// What the next convolution's backward phase left of this one's gradients, where it took the first part of them.
    var expansion: ExpansionGradients?
    /// Backward, the sums of batch norm's gradient, and how many there are to add.
    var gradientSums: (slot: Int, count: Int)?

    /// Where a convolution's result is to be had.
    enum Result {
        /// In a slot.
        case kept(Int)
        /// Nowhere: it is multiplied anew wherever it is read.
        case recomputed(ExpansionMoments)
    }

    var convolution: Convolution { unit.convolution }
    var columns: Int { matrix.columns }
    /// Whether the convolution is a plain product of matrices.
    var isPointwise: Bool { convolution.kernel == 1 && convolution.stride == 1 && convolution.groups == 1 }
    /// Whether images differ in gate or survival.
    var isByImage: Bool { gate != nil || survival != nil }
    /// Whether work on weights is shared by columns: where they are more than the pixels.
    var splitsColumns: Bool {
        convolution.groups == 1 && Tuning.splitsColumns(depth: matrix.depth, columns: columns, rows: rows)
    }
    /// Pixels of the input of an image.
    var inputRows: Int { window.inputHeight * window.inputWidth }
    /// Output pixels of a range of the units of its own chunks, or of those of a neighbour.
    func rows(_ units: Range<Int>, of chunks: Chunks? = nil) -> Range<Int> {
        let unitRows = (chunks ?? self.chunks).unit == .images ? imageRows : window.outputWidth
        return units.lowerBound * unitRows..<units.upperBound * unitRows
    }

    /// Coefficients of a kind, one a padded channel.
    enum Coefficient: Int, CaseIterable {
        case mean, reciprocal, factor, offset, ofGradient, ofResult, constant
    }

    func coefficient(_ kind: Coefficient, _ memory: TrainingMemory) -> UnsafeMutablePointer<Float> {
        memory.slots[coefficients] + kind.rawValue * columns
    }

    /// Lowers a unit, whose input `lowering` makes chunk by chunk where that pays.
    init(_ unit: ConvolutionUnit, _ lowering: inout TrainingLowering) {
        let layer = lowering.layers[unit.index]
        let matrix = lowering.layout.layers[unit.index][0]
        let shape = layer.output.shape
        self.unit = unit
        self.layer = layer
        self.matrix = matrix
        imageRows = shape.height * shape.width
        rows = lowering.batch * imageRows
        inputStride = lowering.slots.stride(of: layer.input)
        window = lowering.window(
            layer, kernel: unit.convolution.kernel, stride: unit.convolution.stride, unit.convolution.padding)
        isFused = lowering.isFused(unit.index)
        let isByImage = isFused || unit.gate != nil || unit.dropRate > 0
        chunks =
            isByImage
            ? Chunks(
                .images, count: lowering.batch, floats: lowering.imageFloats(unit.index),
                threads: lowering.threads)
            : Chunks(
                .rows, count: lowering.batch * shape.height, floats: shape.width * matrix.columns,
                threads: lowering.threads)
        producer = lowering.producer(of: layer.input, isFused: isFused, keepsIt: unit.widens)
        coefficients = lowering.newSlot(Coefficient.allCases.count * matrix.columns)
        survival = unit.dropRate > 0 ? lowering.newSlot(lowering.batch * matrix.columns) : nil
        if let addition = unit.addition, case .add(let after) = lowering.layers[addition].operation {
            activation = after.kernel
            shortcut = lowering.slots.slot(of: lowering.layers[addition].inputs[1])
        } else {
            activation = unit.convolution.activation.kernel
            shortcut = nil
        }
        if let index = unit.gate, case .squeezeExcitation(let operation) = lowering.layers[index].operation {
            gate = lowering.prepareGate(index, operation)
        } else {
            gate = nil
        }
        z =
            lowering.isRecomputed(unit)
            ? .recomputed(
                ExpansionMoments(matrix, pieces: chunks.pieces.count, &lowering))
            : .kept(lowering.newSlot(shape))
        if unit.convolution.isDepthwise {
            lowering.slots.reserve(margin: unit.convolution.kernel * matrix.columns)
        }
    }
}

extension Convolution {
    /// Whether it makes many channels of few.
    fileprivate var widens: Bool {
        kernel == 1 && groups == 1 && outputChannels >= Tuning.widening * inputChannels
    }
}

extension ConvolutionUnit {
    /// Whether it makes many channels of few.
    var widens: Bool { convolution.widens }
}

extension TrainingLowering {
    /// Floats of an image's output or input, whichever are more.
    func imageFloats(_ index: Int) -> Int {
        let (input, shape) = (layers[index].input, layers[index].output.shape)
        return max(
            shape.height * shape.width * layout.layers[index][0].columns,
            input.shape.height * input.shape.width * slots.stride(of: input))
    }

    /// Whether a convolution is computed image by image together with its neighbours.
    func isFused(_ index: Int) -> Bool {
        let layer = layers[index]
        let matrix = layout.layers[index][0]
        let pixels = layer.output.shape.height * layer.output.shape.width
        let hasFewWeights =
            matrix.count * Tuning.fusedWeightShare <= batch
            * (pixels * matrix.columns + layer.input.shape.elements)
        return imageFloats(index) <= Tuning.fusedFloats && hasFewWeights
    }

    /// Whether a convolution's result is not kept: it takes few multiplications, and the next convolution alone reads it, chunk
    /// by chunk.
    func isRecomputed(_ unit: ConvolutionUnit) -> Bool {
        guard unit.widens, isFused(unit.index), unit.convolution.stride == 1, unit.convolution.normalised,
            unit.convolution.inputChannels <= Tuning.mostRecomputedDepth,
            layers[unit.index].input.layer >= 0, unit.gate == nil, unit.addition == nil, unit.dropRate == 0,
            let reader = units.follower(of: unit.index),
            case .convolution(let convolution) = layers[reader].operation
        else { return false }
        return isFused(reader) && !convolution.widens
    }
}
