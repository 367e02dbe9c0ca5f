// A study in the store: registered once, with its baseline and budget, and with what was counted when it was drawn.

import CompoundSearch
import Foundation
import GRDB

/// What is registered of a study before its first trial.
package struct StudyRegistration: Hashable, Sendable {
    /// The hash of space, strategy and seed.
    package var id: String
    /// The name that its space gives it.
    package var name: String
    /// How points are drawn.
    package var strategy: Strategy
    /// The seed of random points.
    package var seed: UInt64
    /// The space's text.
    package var text: String
    /// The network that is scaled, as YAML; nil where it is not known.
    package var baseline: String?
    /// The cost levels of the budget, in macs, the cheapest first.
    package var levels: [Bounds.Level]
    /// How far a cost may lie from its level, as a share of it.
    package var tolerance: Double?
    /// The highest latency of a feasible trial in milliseconds, or nil.
    package var latencyBound: Double?
    /// What latency its budget means on the machine that searches, or nil where it means none.
    package var latencyBand: LatencyBand?
    /// The tool's version.
    package var toolVersion: String

    /// A study to register.
    package init(
        id: String, name: String, strategy: Strategy, seed: UInt64, text: String, baseline: String? = nil,
        levels: [Bounds.Level] = [], tolerance: Double? = nil, latencyBound: Double? = nil,
        latencyBand: LatencyBand? = nil, toolVersion: String
    ) {
        self.id = id
        self.name = name
        self.strategy = strategy
        self.seed = seed
        self.text = text
        self.baseline = baseline
        self.levels = levels
        self.tolerance = tolerance
        self.latencyBound = latencyBound
        self.latencyBand = latencyBand
        self.toolVersion = toolVersion
    }
}

/// How many points and networks of a study passed which gate.
package struct FunnelCounts: Hashable, Sendable {
    /// Points drawn.
    package var points = 0
    /// Distinct networks among them.
    package var networks = 0
    /// Distinct networks within the budget.
    package var withinBudget = 0
    /// Points of which no network could be built.
    package var unbuildable = 0
    /// Networks within the budget that cannot be trained as the space says.
    package var untrainable = 0
    /// Networks below the lowest cost level, or between two.
    package var belowMacs = 0
    /// Networks above the highest cost level.
    package var aboveMacs = 0
    /// Networks removed by the bound on parameters.
    package var aboveParameters = 0
    /// Networks removed by the bound on activations.
    package var aboveActivations = 0
    /// Networks removed by the bound on memory.
    package var abovePeakMemory = 0
    /// Networks faster than the budget's latency, by the times of their blocks.
    package var belowLatency = 0
    /// Networks slower than it.
    package var aboveLatency = 0
    /// The most trials that were asked for; nil for all, or where an older version drew.
    package var askedTrials: Int?

    /// Nothing drawn yet.
    package init() {}
}

extension TrialStore {
    /// Registers a study where it is not known yet, and returns whether it was new.
    ///
    /// A known study stays as it is; only the baseline, the tolerance, the bound and the levels of one that an
    /// older version registered are added, once.
    @discardableResult
    package func register(study: StudyRegistration, now: Date = Date()) throws(StoreError) -> Bool {
        try write { db in
            let isNew = try StudyRow(study, at: now).add(to: db)
            if !isNew, let baseline = study.baseline {
                try db.execute(
                    sql: """
                        UPDATE study SET baseline = ?, tolerance = ?, latency_bound_ms = ?
                        WHERE id = ? AND baseline IS NULL
                        """, arguments: [baseline, study.tolerance, study.latencyBound, study.id])
            }
            for (index, level) in study.levels.enumerated() {
                try CostLevelRow(
                    study: study.id, level: index + 1, targetMacs: level.target, lowestMacs: level.lowest,
                    highestMacs: level.highest
                ).add(to: db)
            }
            return isNew
        }
    }

    /// Registers a study of which no more than its space is known, and returns its identifier.
    @discardableResult
    package func register(
        _ space: SearchSpace, strategy: Strategy, seed: UInt64, text: String, toolVersion: String,
        now: Date = Date()
    ) throws(StoreError) -> String {
        let identifier = space.studyIdentifier(strategy: strategy, seed: seed)
        try register(
            study: StudyRegistration(
                id: identifier, name: space.name, strategy: strategy, seed: seed, text: text,
                latencyBound: nil, toolVersion: toolVersion), now: now)
        return identifier
    }

    /// Records what was counted when a study was drawn, unless its last draw counted the same.
    @discardableResult
    package func record(
        funnel counts: FunnelCounts, study: String, toolVersion: String, now: Date = Date()
    ) throws(StoreError) -> Bool {
        try write { db in
            try checkStudy(study, in: db)
            let row = FunnelRow(counts, study: study, toolVersion: toolVersion, drawnAt: now.stored)
            let last = try FunnelRow.fetchOne(
                db, sql: "SELECT * FROM funnel WHERE study = ? ORDER BY id DESC", arguments: [study])
            guard last?.counts != counts else { return false }
            try row.insert(db)
            return true
        }
    }

    /// The counts of a study's draws, the first one first.
    package func funnels(study: String) throws(StoreError) -> [FunnelCounts] {
        try read { db in
            try FunnelRow.fetchAll(
                db, sql: "SELECT * FROM funnel WHERE study = ? ORDER BY id", arguments: [study]
            ).map(\.counts)
        }
    }

    /// What latency the budget of a study means, as it was settled when the study was registered; nil where it means none, or the
    /// study is not known.
    package func latencyBand(study: String) throws(StoreError) -> LatencyBand? {
        try read { db in
            let sql = "SELECT * FROM study WHERE id = ?"
            return try Row.fetchOne(db, sql: sql, arguments: [study]).flatMap(LatencyBand.init(study:))
        }
    }

    /// Throws unless the study is registered.
    func checkStudy(_ study: String, in db: Database) throws {
        let sql = "SELECT 1 FROM study WHERE id = ?"
        if try Bool.fetchOne(db, sql: sql, arguments: [study]) == nil {
            throw StoreError.noSuchStudy(file: file, id: study)
        }
    }
}

extension LatencyBand {
    /// The band in a row that has a study's columns, if it has one.
    init?(study row: Row) throws {
        guard let target: Double = try row.optional("latency_target_ratio"),
            let baseline: Double = try row.optional("latency_baseline_ratio"),
            let tolerance: Double = try row.optional("tolerance")
        else { return nil }
        self.init(target: target, baseline: baseline, tolerance: tolerance)
    }
}

extension StudyRow {
    fileprivate init(_ study: StudyRegistration, at time: Date) {
        self.init(
            id: study.id, name: study.name, strategy: study.strategy.rawValue,
            seed: StoredSeed(seed: study.seed), space: study.text, toolVersion: study.toolVersion,
            createdAt: time.stored, baseline: study.baseline, tolerance: study.tolerance,
            latencyBoundMs: study.latencyBound, latencyTargetRatio: study.latencyBand?.target,
            latencyBaselineRatio: study.latencyBand?.baseline)
    }
}

extension FunnelRow {
    fileprivate init(_ counts: FunnelCounts, study: String, toolVersion: String, drawnAt: String) {
        self.init(
            study: study, points: counts.points, networks: counts.networks,
            withinBudget: counts.withinBudget, unbuildable: counts.unbuildable,
            untrainable: counts.untrainable, belowMacs: counts.belowMacs, aboveMacs: counts.aboveMacs,
            aboveParameters: counts.aboveParameters, aboveActivations: counts.aboveActivations,
            abovePeakMemory: counts.abovePeakMemory, belowLatency: counts.belowLatency,
            aboveLatency: counts.aboveLatency, askedTrials: counts.askedTrials, drawnAt: drawnAt,
            toolVersion: toolVersion)
    }

    fileprivate var counts: FunnelCounts {
        var counts = FunnelCounts()
        counts.points = points
        counts.networks = networks
        counts.withinBudget = withinBudget
        counts.unbuildable = unbuildable
        counts.untrainable = untrainable
        counts.belowMacs = belowMacs
        counts.aboveMacs = aboveMacs
        counts.aboveParameters = aboveParameters
        counts.aboveActivations = aboveActivations
        counts.abovePeakMemory = abovePeakMemory
        counts.belowLatency = belowLatency ?? 0
        counts.aboveLatency = aboveLatency ?? 0
        counts.askedTrials = askedTrials
        return counts
    }
}
