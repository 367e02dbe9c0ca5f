// The memory that an inference takes, as `show` prints it: planned exactly, before any is taken.

import Descriptions
import NetworkExecution
import Rendering

/// Bytes of an inference by what they hold.
struct InferenceMemory {
    let plan: ExecutionPlan
    let batch: Int
    let threads: Int

    /// Keys as those of training's memory.
    var members: [(key: String, value: Markup)] {
        [
            ("batch", .whole(batch)), ("threads", .whole(threads)),
            ("activation_bytes", .whole(plan.arenaBytes)),
            ("packed_weight_bytes", .whole(plan.weightBytes)), ("memory_bytes", .whole(plan.bytes)),
        ]
    }

    /// A table.
    var text: String {
        let images = batch == 1 ? "1 image" : "\(batch) images"
        let crew = threads == 1 ? "1 thread" : "\(threads) threads"
        var table = TextTable(["memory of \(images) on \(crew)", ""])
        table.append(["activations and scratch", plan.arenaBytes.bytes])
        table.append(["packed weights", plan.weightBytes.bytes])
        table.append(["together", plan.bytes.bytes])
        return table.rendered
    }
}
