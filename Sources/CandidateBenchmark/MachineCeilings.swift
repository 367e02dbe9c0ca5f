// What the machine could do at best, measured by the kernels themselves: multiply–adds from registers and the
// first cache, and bytes read from a working set of a given size. A layer cannot be faster than the slower of
// the two allows (Williams et al. 2009, the roofline).

import Basics
import ConvolutionKernels
import KernelTasks
import NetworkExecution
import Networks

/// Measured limits of this machine for one instruction set and number of threads.
package struct MachineCeilings: Sendable {
    /// Floating-point operations a second, in 10⁹; a multiply–add counts as two.
    package let gigaflops: Double
    /// Bytes read a second, in 10⁹, from the working set.
    package let gigabytes: Double
    /// Bytes of the working set, all threads together.
    package let workingSetBytes: Int

    /// Limits that were measured before.
    package init(gigaflops: Double, gigabytes: Double, workingSetBytes: Int) {
        self.gigaflops = gigaflops
        self.gigabytes = gigabytes
        self.workingSetBytes = workingSetBytes
    }

    /// Measures for about a quarter of a second.
    package init(instructionSet: InstructionSet, threads: Int, workingSetBytes: Int) throws(AllocationError) {
        let pool = ThreadPool(count: threads)
        let kernels = instructionSet.kernels
        self.workingSetBytes = workingSetBytes
        gigaflops = try MachineCeilings.multiplyAdds(kernels, pool)
        gigabytes = try MachineCeilings.reads(kernels, pool, bytes: workingSetBytes)
    }

    /// The least milliseconds that a layer can take: its multiply–adds at the peak, or its weights, input and
    /// output once through the memory, whichever is longer.
    package func leastMilliseconds(_ layer: Layer, batch: Int) -> Double {
        let cost = layer.cost
        let operations = 2 * Double(cost.macs.value) * Double(batch)
        let tensors = Double(layer.input.shape.elements + layer.output.shape.elements) * 4 * Double(batch)
        return max(
            operations / gigaflops, (tensors + Double(cost.weightBytes.value)) / gigabytes) * 1e-6
    }

    /// Products whose operands stay in the first cache: a panel of 24 KiB, and one row that stands for all.
    private static func multiplyAdds(
        _ kernels: KernelSet, _ pool: ThreadPool
    ) throws(AllocationError) -> Double {
        let columns = 2 * kernels.lanes
        let depth = 24 * 256 / columns
        let rows = kernels.tileRows * 8
        let left = try arrays(pool.count, of: depth)
        let right = try arrays(pool.count, of: columns * (depth + 1))
        let result = try arrays(pool.count, of: rows * columns)
        let repeats = 25
        let seconds = best {
            pool.run { thread in
                let weights = right[thread].start
                let product = MatrixProduct(
                    depth: depth, columns: columns, outputs: columns, weights: weights,
                    bias: weights + columns * depth, residual: nil, residualStride: 0,
                    output: result[thread].start, outputStride: columns, activation: .identity, firstRow: 0,
                    endRow: rows, firstPanel: 0, endPanel: 1)
                let task = PointwiseTask(
                    input: left[thread].start, inputStride: 0, product: product)
                for _ in 0..<repeats { kernels.pointwise(task) }
            }
        }
        return 2e-9 * Double(pool.count * repeats * rows * depth * columns) / seconds
    }

    /// Sums over arrays that together are as large as the working set.
    private static func reads(
        _ kernels: KernelSet, _ pool: ThreadPool, bytes: Int
    ) throws(AllocationError) -> Double {
        let channels = 8 * kernels.lanes
        let pixels = max(1, bytes / 4 / channels / pool.count)
        let values = try arrays(pool.count, of: pixels * channels)
        let sums = try arrays(pool.count, of: channels)
        let repeats = max(1, (64 << 20) / max(1, bytes))
        let seconds = best {
            pool.run { thread in
                let task = AveragePoolTask(
                    input: values[thread].start, pixels: pixels, channels: channels,
                    output: sums[thread].start, firstChannel: 0, endChannel: channels)
                for _ in 0..<repeats { kernels.averagePool(task) }
            }
        }
        return 4e-9 * Double(pool.count * repeats * pixels * channels) / seconds
    }

    /// An array for each thread.
    private static func arrays(_ threads: Int, of count: Int) throws(AllocationError) -> [AlignedFloats] {
        var arrays: [AlignedFloats] = []
        for _ in 0..<threads { arrays.append(try AlignedFloats(count: count)) }
        return arrays
    }

    /// Seconds of the fastest of the runs of a tenth of a second: a ceiling is what the machine did when nothing
    /// was in the way.
    private static func best(_ run: () -> Void) -> Double {
        run()
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(100)
        var least = Duration.seconds(60)
        repeat { least = min(least, clock.measure(run)) } while clock.now < end
        return least.inSeconds
    }
}
