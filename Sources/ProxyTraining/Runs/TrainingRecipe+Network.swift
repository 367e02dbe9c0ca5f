// What a recipe leaves to the network that is trained by it.

import Networks
import Recipes

extension TrainingRecipe {
    /// The rate of dropout before the classifier: the recipe's, or else the network's own.
    package func dropout(for network: Network) -> Double { dropout ?? network.architecture.head.dropout }

    /// The rate of stochastic depth at the last block: the recipe's, or else the network's own.
    package func dropPath(for network: Network) -> Double { dropPath ?? network.architecture.dropPath }

    /// The noise that changes the network's function.
    package func noise(for network: Network) -> TrainableNetwork.Noise {
        .init(dropout: Float(dropout(for: network)), dropPath: Float(dropPath(for: network)))
    }
}
