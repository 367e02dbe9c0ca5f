// Who times the candidates of a search, by what its space says, and which of them its latency allows.

import CandidateBenchmark
import ConvolutionKernels
import Measurements
import ResultStore
import Studies

/// Makes what evaluates candidates.
struct CandidateTiming {
    private let plan: MeasurementPlan
    private let instructionSet: InstructionSet

    /// By a plan, for an instruction set.
    init(_ plan: MeasurementPlan, _ instructionSet: InstructionSet) {
        self.plan = plan
        self.instructionSet = instructionSet
    }

    /// What the plan asks for.
    func evaluator() throws -> any CandidateEvaluator {
        switch plan.latency {
        case .none: UntimedEvaluator(plan, machine: .current, build: buildKind, toolVersion: toolVersion)
        case .predicted: try predictor()
        case .measured: TimedEvaluator(try benchmark(), build: buildKind, toolVersion: toolVersion)
        }
    }

    /// What sums the times of blocks.
    func predictor() throws -> PredictingEvaluator {
        PredictingEvaluator(try benchmark(), build: buildKind, toolVersion: toolVersion)
    }

    /// The draw with the networks of the budget's latency, where it has one, having said how many those are; nil where somebody
    /// asked to stop.
    func settled(
        _ draw: CandidateDraw, _ store: TrialStore, shouldStop: () -> Bool
    ) throws -> CandidateDraw? {
        guard draw.space.budget.latency != nil else { return draw }
        let predictor = try predictor()
        let latency = try SettledLatency(
            draw, predictor, store: store, observer: StudyPrinter(draw.space), shouldStop: shouldStop
        ) { network in
            plan.latency == .measured ? try benchmark().measure(network).latency.ratio : nil
        }
        guard let latency else { return nil }
        let narrowed = draw.narrowed(to: latency)
        Output.note(narrowed.latencyLine(anchorMilliseconds: predictor.anchorMilliseconds))
        return narrowed
    }

    private func benchmark() throws -> LatencyBenchmark {
        try LatencyBenchmark(
            instructionSet: instructionSet, threads: plan.threads, batch: plan.batch,
            secondsCap: plan.secondsCap)
    }
}
