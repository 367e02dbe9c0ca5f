// Optimisers as people name them.

/// How gradients become steps.
package enum OptimiserName: String, CaseIterable, Hashable, Sendable {
    /// Stochastic gradient descent with Nesterov momentum 0.9.
    case sgd
    /// Gradients over the root of their running mean square, with momentum: 0.9, 0.9, epsilon 1e-3 (Tan & Le 2019).
    case rmsprop
}
