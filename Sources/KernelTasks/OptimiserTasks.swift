// Arguments of the kernels that change weights after a backward pass; all work on plain arrays.

/// Stochastic gradient descent with momentum, as in PyTorch: d = gradient + decay · w; v = momentum · v + d;
/// w −= rate · (nesterov ? d + momentum · v : v).
package struct MomentumStepTask {
    /// w.
    package var weights: UnsafeMutablePointer<Float>
    /// The loss's gradient.
    package var gradients: UnsafePointer<Float>
    /// v, zero before the first step.
    package var velocity: UnsafeMutablePointer<Float>
    /// Elements, a multiple of the lanes.
    package var count: Int
    /// The learning rate.
    package var rate: Float
    /// How much of v is kept.
    package var momentum: Float
    /// Weight decay.
    package var decay: Float
    /// Whether to look ahead.
    package var nesterov: Bool

    /// Collects the arguments; see the properties.
    package init(
        weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        velocity: UnsafeMutablePointer<Float>, count: Int, rate: Float, momentum: Float, decay: Float,
        nesterov: Bool
    ) {
        self.weights = weights
        self.gradients = gradients
        self.velocity = velocity
        self.count = count
        self.rate = rate
        self.momentum = momentum
        self.decay = decay
        self.nesterov = nesterov
    }
}

/// RMSProp with momentum, as in PyTorch and the EfficientNet paper: d = gradient + decay · w; s = keep · s +
/// (1 − keep) · d²; v = momentum · v + d / (√s + epsilon); w −= rate · v.
package struct RootMeanSquareStepTask {
    /// w.
    package var weights: UnsafeMutablePointer<Float>
    /// The loss's gradient.
    package var gradients: UnsafePointer<Float>
    /// s, zero before the first step.
    package var squares: UnsafeMutablePointer<Float>
    /// v, zero before the first step.
    package var velocity: UnsafeMutablePointer<Float>
    /// Elements, a multiple of the lanes.
    package var count: Int
    /// The learning rate.
    package var rate: Float
    /// How much of s is kept.
    package var keep: Float
    /// How much of v is kept.
    package var momentum: Float
    /// Keeps the quotient finite.
    package var epsilon: Float
    /// Weight decay.
    package var decay: Float

    /// Collects the arguments; see the properties.
    package init(
        weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        squares: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>, count: Int, rate: Float,
        keep: Float, momentum: Float, epsilon: Float, decay: Float
    ) {
        self.weights = weights
        self.gradients = gradients
        self.squares = squares
        self.velocity = velocity
        self.count = count
        self.rate = rate
        self.keep = keep
        self.momentum = momentum
        self.epsilon = epsilon
        self.decay = decay
    }
}

/// A running average of weights: average = keep · average + (1 − keep) · w.
package struct AverageStepTask {
    /// The average.
    package var average: UnsafeMutablePointer<Float>
    /// w.
    package var weights: UnsafePointer<Float>
    /// Elements, a multiple of the lanes.
    package var count: Int
    /// How much of the average is kept.
    package var keep: Float

    /// Collects the arguments; see the properties.
    package init(average: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>, count: Int, keep: Float)
    {
        self.average = average
        self.weights = weights
        self.count = count
        self.keep = keep
    }
}
