// What a search leaves of its answer: the network as a file that every command takes, its weights, and the law behind the choice.

import Basics
import CompoundSearch
import Descriptions
import Foundation
import ModelExchange
import Networks
import Rendering
import ResultStore
import Studies

/// A file that was written, and what it holds.
struct AnswerFile {
    let path: String
    let meaning: String

    /// Writes a trial's network to a file and, beside it, its weights and the fit, where there are such.
    ///
    /// `results/best.yaml` has its weights in `results/best.safetensors` and the fit in `results/fit.yaml`.
    static func write(
        _ trial: TrialRecord, _ document: ScalingLawDocument?, to output: String, _ store: TrialStore
    ) throws -> [AnswerFile] {
        var export = try trial.export(trial.measurements.first)
        export.input = trial.contract(in: store)
        try Output.write(output.hasSuffix(".json") ? export.json : export.yaml, to: output)
        var files = [AnswerFile(path: output, meaning: "the network, which every command takes")]
        let name = URL(fileURLWithPath: output).deletingPathExtension().lastPathComponent
        let weights = output.folderOfPath.path(of: "\(name).safetensors")
        if let kept = trial.keptWeights(in: store) {
            try copy(kept, to: weights, for: export.network)
            files.append(AnswerFile(path: weights, meaning: "its weights"))
        }
        if let document {
            let law = output.folderOfPath.path(of: "fit.yaml")
            try Output.write(document.yaml, to: law)
            files.append(AnswerFile(path: law, meaning: "the scaling law, for scale and export --from-fit"))
        }
        return files
    }

    /// With timm's names where timm has the network; the files of a training program of one's own are taken as they are.
    private static func copy(_ kept: String, to path: String, for network: Network) throws {
        if let file = try? WeightsFile(contentsOf: kept), let values = try? file.read(for: network).0 {
            try values.exchangeTensors(for: network, contract: file.contract).0.write(to: path)
        } else {
            try Output.write(Data(contentsOf: URL(fileURLWithPath: kept)), to: path)
        }
    }

    /// The files in a table, with the store.
    static func list(_ files: [AnswerFile], store: String) -> String {
        var table = TextTable(["file", ""])
        for file in files { table.append([file.path, file.meaning]) }
        table.append([store, "all trials, for query, fit, compare and the same search again"])
        return table.rendered
    }
}

extension TrialRecord {
    /// The file of the weights after the longest of its runs, of equals the most accurate; nil where none is left.
    func keptWeights(in store: TrialStore) -> String? {
        let kept = rungs.compactMap { rung in
            rung.finished.result?.weightsFile.flatMap(store.weightsFile).map { (rung, $0) }
        }
        return kept.max { a, b in
            let (first, second) = (a.0.finished, b.0.finished)
            return (first.rung.epochs, first.result?.accuracy ?? 0)
                < (second.rung.epochs, second.result?.accuracy ?? 0)
        }?.1
    }
}
