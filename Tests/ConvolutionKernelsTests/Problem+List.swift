// The problems that every build of every kernel must solve.

import ConvolutionKernels
import KernelTasks

extension Problem {
    /// Fixed problems at, below and above the edges of every tile.
    static func list(_ operation: Kernel.Operation) -> [Problem] {
        switch operation {
        case .pointwise: pointwise
        case .convolution: convolution
        case .grouped: grouped
        case .winograd: winograd + groupedWinograd
        case .depthwise: depthwise + narrowGroups
        case .maxPool: maxPool
        case .windowAverage: windowAverage
        case .averagePool: averagePool
        case .scale: scale
        case .gatedWeights: gatedWeights
        case .elementwise: elementwise
        default: training(operation)
        }
    }

    static func images(_ operation: Kernel.Operation, _ sizes: [(Int, Int, Int, Int)]) -> [Problem] {
        sizes.map { batch, height, width, channels in
            Problem(
                operation: operation, batch: batch, height: height, width: width, channels: channels,
                outputs: channels, outputHeight: height, outputWidth: width)
        }
    }

    private static var pointwise: [Problem] {
        var problems: [Problem] = []
        for rows in [1, 2, 5, 6, 7, 12, 13, 14, 15, 27, 28, 29] {
            for outputs in [1, 3, 4, 8, 16, 17, 31, 32, 33, 48, 65] {
                var problem = images(.pointwise, [(1, 1, rows, 1 + (rows * outputs) % 37)])[0]
                problem.outputs = outputs
                problem.adds = rows % 2 == 0
                problem.activation = Activation.allCases[(rows + outputs) % Activation.allCases.count]
                problems.append(problem)
            }
        }
        // Whole and half vectors of columns, in tiles of every height.
        for outputs in 1...49 {
            var problem = images(.pointwise, [(1, 1, 14 + outputs % 15, 5 + outputs % 4)])[0]
            problem.outputs = outputs
            problem.adds = outputs % 3 == 0
            problem.activation = [.identity, .relu, .relu6][outputs / 2 % 3]
            problems.append(problem)
        }
        // One row: four panels side by side, and what is left of them.
        for outputs in [63, 64, 65, 127, 128, 129, 144, 161, 200] {
            for adds in [false, true] {
                var problem = images(.pointwise, [(1, 1, 1, 1 + outputs % 6)])[0]
                problem.outputs = outputs
                problem.adds = adds
                problem.activation = Activation.allCases[outputs % Activation.allCases.count]
                problems.append(problem)
            }
        }
        for (rows, channels, outputs) in [
            (49, 1152, 40), (33, 2600, 20), (3, 1281, 10), (700, 96, 24), (1, 1, 1),
        ] {
            var problem = images(.pointwise, [(1, rows, 1, channels)])[0]
            problem.outputs = outputs
            problem.adds = rows == 33
            problem.activation = .relu
            problems.append(problem)
        }
        return problems + paired(.pointwise)
    }

    /// Products in pairs, of whose depth a rest is left or none, in tiles of every height, in several blocks and slices.
    private static func paired(_ operation: Kernel.Operation) -> [Problem] {
        var problems: [Problem] = []
        for (index, depth) in [18, 19, 20, 23, 24, 25, 31, 32, 33, 47, 48, 50, 63, 96, 131].enumerated() {
            for rows in [1, 2, 7, 8, 9, 13, 17, 31, 50] {
                var problem = images(operation, [(1, 1, rows, depth)])[0]
                problem.outputs = [1, 8, 16, 17, 24, 32, 33, 40, 49, 66][(index + rows) % 10]
                problem.adds = operation == .pointwise && (index + rows) % 3 == 0
                problem.activation = Activation.allCases[(index * rows) % Activation.allCases.count]
                problem.isPaired = true
                problems.append(problem)
            }
        }
        guard operation == .pointwise else { return problems }
        for (rows, depth, outputs) in [(600, 40, 70), (33, 1281, 40), (70, 2600, 33), (257, 18, 16)] {
            var problem = images(.pointwise, [(1, rows, 1, depth)])[0]
            problem.outputs = outputs
            problem.adds = true
            problem.activation = .relu
            problem.isPaired = true
            problems.append(problem)
        }
        return problems
    }

    private static var convolution: [Problem] {
        let sizes = [
            (1, 1, 1, 3), (1, 7, 9, 3), (2, 11, 6, 5), (1, 5, 5, 16), (3, 4, 3, 17), (1, 15, 13, 32),
            (1, 9, 61, 3), (2, 6, 90, 1), (2, 6, 2, 4),
        ]
        var problems: [Problem] = []
        for image in images(.convolution, sizes) {
            for (kernel, stride) in [(1, 1), (1, 2), (2, 2), (3, 1), (3, 2), (5, 2), (7, 2), (3, 3)] {
                for same in [false, true] {
                    var problem = image.windowed(kernel: kernel, stride: stride, same: same)
                    problem.outputs = [1, 7, 16, 24, 33][(kernel + image.channels) % 5]
                    problem.isDense = same != (image.channels == 16)
                    problem.adds = stride == 1
                    problem.activation =
                        Activation.allCases[(kernel + image.height) % Activation.allCases.count]
                    problems.append(problem)
                    guard image.channels >= 18 else { continue }
                    problem.isPaired = true
                    problems.append(problem)
                }
            }
        }
        return problems
    }

    private static var winograd: [Problem] {
        let sizes = [
            (1, 1, 1, 3), (1, 2, 3, 16), (2, 11, 6, 5), (1, 4, 4, 32), (3, 5, 9, 17), (1, 15, 13, 33),
            (1, 56, 20, 64), (1, 7, 7, 130),
        ]
        return images(.winograd, sizes).flatMap { image in
            [(false, 2, false), (true, 4, false), (false, 4, true), (true, 2, true)].map {
                adds, tile, isPaired in
                var problem = image.windowed(kernel: 3, stride: 1)
                problem.outputs = [1, 7, 16, 24, 33, 66][(image.height + tile) % 6]
                problem.adds = adds
                problem.tile = tile
                problem.isPaired = isPaired && image.channels >= 18
                problem.activation = Activation.allCases[(tile + image.height) % Activation.allCases.count]
                return problem
            }
        }
    }

    private static var depthwise: [Problem] {
        var problems: [Problem] = []
        for width in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 17, 22] {
            for (kernel, stride) in [(3, 1), (3, 2), (5, 1), (5, 2), (7, 1), (3, 3), (1, 1), (2, 1), (4, 2)] {
                for same in [false, true] {
                    let channels = [1, 7, 16, 24, 33][(width + kernel) % 5]
                    let image = images(.depthwise, [(1 + width % 2, 1 + (width * 5) % 9, width, channels)])[0]
                    var problem = image.windowed(kernel: kernel, stride: stride, same: same)
                    guard problem.outputHeight > 0, problem.outputWidth > 0 else { continue }
                    problem.activation = Activation.allCases[(kernel + width) % Activation.allCases.count]
                    for sumsRows in [false, true] {
                        problem.sumsRows = sumsRows
                        problems.append(problem)
                    }
                }
            }
        }
        return problems
    }

    /// Groups of fewer channels than a vector, which fill the last vector or not.
    private static var narrowGroups: [Problem] {
        var problems: [Problem] = []
        for width in [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 22] {
            for (stride, groupWidth) in [(1, 2), (2, 2), (1, 4), (2, 4), (1, 8), (2, 8)] {
                let channels = groupWidth * [2, 3, 4, 5, 9][(width + stride) % 5]
                let image = images(.depthwise, [(1 + width % 2, 1 + (width * 5) % 9, width, channels)])[0]
                for same in [false, true] {
                    var problem = image.windowed(kernel: 3, stride: stride, same: same)
                    problem.groupWidth = groupWidth
                    problem.activation = Activation.allCases[(groupWidth + width) % Activation.allCases.count]
                    problem.sumsRows = same
                    problems.append(problem)
                }
            }
        }
        return problems
    }

    private static var maxPool: [Problem] {
        images(.maxPool, [(1, 1, 1, 1), (2, 7, 5, 3), (1, 8, 8, 16), (1, 6, 11, 33)]).flatMap { image in
            [(3, 2), (2, 2), (3, 1), (1, 1), (5, 3)].flatMap { kernel, stride in
                [false, true].map { image.windowed(kernel: kernel, stride: stride, same: $0) }
            }
        }.filter { $0.outputHeight > 0 && $0.outputWidth > 0 }
    }

    private static var windowAverage: [Problem] {
        maxPool.map {
            var problem = $0
            problem.operation = .windowAverage
            return problem
        } + inside(.windowAverage)
    }

    /// Windows that begin inside images of odd and even sides.
    static func inside(_ operation: Kernel.Operation) -> [Problem] {
        let sizes = [
            (1, 1, 1, 1), (2, 2, 3, 5), (1, 7, 7, 16), (1, 8, 8, 17), (3, 5, 4, 33), (1, 1, 9, 8),
            (2, 14, 13, 70),
        ]
        return images(operation, sizes).flatMap { image in
            [(2, 2), (1, 2), (2, 1), (3, 2), (3, 3), (4, 3), (5, 1)].map {
                image.windowedInside(kernel: $0, stride: $1)
            }
        }
    }

    private static var averagePool: [Problem] {
        images(
            .averagePool,
            [(1, 1, 1, 1), (2, 7, 7, 5), (1, 8, 4, 64), (3, 5, 3, 65), (1, 16, 16, 144), (1, 112, 112, 20)]
        ).map {
            var problem = $0
            problem.outputHeight = 1
            problem.outputWidth = 1
            return problem
        }
    }

    private static var scale: [Problem] {
        images(.scale, [(1, 1, 1, 1), (2, 7, 7, 5), (1, 8, 4, 64), (3, 5, 3, 65)])
    }

    private static var gatedWeights: [Problem] {
        images(.gatedWeights, [(1, 1, 1, 1), (1, 7, 7, 5), (1, 3, 4, 64), (1, 5, 3, 65)]).map {
            var problem = $0
            problem.outputs = problem.channels / 2 + 15
            return problem
        } + paired(.gatedWeights)
    }

    private static var elementwise: [Problem] {
        images(.elementwise, [(1, 1, 1, 1), (2, 7, 7, 5), (1, 8, 4, 64)]).flatMap { image in
            Activation.allCases.flatMap { activation in
                [false, true].map { adds in
                    var problem = image
                    problem.activation = activation
                    problem.adds = adds
                    return problem
                }
            }
        }
    }

    /// A problem drawn from a seed.
    static func random(_ operation: Kernel.Operation, seed: UInt64) -> Problem {
        var random = SplitMix64(seed: seed)
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        let size = (pick(1...3), pick(1...20), pick(1...20), pick(1...70))
        var problem = images(operation, [size])[0]
        switch operation {
        case .gatedWeights:
            problem.batch = 1
            problem.outputs = pick(1...70)
        case .pointwise:
            problem.outputs = pick(1...70)
            problem.adds = pick(0...1) == 1
        case .convolution:
            problem = problem.windowed(
                kernel: pick(1...3) * 2 - 1, stride: pick(1...3), same: pick(0...1) == 1)
            problem.outputs = pick(1...40)
            problem.isDense = pick(0...1) == 1
            problem.adds = pick(0...1) == 1
        case .grouped:
            problem = problem.windowed(
                kernel: pick(1...3) * 2 - 1, stride: pick(1...3), same: pick(0...1) == 1)
            problem.group(pick(2...9), inputs: pick(1...26), outputs: pick(1...26))
            problem.adds = pick(0...1) == 1
        case .winograd:
            problem = problem.windowed(kernel: 3, stride: 1, same: pick(0...1) == 1)
            problem.outputs = pick(1...70)
            problem.adds = pick(0...1) == 1
            problem.tile = pick(1...2) * 2
        case .depthwise, .maxPool:
            problem = problem.windowed(
                kernel: pick(1...3) * 2 - 1, stride: pick(1...3), same: pick(0...1) == 1)
            problem.sumsRows = operation == .depthwise && pick(0...1) == 1
            if operation == .depthwise, problem.kernel == 3, problem.stride <= 2, problem.channels % 2 == 0 {
                problem.groupWidth = pick(1...2)
            }
        case .windowAverage:
            problem = problem.windowedInside(kernel: pick(1...4), stride: pick(1...3))
        case .averagePool:
            (problem.outputHeight, problem.outputWidth) = (1, 1)
        case .scale, .elementwise:
            break
        default:
            problem = problem.drawnForTraining(&random)
        }
        if [.pointwise, .convolution, .grouped, .winograd, .depthwise, .elementwise].contains(operation) {
            problem.activation = Activation.allCases[pick(0...Activation.allCases.count - 1)]
        }
        if [.pointwise, .convolution, .gatedWeights, .winograd].contains(operation), problem.channels >= 18 {
            problem.isPaired = pick(0...1) == 1
        }
        problem.seed = seed
        return problem
    }
}
