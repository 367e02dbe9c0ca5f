// Where the time of an exported network goes: the times of its layers, and what the machine can do at best.

import Foundation
import GRDB
import Measurements

/// The time of one layer within a network.
package struct LayerTime: Hashable, Sendable {
    /// The layer's name.
    package var layer: String
    /// Median in milliseconds.
    package var milliseconds: Double
    /// Fastest sample in milliseconds.
    package var minimum: Double
    /// Multiply–accumulates of the layer.
    package var macs: Int

    /// A layer's time.
    package init(layer: String, milliseconds: Double, minimum: Double, macs: Int) {
        self.layer = layer
        self.milliseconds = milliseconds
        self.minimum = minimum
        self.macs = macs
    }
}

/// What a machine can do at best with a working set of one size.
package struct Ceiling: Hashable, Sendable {
    /// Bytes that are worked on.
    package var workingSetBytes: Int
    /// Arithmetic, in 10⁹ floating-point operations per second.
    package var gflops: Double
    /// Memory, in 10⁹ bytes per second.
    package var gigabytesPerSecond: Double

    /// A ceiling.
    package init(workingSetBytes: Int, gflops: Double, gigabytesPerSecond: Double) {
        self.workingSetBytes = workingSetBytes
        self.gflops = gflops
        self.gigabytesPerSecond = gigabytesPerSecond
    }
}

extension TrialStore {
    /// Records the layers of a network in the order of execution, in one transaction, and returns whether they
    /// were new; times that are known under these conditions stay.
    @discardableResult
    package func record(
        layerTimes: [LayerTime], networkHash: String, conditions: Conditions
    ) throws(StoreError) -> Bool {
        try write { db in
            let set = try db.register(conditions)
            guard try db.layerTimes(of: networkHash, in: set).isEmpty else { return false }
            for (position, time) in layerTimes.enumerated() {
                try LayerTimeRow(
                    networkHash: networkHash, measurementSet: set, position: position, layer: time.layer,
                    timeMs: time.milliseconds, timeMsMin: time.minimum, macs: time.macs
                ).insert(db)
            }
            return !layerTimes.isEmpty
        }
    }

    /// The times of a network's layers under these conditions, in the order of execution; none where unknown.
    package func layerTimes(
        networkHash: String, conditions: Conditions
    ) throws(StoreError) -> [LayerTime] {
        try read { db in
            guard let set = try db.id(of: MeasurementSetRow(conditions)) else { return [] }
            return try db.layerTimes(of: networkHash, in: set).map {
                LayerTime(layer: $0.layer, milliseconds: $0.timeMs, minimum: $0.timeMsMin, macs: $0.macs)
            }
        }
    }

    /// Records ceilings in one transaction; one that is known for its working set stays.
    package func record(ceilings: [Ceiling], conditions: Conditions) throws(StoreError) {
        try write { db in
            let set = try db.register(conditions)
            for ceiling in ceilings {
                try CeilingRow(
                    measurementSet: set, workingSetBytes: ceiling.workingSetBytes, gflops: ceiling.gflops,
                    gigabytesPerSecond: ceiling.gigabytesPerSecond
                ).add(to: db)
            }
        }
    }

    /// The ceilings under these conditions, the smallest working set first.
    package func ceilings(conditions: Conditions) throws(StoreError) -> [Ceiling] {
        try read { db in
            guard let set = try db.id(of: MeasurementSetRow(conditions)) else { return [] }
            return try CeilingRow.fetchAll(
                db, sql: "SELECT * FROM ceiling WHERE measurement_set = ? ORDER BY working_set_bytes",
                arguments: [set]
            ).map {
                Ceiling(
                    workingSetBytes: $0.workingSetBytes, gflops: $0.gflops,
                    gigabytesPerSecond: $0.gigabytesPerSecond)
            }
        }
    }
}

extension Database {
    fileprivate func layerTimes(of networkHash: String, in set: Int) throws -> [LayerTimeRow] {
        try LayerTimeRow.fetchAll(
            self,
            sql: """
                SELECT * FROM layer_time WHERE network_hash = ? AND measurement_set = ? ORDER BY position
                """, arguments: [networkHash, set])
    }
}
