// How long a training was that the store knows by the text of its recipe alone.

import Foundation

/// How many images an epoch of each phase has, as far as a stored recipe says.
struct RecipeImages {
    let pretraining: Double
    let usual: Double
    let pretrainingEpochs: Int?

    /// Reads `{pretrain_epochs: 2, pretrain_images: 6000, …, images: 12000}`.
    init(_ recipe: String) {
        var values: [String: String] = [:]
        for part in recipe.split(whereSeparator: { ",{}".contains($0) }) {
            let pair = part.split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if pair.count == 2 { values[pair[0]] = pair[1] }
        }
        let all = values["images"].flatMap(Double.init)
        let first = [values["pretrain_images"].flatMap(Double.init), all].compactMap(\.self).min()
        // Where one phase uses all images and their number is not known, lengths count in epochs.
        let isKnown = all != nil || values["fine_tune_epochs"] == "0" && first != nil
        pretraining = isKnown ? first ?? 1 : 1
        usual = isKnown ? all ?? first ?? 1 : 1
        pretrainingEpochs = values["pretrain_epochs"].flatMap { Int($0) }
    }

    /// Images seen after so many epochs of both phases.
    func seen(_ epochs: Int) -> Double {
        let first = min(epochs, pretrainingEpochs ?? epochs)
        return Double(first) * pretraining + Double(epochs - first) * usual
    }
}
