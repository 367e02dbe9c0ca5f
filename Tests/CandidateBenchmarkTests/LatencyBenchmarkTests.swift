// What is said before a network is timed: what memory and what time it takes.

import Basics
import CandidateBenchmark
import ConvolutionKernels
import NetworkExecution
import Networks
import Testing

@Test func theLeastTimeIsKnownFromTheMultiplyAdds() throws {
    // 385,814,752 macs of EfficientNet-B0, two operations each, at 100 GFLOP/s.
    let b0 = try Network(PublishedNetworks.architecture(named: "efficientnet-b0"))
    let inference = TimingEstimate(b0, batch: 4096, isTraining: false, gigaflops: 100)
    #expect(abs(inference.runSeconds - 31.606) < 1e-3)
    #expect(abs(inference.seconds - 126.424) < 1e-3)
    let training = TimingEstimate(b0, batch: 4096, isTraining: true, gigaflops: 100)
    #expect(abs(training.runSeconds - 94.818) < 2e-3)
    // What is short is not estimated at all.
    #expect(
        try TimingEstimate(b0, batch: 1, isTraining: false, instructionSet: .portable, threads: 1) == nil)
}

@Test func aRefusalNamesWhatIsNeededAndWhatThereIs() throws {
    let memory = AvailableMemory([
        .init(.machine, bytes: 8 << 30, used: 0), .init(.controlGroup, bytes: 3 << 30, used: 1 << 30),
    ])
    try BenchmarkError.check(2 << 30, against: memory)
    let error = #expect(throws: BenchmarkError.self) {
        try BenchmarkError.check(5 << 30, against: memory)
    }
    #expect(
        error?.description == "running it takes 5120 MiB of memory and this control group leaves 2048 MiB; "
            + "choose a smaller network or batch.")
}

@Test func imagesAndLogitsCountAsMemory() throws {
    let b0 = try Network(PublishedNetworks.architecture(named: "efficientnet-b0"))
    let benchmark = try LatencyBenchmark(instructionSet: .detected, threads: 1, batch: 64, secondsCap: 1)
    let plan = try ExecutionPlan(b0, batch: 64, threads: 1, instructionSet: .detected)

    // 64 images of 224 × 224 × 3 and as many times 1000 logits, of four bytes.
    #expect(try benchmark.memoryBytes(of: b0) == plan.bytes + 38_791_168)
}
