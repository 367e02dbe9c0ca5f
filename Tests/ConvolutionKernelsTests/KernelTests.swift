// Every build of every kernel against the reference.

import ConvolutionKernels
import KernelTasks
import Testing

@Suite struct KernelTests {
    @Test(.enabled(if: InstructionSet.avx512.isSupported), arguments: Kernel.built(for: .avx512))
    func avx512MatchesReference(_ kernel: Kernel) { check(kernel) }

    @Test(.enabled(if: InstructionSet.avx2.isSupported), arguments: Kernel.built(for: .avx2))
    func avx2MatchesReference(_ kernel: Kernel) { check(kernel) }

    @Test(arguments: Kernel.built(for: .portable))
    func portableMatchesReference(_ kernel: Kernel) { check(kernel) }

    /// Exactly on small integers; within the problem's tolerance of the largest output on reals.
    private func check(_ kernel: Kernel) {
        check(kernel, kernel.instructionSet.kernels)
    }

    /// Products are computed otherwise where vectors of 512 bits are multiplied otherwise; no machine has all ways.
    @Test(
        .enabled(if: InstructionSet.avx512.isSupported), arguments: Multipliers.allCases,
        [Kernel.Operation.pointwise, .convolution, .grouped, .winograd, .gatedWeights])
    func productsForOtherMultipliersMatchReference(_ multipliers: Multipliers, _ operation: Kernel.Operation)
    {
        check(
            Kernel(operation: operation, instructionSet: .avx512),
            InstructionSet.avx512.kernels(for: multipliers))
    }

    private func check(_ kernel: Kernel, _ set: KernelSet) {
        let drawn = (1...40).map { Problem.random(kernel.operation, seed: $0) }
        // A group that fills a vector is a panel of a grouped convolution.
        for problem in Problem.list(kernel.operation) + drawn where problem.groupWidth < set.lanes {
            if problem.isExact {
                let operands = problem.operands(integers: true)
                let matches = problem.solution(operands, with: set) == problem.reference(operands)
                #expect(matches, "not exact: \(problem), \(kernel.instructionSet.rawValue)")
            }
            let operands = problem.operands(integers: false)
            let expected = problem.reference(operands)
            let solution = problem.solution(operands, with: set)
            #expect(solution.map(\.count) == expected.map(\.count))
            for (left, right) in zip(solution, expected) {
                let error = largestDifference(left, right)
                let largest = right.map(abs).max() ?? 0
                // Where a derivative passes through zero, what is left of it is rounding.
                #expect(
                    error <= problem.tolerance * largest + 2e-7,
                    "\(problem), \(kernel.instructionSet.rawValue)")
            }
        }
    }

    @Test(arguments: InstructionSet.allCases.filter(\.isSupported), [false, true])
    func partsMakeTheWhole(_ instructionSet: InstructionSet, byPanels: Bool) {
        let set = instructionSet.kernels
        for operation in Kernel.Operation.allCases {
            for seed in UInt64(100)..<110 {
                let problem = Problem.random(operation, seed: seed)
                let operands = problem.operands(integers: false)
                let whole = problem.solution(operands, with: set)
                let parts = problem.solution(operands, with: set, parts: 3, byPanels: byPanels)
                // Sums over what is split are not among the results of parts.
                let isSame = !parts.isEmpty && zip(whole, parts).allSatisfy { $0 == $1 }
                #expect(isSame, "\(problem), \(instructionSet.rawValue)")
            }
        }
    }

    /// Deep products are cut into slices where they have many rows, and one row has a kernel of its own; a shortcut
    /// stands where the sums of the slices go.
    @Test(arguments: InstructionSet.allCases.filter(\.isSupported), [96, 1280, 1281, 2600])
    func rowsOfAProductMakeTheWhole(_ instructionSet: InstructionSet, depth: Int) {
        for isPaired in [false, true] {
            var problem = Problem(
                operation: .pointwise, height: 33, channels: depth, outputs: 40, outputHeight: 33)
            problem.adds = true
            problem.isPaired = isPaired
            let set = instructionSet.kernels
            let operands = problem.operands(integers: false)
            let whole = problem.solution(operands, with: set)
            #expect(problem.solution(operands, with: set, parts: 33) == whole)
            #expect(problem.solution(operands, with: set, parts: 5) == whole)
        }
    }

    /// The largest absolute difference; infinite where either is NaN.
    private func largestDifference(_ left: [Float], _ right: [Float]) -> Float {
        zip(left, right).map { $0.isNaN || $1.isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
    }
}

extension Kernel {
    fileprivate static func built(for set: InstructionSet) -> [Kernel] {
        all.filter { $0.instructionSet == set }
    }
}
