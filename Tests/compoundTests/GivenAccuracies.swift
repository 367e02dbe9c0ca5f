// Accuracies of trials as if somebody had trained them.

import CompoundSearch
import Foundation
import Measurements
import ResultStore

/// What a trial was trained to: the mean of its seeds, after pre-training of two epochs, or after more.
struct GivenAccuracy {
    var accuracy: Double
    var deviation: Double?
    var seeds = 1
    var epochs = 2
    var pretrained: Double?
}

/// Records these accuracies, by trial, as rungs of one training.
func giveAccuracies(_ accuracies: [Int: GivenAccuracy], to path: String) throws {
    let store = try TrialStore(path: path, access: .readWrite)
    let key = TrainingKey(
        hash: "given", trainer: "given", recipe: "{pretrain_epochs: 2, pretrain_images: none, images: none}")
    let machine = Machine(processor: "Z80", cores: 1, memoryBytes: 65_536, system: "CP/M 2.2")
    for (id, given) in accuracies.sorted(by: { $0.key < $1.key }) {
        let trial = try store.trial(id: id)
        func record(_ accuracy: Double, seed: Int, from start: Int, to epochs: Int) throws {
            let rung = TrainingRung(
                phase: epochs > 2 ? .fineTuning : .pretraining, index: epochs > 2 ? 1 : 0, seed: seed,
                startEpochs: start, epochs: epochs, isFinal: epochs == given.epochs)
            try store.record(
                FinishedRung(
                    networkHash: trial.networkHash, rung: rung,
                    outcome: .complete(RungResult(accuracy: accuracy, seconds: 1))),
                study: trial.study.id, training: key, machine: machine, toolVersion: "1.0.0")
        }
        for seed in 1...given.seeds {
            let offset = (Double(seed) - Double(given.seeds + 1) / 2) * (given.deviation ?? 0)
            if given.epochs > 2 {
                try record(given.pretrained ?? given.accuracy, seed: seed, from: 0, to: 2)
                try record(given.accuracy + offset, seed: seed, from: 2, to: given.epochs)
            } else {
                try record(given.accuracy + offset, seed: seed, from: 0, to: 2)
            }
        }
    }
}
