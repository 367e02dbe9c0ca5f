// The scalar gate in training: y = x · s / n, where n is an image's Euclidean length and s comes of its means.
//
// With D = Σ dy · x over the image, s gets D / n and n gets −s · D / n², so that x gets dy · s / n − x · s · D / n³, which
// is what of dy stands across x; through the means, every pixel of a channel gets the same besides.

import KernelTasks
import NetworkExecution
import Networks

/// A scalar gate, waiting for the gradient of its result.
struct LoweredScalarGate: LoweredUnit {
    let layer: Layer
    let index: Int
    let squeeze: ParameterLayout.Matrix
    let excite: ParameterLayout.Matrix
    let input: Int
    /// Channels, padded.
    let columns: Int
    let pieces: ImagePieces
    /// The sums of an image's pieces, one image after the other.
    let sums: Int
    /// The means of each image's channels; in pad lanes zeros.
    let means: Int
    /// A few numbers of each image.
    let numbers: Int
    /// Vectors of a value a channel: the factors of dy and of x, and what every pixel gets besides.
    let vectors: Int
    /// The images of each thread.
    let images: [Range<Int>]

    /// Numbers that an image has.
    enum Number: Int, CaseIterable {
        /// What the first layer gives, s, n as it is, and the gradients of the first and the second layer's results.
        case node, scalar, length, ofNode, ofScalar
    }

    /// Vectors that an image has.
    enum Vector: Int, CaseIterable { case ofGradient, ofInput, constant }

    var channels: Int { layer.input.shape.channels }

    fileprivate init(_ index: Int, _ lowering: inout TrainingLowering) {
        let layer = lowering.layers[index]
        let shape = layer.input.shape
        columns = lowering.set.padded(shape.channels)
        self.layer = layer
        self.index = index
        (squeeze, excite) = (lowering.layout.layers[index][0], lowering.layout.layers[index][1])
        input = lowering.slots.slot(of: layer.input)
        pieces = ImagePieces(pixels: shape.height * shape.width)
        sums = lowering.newSlot(lowering.batch * pieces.count * 2 * columns)
        means = lowering.newSlot(lowering.batch * columns)
        numbers = lowering.newSlot(lowering.batch * Number.allCases.count)
        vectors = lowering.newSlot(lowering.batch * Vector.allCases.count * columns)
        images = lowering.shares(lowering.batch)
    }

    func number(_ kind: Number, _ image: Int, _ memory: TrainingMemory) -> UnsafeMutablePointer<Float> {
        memory.slots[numbers] + image * Number.allCases.count + kind.rawValue
    }

    func vector(_ kind: Vector, _ image: Int, _ memory: TrainingMemory) -> UnsafeMutablePointer<Float> {
        memory.slots[vectors] + (image * Vector.allCases.count + kind.rawValue) * columns
    }

    /// The first pixel of an image of a tensor.
    func values(_ slot: Int, _ image: Int, _ memory: TrainingMemory) -> UnsafeMutablePointer<Float> {
        memory.slots[slot] + image * pieces.pixels * columns
    }
}

extension TrainingLowering {
    mutating func lowerScalarGate(_ index: Int) -> any LoweredUnit {
        let gate = LoweredScalarGate(index, &self)
        let output = newSlot(gate.layer.output.shape)
        slots.place(index, at: output)
        let (statistics, combine) = (set.training.normStatistics, set.training.channelCombination)
        append(
            index, .gate, [gate.input, output, gate.sums, gate.means, gate.numbers, gate.vectors]
        ) { thread, memory in
            for image in gate.images[thread] {
                let sums = memory.slots[gate.sums] + image * gate.pieces.count * 2 * gate.columns
                for piece in 0..<gate.pieces.count {
                    let pixels = gate.pieces[piece]
                    statistics(
                        NormStatisticsTask(
                            values: gate.values(gate.input, image, memory) + pixels.lowerBound * gate.columns,
                            rows: pixels.count, channels: gate.columns, shift: memory.zeros,
                            sums: sums + 2 * piece * gate.columns,
                            squares: sums + (2 * piece + 1) * gate.columns))
                }
                gate.measure(image, memory, sums)
                let values = gate.values(gate.input, image, memory)
                combine(
                    ChannelCombinationTask(
                        left: values, right: values, rows: gate.pieces.pixels, channels: gate.columns,
                        leftFactors: gate.vector(.ofGradient, image, memory), rightFactors: memory.zeros,
                        offsets: memory.zeros, output: gate.values(output, image, memory)))
            }
        }
        return gate
    }
}

extension LoweredScalarGate {
    /// What an image's length, means and scalar are, and the factor that they make.
    fileprivate func measure(_ image: Int, _ memory: TrainingMemory, _ sums: UnsafePointer<Float>) {
        let means = memory.slots[means] + image * columns
        means.update(repeating: 0, count: columns)
        var node = Double(memory.parameters[squeeze.shift])
        let squares = pieces.total(sums, channels: channels, columns: columns) { channel, mean in
            means[channel] = Float(mean)
            node += mean * Double(memory.parameters[squeeze.weight + channel * squeeze.columns])
        }
        let linear =
            node * Double(memory.parameters[excite.weight]) + Double(memory.parameters[excite.shift])
        let length = squares.squareRoot()
        number(.node, image, memory).pointee = Float(node)
        number(.scalar, image, memory).pointee = Float(max(0, linear))
        number(.length, image, memory).pointee = Float(length)
        let factor = max(0, linear) / max(length, Double(ScalarGate.leastLength))
        vector(.ofGradient, image, memory).update(repeating: Float(factor), count: columns)
    }

    func backward(_ lowering: inout TrainingLowering) {
        let gradient = lowering.gradient(of: index).slot
        let plain = lowering.newSlot(layer.input.shape)
        let (product, combine) = (
            lowering.set.training.gateGradient, lowering.set.training.channelCombination
        )
        lowering.append(
            index, .gateGradient, [input, gradient, plain, means, numbers, vectors]
        ) { [self] thread, memory in
            for image in images[thread] {
                let (values, gradient) = (values(input, image, memory), values(gradient, image, memory))
                // Where the constant will stand, the products of each channel stand first.
                let products = vector(.constant, image, memory)
                product(
                    GateGradientTask(
                        values: values, rows: pieces.pixels, channels: columns, scale: memory.ones,
                        offset: memory.zeros, activation: .identity, gradient: gradient, output: products))
                differentiate(image, memory, product: (0..<channels).reduce(0) { $0 + Double(products[$1]) })
                combine(
                    ChannelCombinationTask(
                        left: gradient, right: values, rows: pieces.pixels, channels: columns,
                        leftFactors: vector(.ofGradient, image, memory),
                        rightFactors: vector(.ofInput, image, memory),
                        offsets: vector(.constant, image, memory), output: self.values(plain, image, memory)))
            }
        }
        appendWeightGradients(&lowering)
        lowering.give(index, gradientIn: plain, to: [layer.input])
    }

    /// From Σ dy · x of an image to what its pixels' gradients are made with.
    private func differentiate(_ image: Int, _ memory: TrainingMemory, product: Double) {
        let least = Double(ScalarGate.leastLength)
        let scalar = Double(number(.scalar, image, memory).pointee)
        let length = Double(number(.length, image, memory).pointee)
        let divisor = max(length, least)
        let ofScalar = scalar > 0 ? product / divisor : 0
        let ofNode = ofScalar * Double(memory.parameters[excite.weight])
        number(.ofScalar, image, memory).pointee = Float(ofScalar)
        number(.ofNode, image, memory).pointee = Float(ofNode)
        let ofInput = length > least ? -scalar * product / (length * length * length) : 0
        vector(.ofInput, image, memory).update(repeating: Float(ofInput), count: columns)
        let constant = vector(.constant, image, memory)
        constant.update(repeating: 0, count: columns)
        let share = ofNode / Double(pieces.pixels)
        for channel in 0..<channels {
            constant[channel] = Float(
                share * Double(memory.parameters[squeeze.weight + channel * squeeze.columns]))
        }
    }

    /// The gradients of the four parameters, image after image.
    private func appendWeightGradients(_ lowering: inout TrainingLowering) {
        let shares = lowering.shares(channels)
        let batch = lowering.batch
        lowering.later([means, numbers]) { [self] thread, memory in
            memory.begin(thread, index, .weightGradient)
            func sum(_ kind: Number, _ factor: (_ image: Int) -> Float) -> Float {
                Float(
                    (0..<batch).reduce(0.0) {
                        $0 + Double(number(kind, $1, memory).pointee) * Double(factor($1))
                    })
            }
            for channel in shares[thread] {
                memory.gradients[squeeze.weight + channel * squeeze.columns] = sum(.ofNode) {
                    memory.slots[means][$0 * columns + channel]
                }
            }
            guard thread == 0 else { return }
            memory.gradients[squeeze.shift] = sum(.ofNode) { _ in 1 }
            memory.gradients[excite.weight] = sum(.ofScalar) { number(.node, $0, memory).pointee }
            memory.gradients[excite.shift] = sum(.ofScalar) { _ in 1 }
        }
    }
}
