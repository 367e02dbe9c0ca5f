// A search that chooses its runs itself, as jobs: proposals of the sampler, until the log has answered well enough.

import Networks

/// Runs of training, each under one schedule from random weights, chosen one after the other by `AdaptiveSampler`.
package struct AdaptiveSearch: JobSource {
    package let trials: [Trial]
    package let rungEpochs: [Int]
    /// When it ends.
    package let rule: StopRule
    /// What a fit of its log is asked.
    package let options: ScalingFit.Options
    private let sampler: AdaptiveSampler
    private let imagesPerEpoch: Double
    private let measuringSeconds: Double
    private let places: [String: Int]

    /// How many jobs are offered at once to processes that work side by side.
    private static let batch = 4

    /// A search among trials of which those of the dearest cost level can be the answer.
    ///
    /// - Parameters:
    ///   - baseline: the network whose multiples the trials are.
    ///   - imagesPerEpoch: the images of an epoch.
    ///   - validationImages: the images that a run is judged on.
    ///   - measuringSeconds: seconds that measuring a trial takes at most; they count as spent for each that was trained.
    ///   - options: the budget and the tolerance of the answer; its length is the longest.
    ///   - costRatios: what the budget counts over the baseline's, by network hash, where that is not macs.
    package init(
        _ trials: [Trial], plan: AccuracyPlan, rule: StopRule, baseline: Network, imagesPerEpoch: Double,
        validationImages: Double, measuringSeconds: Double, options: ScalingFit.Options,
        costRatios: [String: Double] = [:]
    ) {
        self.trials = trials
        rungEpochs = plan.runEpochs
        self.rule = rule
        self.imagesPerEpoch = imagesPerEpoch
        self.measuringSeconds = measuringSeconds
        var options = options
        options.images = Double(rungEpochs[rungEpochs.count - 1]) * imagesPerEpoch
        options.regret = rule.regret ?? options.regret
        self.options = options
        places = Dictionary(trials.enumerated().map { ($1.networkHash, $0) }) { first, _ in first }
        let dearest = trials.map(\.candidate.level).max() ?? 0
        sampler = AdaptiveSampler(
            candidates: trials.map { trial in
                let network = trial.candidate.network
                return BudgetNetwork(
                    hash: trial.networkHash, scale: network.dimensions.scale(relativeTo: baseline.dimensions),
                    macsRatio: network.macsRatio(to: baseline), costRatio: costRatios[trial.networkHash],
                    isEligible: trial.candidate.level == dearest)
            }, lengths: rungEpochs.map { Double($0) * imagesPerEpoch }, validationImages: validationImages)
    }

    /// The next few runs, each as if the ones before it were under way; none once the log has answered.
    package func open(after log: [FinishedRung]) -> [TrainingJob] { open(after: log, most: Self.batch) }

    private func open(after log: [FinishedRung], most: Int) -> [TrainingJob] {
        if condition(metBy: log) != nil { return [] }
        var known = known(log)
        var jobs: [TrainingJob] = []
        while jobs.count < most, let proposal = try? sampler.next(after: known) {
            let job = job(proposal)
            if jobs.isEmpty, exceedsTime(job, log) { return [] }
            jobs.append(job)
            known.append(.init(proposal, .underWay))
        }
        return jobs
    }

    package func remaining(after log: [FinishedRung]) -> (jobs: Int, work: Double) {
        guard let next = open(after: log, most: 1).first else { return (0, 0) }
        var jobs = max(1, (rule.runs ?? 100) - log.count)
        if let seconds = rule.seconds, let rate = secondsPerWork(log) {
            jobs = min(jobs, max(1, Int((seconds - spent(log)) / (rate * work(next) + measuringSeconds))))
        }
        return (jobs, Double(jobs) * next.work)
    }

    package func learnt(from log: [FinishedRung]) -> ScalingFit? {
        let runs = known(log).compactMap(\.run)
        let trained = Set(runs.map(\.network))
        let others = sampler.candidates.filter { $0.isEligible && !trained.contains($0.hash) }
            .map { network in
                var other = network
                other.isEligible = false
                return other
            }
        return try? ScalingFit(runs, others: others, options: options)
    }

    package func ending(after log: [FinishedRung]) -> StopRule.Ending? {
        if let met = condition(metBy: log) { return met }
        guard open(after: log, most: 1).isEmpty else { return nil }
        return (try? sampler.next(after: known(log))) == nil ? .exhausted : .seconds(spent(log))
    }

    private func condition(metBy log: [FinishedRung]) -> StopRule.Ending? {
        if let runs = rule.runs, log.count >= runs { return .runs(log.count) }
        if let seconds = rule.seconds, spent(log) >= seconds { return .seconds(spent(log)) }
        guard let regret = rule.regret, log.count >= AdaptiveSampler.firstRuns,
            let recommended = learnt(from: log)?.recommended, recommended.regret <= regret
        else { return nil }
        return .regret(recommended.regret)
    }

    /// Whether the time would be over before a job is, going by the jobs that are.
    private func exceedsTime(_ job: TrainingJob, _ log: [FinishedRung]) -> Bool {
        guard let seconds = rule.seconds, let rate = secondsPerWork(log) else { return false }
        return spent(log) + rate * work(job) + measuringSeconds > seconds
    }

    /// Seconds of training and measuring.
    private func spent(_ log: [FinishedRung]) -> Double {
        log.reduce(0) { $0 + $1.seconds } + measuringSeconds * Double(Set(log.map(\.networkHash)).count)
    }

    private func secondsPerWork(_ log: [FinishedRung]) -> Double? {
        let finished = log.filter { $0.result != nil }
        let work = finished.reduce(0) { $0 + self.work($1.networkHash, epochs: $1.rung.epochs) }
        return work > 0 ? finished.reduce(0) { $0 + $1.seconds } / work : nil
    }

    private func work(_ job: TrainingJob) -> Double { work(job.trial.networkHash, epochs: job.rung.epochs) }

    private func work(_ networkHash: String, epochs: Int) -> Double {
        guard let place = places[networkHash], let length = rungEpochs.firstIndex(of: epochs) else {
            return 0
        }
        return sampler.cost(ofCandidate: place, length: length)
    }

    private func known(_ log: [FinishedRung]) -> [AdaptiveSampler.Known] {
        log.compactMap { finished in
            guard let place = places[finished.networkHash],
                let length = rungEpochs.firstIndex(of: finished.rung.epochs)
            else { return nil }
            let proposal = AdaptiveSampler.Proposal(
                candidate: place, length: length, seed: finished.rung.seed)
            guard let result = finished.result else { return .init(proposal, .failed) }
            let network = sampler.candidates[place]
            return .init(
                proposal,
                .finished(
                    TrainedRun(
                        network: network.hash, scale: network.scale, macsRatio: network.macsRatio,
                        costRatio: network.costRatio, images: Double(finished.rung.epochs) * imagesPerEpoch,
                        error: 1 - result.accuracy)))
        }
    }

    private func job(_ proposal: AdaptiveSampler.Proposal) -> TrainingJob {
        let epochs = rungEpochs[proposal.length]
        return TrainingJob(
            trial: trials[proposal.candidate],
            rung: TrainingRung(
                phase: .pretraining, index: 0, seed: proposal.seed, startEpochs: 0, epochs: epochs,
                isFinal: proposal.length == rungEpochs.count - 1),
            resumeFrom: nil)
    }
}

extension FinishedRung {
    /// Seconds that it took, however it ended.
    fileprivate var seconds: Double {
        switch outcome {
        case .complete(let result): result.seconds
        case .failed(_, let seconds): seconds
        }
    }
}
