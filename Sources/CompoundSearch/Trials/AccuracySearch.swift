// Which rung of which candidate is trained next, as a function of what is finished: no clock, no files, no state.
// Resuming a search is therefore nothing but asking again with the log.

/// Two phases of training with successive halving in between (Jamieson & Talwalkar 2016).
///
/// All candidates are pre-trained equally. From each rung the most accurate go on, of equals those that come
/// first, and each cost level has places of its own: a larger network is more accurate for its size alone,
/// which says nothing about how it was scaled. Halving is decided on seed 1, or on the mean over the seeds of
/// pre-training; the finalists are then trained from the other seeds too. A candidate of which a rung failed
/// does not go on.
package struct AccuracySearch {
    /// The candidates, in order.
    package let trials: [Trial]
    /// Epochs behind a candidate after each rung.
    package let rungEpochs: [Int]
    private let plan: AccuracyPlan
    private let sizes: [Int: Int]

    /// A search among trials that all can be trained.
    package init(_ trials: [Trial], plan: AccuracyPlan) {
        self.trials = trials
        self.plan = plan
        sizes = Dictionary(grouping: trials, by: \.candidate.level).mapValues(\.count)
        rungEpochs = plan.rungEpochs(most: sizes.values.max() ?? 0)
    }

    /// The jobs that may be done now, in any order and by anybody: what comes after them depends on them all.
    package func open(after log: [FinishedRung]) -> [TrainingJob] {
        stage(after: TrainingLog(log))?.jobs ?? []
    }

    /// The candidates that are trained to the end, once that is settled.
    package func finalists(after log: [FinishedRung]) -> [Trial] {
        let log = TrainingLog(log)
        return rungEpochs.indices.dropFirst().reduce(trials) { promoted($0, to: $1, log) }
    }

    /// How many jobs there still are, and their work: epochs times the macs of the candidate.
    ///
    /// Who will be promoted is not known yet; free places are counted at the mean macs of their level.
    package func remaining(after log: [FinishedRung]) -> (jobs: Int, work: Double) {
        guard let (current, jobs) = stage(after: TrainingLog(log)) else { return (0, 0) }
        var remaining = (jobs: jobs.count, work: jobs.reduce(0) { $0 + $1.work })
        let last = rungEpochs.count - 1
        for (level, size) in sizes {
            let macs = trials.filter { $0.candidate.level == level }.reduce(0.0) { $0 + $1.macs }
            func add(_ jobs: Int, epochs: Int) {
                guard epochs > 0 else { return }
                remaining.jobs += jobs
                remaining.work += Double(jobs * epochs) * macs / Double(size)
            }
            for rung in rungEpochs.indices.dropFirst() where rung > current {
                add(
                    plan.survivors(of: size, rung: rung, last: last),
                    epochs: rungEpochs[rung] - rungEpochs[rung - 1])
            }
            let finalists = plan.survivors(of: size, rung: last, last: last)
            if current <= last {
                add(finalists * max(0, plan.seeds - plan.pretrainingSeeds), epochs: rungEpochs[0])
            }
            if current <= last + 1 {
                add(finalists * (plan.seeds - 1), epochs: rungEpochs[last] - rungEpochs[0])
            }
        }
        return remaining
    }

    /// What is trained at present: a rung, then the other seeds of the finalists, first through pre-training
    /// (one past the last rung), then to the end (two past it).
    private func stage(after log: TrainingLog) -> (number: Int, jobs: [TrainingJob])? {
        var contenders = trials
        for rung in rungEpochs.indices {
            if rung > 0 { contenders = promoted(contenders, to: rung, log) }
            let seeds = rung == 0 ? 1...plan.pretrainingSeeds : 1...1
            let jobs = open(contenders, rung: rung, seeds: seeds, log)
            if !jobs.isEmpty { return (rung, jobs) }
        }
        guard plan.seeds > 1 else { return nil }
        let last = rungEpochs.count - 1
        for (number, rung) in [(last + 1, 0), (last + 2, last)] {
            let jobs = open(contenders, rung: rung, seeds: 2...plan.seeds, log)
            if !jobs.isEmpty { return (number, jobs) }
        }
        return nil
    }

    private func open(
        _ contenders: [Trial], rung: Int, seeds: ClosedRange<Int>, _ log: TrainingLog
    ) -> [TrainingJob] {
        seeds.flatMap { seed in contenders.compactMap { job($0, rung, seed, log) } }
    }

    /// The most accurate of each level, in the order of trials.
    private func promoted(_ contenders: [Trial], to rung: Int, _ log: TrainingLog) -> [Trial] {
        let epochs = rungEpochs[rung - 1]
        let seeds = rung == 1 ? plan.pretrainingSeeds : 1
        var places = sizes.mapValues { plan.survivors(of: $0, rung: rung, last: rungEpochs.count - 1) }
        let ranked = contenders.indices.compactMap { index in
            log.accuracy(of: contenders[index], epochs: epochs, seeds: seeds).map { (index, $0) }
        }.sorted { ($0.1, $1.0) > ($1.1, $0.0) }
        var promoted: Set<Int> = []
        for (index, _) in ranked where places[contenders[index].candidate.level, default: 0] > 0 {
            places[contenders[index].candidate.level, default: 0] -= 1
            promoted.insert(index)
        }
        return contenders.indices.filter(promoted.contains).map { contenders[$0] }
    }

    /// The job that brings a candidate to the end of a rung, unless that is done or has failed.
    private func job(_ trial: Trial, _ rung: Int, _ seed: Int, _ log: TrainingLog) -> TrainingJob? {
        let epochs = rungEpochs[rung]
        guard !log.isOver(trial, seed: seed, epochs: epochs) else { return nil }
        let start = log.weights(of: trial, seed: seed, below: epochs)
        return TrainingJob(
            trial: trial,
            rung: TrainingRung(
                phase: rung == 0 ? .pretraining : .fineTuning, index: rung, seed: seed,
                startEpochs: start?.epochs ?? 0, epochs: epochs, isFinal: rung == rungEpochs.count - 1),
            resumeFrom: start?.file)
    }
}

extension Trial {
    fileprivate var macs: Double { Double(candidate.network.cost.macs.value) }
}

extension TrainingJob {
    /// Its epochs times the macs of its candidate, by which times are foretold.
    package var work: Double { Double(rung.epochs - rung.startEpochs) * trial.macs }
}

/// Finished rungs by candidate and seed.
private struct TrainingLog {
    private struct Run: Hashable {
        let networkHash: String
        let seed: Int
    }

    private let runs: [Run: [FinishedRung]]

    init(_ log: [FinishedRung]) {
        runs = Dictionary(grouping: log) { Run(networkHash: $0.networkHash, seed: $0.rung.seed) }
    }

    private func rungs(of trial: Trial, _ seed: Int) -> [FinishedRung] {
        runs[Run(networkHash: trial.networkHash, seed: seed)] ?? []
    }

    /// Whether a rung need not be tried: it is complete, or this one or an earlier one failed.
    func isOver(_ trial: Trial, seed: Int, epochs: Int) -> Bool {
        rungs(of: trial, seed).contains {
            $0.rung.epochs == epochs || $0.result == nil && $0.rung.epochs < epochs
        }
    }

    /// The mean over the first seeds, or nil where one of them is missing or failed.
    func accuracy(of trial: Trial, epochs: Int, seeds: Int) -> Double? {
        var sum = 0.0
        for seed in 1...seeds {
            let finished = rungs(of: trial, seed).compactMap { $0.rung.epochs == epochs ? $0.result : nil }
            guard let result = finished.first else { return nil }
            sum += result.accuracy
        }
        return sum / Double(seeds)
    }

    /// The furthest weights that were kept of fewer epochs.
    func weights(of trial: Trial, seed: Int, below epochs: Int) -> (file: String, epochs: Int)? {
        rungs(of: trial, seed).filter { $0.rung.epochs < epochs }.compactMap { finished in
            finished.result?.weightsFile.map { (file: $0, epochs: finished.rung.epochs) }
        }.max { $0.epochs < $1.epochs }
    }
}
