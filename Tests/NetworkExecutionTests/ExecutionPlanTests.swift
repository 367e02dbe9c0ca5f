// Memory planned without weights is the memory that compiling takes.

import ConvolutionKernels
import NetworkExecution
import Networks
import Testing

struct ExecutionPlanTests {
    @Test(arguments: ["efficientnet-b0", "resnet-18", "se-resnet-50", "mobilenet-v2"], [1, 3])
    func aPlanIsWhatCompilingTakes(name: String, batch: Int) throws {
        var architecture = try PublishedNetworks.architecture(named: name)
        architecture.scaling.resolution = 64
        let network = try Network(architecture)
        for set in InstructionSet.allCases where set.isSupported {
            let plan = try ExecutionPlan(network, batch: batch, threads: 2, instructionSet: set)
            let compiled = try CompiledNetwork(
                network, weightSource: .random(for: network, seed: 1), batch: batch,
                pool: ThreadPool(count: 2), instructionSet: set)
            #expect(plan.arenaBytes == compiled.arenaBytes)
            #expect(plan.weightBytes == compiled.weightBytes)
        }
    }

    @Test func weightsDrawnLayerByLayerAreThoseDrawnAtOnce() throws {
        var architecture = try PublishedNetworks.architecture(named: "efficientnet-b0")
        architecture.scaling.resolution = 32
        let network = try Network(architecture)
        var images = Tensor(batch: 1, height: 32, width: 32, channels: 3)
        for index in images.values.indices { images.values[index] = Float(index % 7) / 7 }
        let whole = try CompiledNetwork(network, weights: .random(for: network, seed: 3)).run(images)
        let byLayer = try CompiledNetwork(network, weightSource: .random(for: network, seed: 3)).run(images)
        #expect(whole.values == byLayer.values)
    }
}
