// The problems of the kernels that only training needs.

import ConvolutionKernels
import KernelTasks

extension Problem {
    /// Fixed problems at, below and above the edges of every tile.
    static func training(_ operation: Kernel.Operation) -> [Problem] {
        switch operation {
        case .weightGradient: weightGradient
        case .transposedWeights: transposedWeights
        case .depthwiseInputGradient, .depthwiseWeightGradient: depthwiseGradients(operation)
        case .gather, .scatter, .maxPoolGradient: windows(operation)
        case .windowAverageGradient: windows(operation) + inside(operation)
        default: rowsAndChannels(operation)
        }
    }

    private static var weightGradient: [Problem] {
        var problems: [Problem] = []
        for depth in [1, 2, 5, 6, 7, 12, 13, 14, 15, 27, 28, 29] {
            for outputs in [1, 3, 4, 8, 16, 17, 31, 32, 33, 48, 65] {
                let size = (1, 1, 1 + (depth * outputs) % 37, depth)
                var problem = images(.weightGradient, [size])[0]
                problem.outputs = outputs
                problem.adds = depth % 2 == 0
                problem.isDense = outputs % 2 == 0
                problems.append(problem)
            }
        }
        // More pixels than a block has, one row repeated, and rows that are far apart.
        for (pixels, depth, outputs, stride) in [
            (129, 96, 24, 1), (700, 30, 40, 1), (50, 1000, 20, 1), (300, 1, 33, 0), (400, 2048, 10, 1),
            (90, 1300, 600, 1),
        ] {
            var problem = images(.weightGradient, [(1, pixels, 1, depth)])[0]
            problem.outputs = outputs
            problem.stride = stride
            problems.append(problem)
        }
        return problems
    }

    private static var transposedWeights: [Problem] {
        var problems: [Problem] = []
        for inputs in [1, 3, 4, 8, 15, 16, 17, 31, 32, 33, 48, 65] {
            for outputs in [1, 4, 7, 8, 16, 17, 32, 33, 47, 70] {
                var problem = images(.transposedWeights, [(1, 1, 1, inputs)])[0]
                problem.outputs = outputs
                problem.kernel = [1, 1, 2, 3][(inputs + outputs) % 4]
                problems.append(problem)
            }
        }
        return problems
    }

    private static func depthwiseGradients(_ operation: Kernel.Operation) -> [Problem] {
        var problems: [Problem] = []
        for width in [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 16, 17] {
            for (kernel, stride) in [(3, 1), (3, 2), (5, 1), (5, 2), (7, 1), (3, 3), (1, 1), (2, 1), (4, 2)] {
                for same in [false, true] {
                    let channels = [1, 7, 16, 24, 33, 68][(width + kernel) % 6]
                    let height = width % 2 == 0 ? width : 1 + (width * 5) % 9
                    let image = images(operation, [(1 + width % 3, height, width, channels)])[0]
                    var problem = image.windowed(kernel: kernel, stride: stride, same: same)
                    problem.adds = same
                    problems.append(problem)
                }
            }
        }
        return problems.filter { $0.outputHeight > 0 && $0.outputWidth > 0 }
    }

    private static func windows(_ operation: Kernel.Operation) -> [Problem] {
        images(
            operation,
            [(1, 1, 1, 1), (2, 7, 5, 3), (1, 8, 8, 16), (1, 6, 11, 33), (3, 4, 2, 8), (2, 6, 2, 4)]
        ).flatMap { image in
            [(3, 2), (2, 2), (3, 1), (1, 1), (5, 3), (1, 2), (7, 2)].flatMap { kernel, stride in
                [false, true].map { same in
                    var problem = image.windowed(kernel: kernel, stride: stride, same: same)
                    problem.isDense = same
                    return problem.withWindowsAsOutputs()
                }
            }
        }.filter { $0.outputHeight > 0 && $0.outputWidth > 0 }
    }

    private static func rowsAndChannels(_ operation: Kernel.Operation) -> [Problem] {
        let sizes = [
            (1, 1, 1, 1), (1, 7, 7, 5), (1, 2, 2, 64), (1, 5, 3, 65), (1, 1, 3, 130), (1, 8, 8, 200),
            (1, 23, 11, 48),
        ]
        return images(operation, sizes).flatMap { image in
            Activation.allCases.flatMap { activation in
                (0..<4).map { options in
                    var problem = image
                    problem.activation = activation
                    problem.adds = options % 2 == 1
                    problem.isDense = options / 2 == 1
                    problem.seed = UInt64(options + 2 * image.height)
                    return problem
                }
            }
        }
    }

    /// Draws what a training kernel needs besides a size.
    func drawnForTraining(_ random: inout SplitMix64) -> Problem {
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var problem = self
        problem.adds = pick(0...1) == 1
        problem.isDense = pick(0...1) == 1
        switch operation {
        case .weightGradient, .transposedWeights:
            problem.outputs = pick(1...70)
            problem.kernel = operation == .weightGradient ? 1 : pick(1...3)
        case .depthwiseInputGradient, .depthwiseWeightGradient, .gather, .scatter, .maxPoolGradient:
            let kernel = pick(1...3) * 2 - 1
            problem = problem.windowed(kernel: kernel, stride: pick(1...3), same: pick(0...1) == 1)
        case .windowAverageGradient:
            problem = problem.windowedInside(kernel: pick(1...4), stride: pick(1...3))
        case .momentumStep, .rootMeanSquareStep, .averageStep, .channelCombination, .normStatistics:
            break
        default:
            problem.activation = Activation.allCases[pick(0...Activation.allCases.count - 1)]
        }
        return problem.withWindowsAsOutputs()
    }

    /// The rows of a matrix of windows are what gathering gives and scattering takes.
    private func withWindowsAsOutputs() -> Problem {
        guard operation == .gather || operation == .scatter else { return self }
        var problem = self
        problem.outputs = kernel * kernel * channels
        return problem
    }
}
