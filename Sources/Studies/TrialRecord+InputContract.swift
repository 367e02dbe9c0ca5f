// What a trial's weights were trained on, from the file of its latest rung that is still there.

import Foundation
import ModelExchange
import Networks
import ResultStore

extension TrialRecord {
    /// The contract of the weights beside a store; nil where there are none, or they do not say.
    package func contract(in store: TrialStore) -> InputContract? {
        for case let path? in rungs.map(\.finished.result?.weightsFile) {
            guard let file = store.weightsFile(path),
                let contract = try? WeightsFile(contentsOf: file).contract
            else { continue }
            return try? contract.refusal(of: Network(architecture)) == nil ? contract : nil
        }
        return nil
    }
}
