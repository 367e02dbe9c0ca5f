// The memory that training takes, as `show --mode train` prints it: planned exactly, before any is taken.

import Descriptions
import Networks
import ProxyTraining
import Recipes
import Rendering

/// Bytes of a training step by what they hold.
struct TrainingMemoryReport {
    let network: Network
    let batch: Int
    let optimiser: OptimiserName
    let plan: TrainingPlan

    private var parameterBytes: Int { plan.parameterBytes(optimiserCopies: Optimiser.Rule(optimiser).copies) }

    /// One flat object.
    var markup: Markup {
        .block([
            ("network", .text(network.architecture.name)),
            ("resolution", .whole(network.dimensions.resolution)), ("batch", .whole(batch)),
            ("optimizer", .text(optimiser.rawValue)), ("activation_bytes", .whole(plan.arenaBytes)),
            ("parameter_bytes", .whole(parameterBytes)),
            ("memory_bytes", .whole(plan.arenaBytes + parameterBytes)),
        ])
    }

    /// A table.
    var text: String {
        var table = TextTable(["memory of training", ""])
        table.append(["activations, their gradients, scratch", plan.arenaBytes.bytes])
        table.append(["parameters, gradients, \(optimiser.rawValue)'s state", parameterBytes.bytes])
        table.append(["together", (plan.arenaBytes + parameterBytes).bytes])
        return "\(network.architecture.name) at \(network.dimensions.resolution) pixels, batch \(batch)\n\n"
            + table.rendered
    }
}
