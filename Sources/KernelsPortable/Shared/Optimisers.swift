// Steps of optimisers over plain arrays, each in one pass.

import KernelTasks

/// A step of gradient descent with momentum.
package func momentumStep(_ task: MomentumStepTask) {
    let rate = Lanes(repeating: -task.rate)
    let momentum = Lanes(repeating: task.momentum)
    let decay = Lanes(repeating: task.decay)
    var index = 0
    while index < task.count {
        let weights = load(task.weights + index)
        let step = multiplyAdd(weights, decay, load(task.gradients + index))
        let velocity = multiplyAdd(load(task.velocity + index), momentum, step)
        save(velocity, to: task.velocity + index)
        let direction = task.nesterov ? multiplyAdd(velocity, momentum, step) : velocity
        save(multiplyAdd(direction, rate, weights), to: task.weights + index)
        index += Lanes.scalarCount
    }
}

/// A step of RMSProp with momentum.
package func rootMeanSquareStep(_ task: RootMeanSquareStepTask) {
    let rate = Lanes(repeating: -task.rate)
    let keep = Lanes(repeating: task.keep)
    let share = Lanes(repeating: 1 - task.keep)
    let momentum = Lanes(repeating: task.momentum)
    let epsilon = Lanes(repeating: task.epsilon)
    let decay = Lanes(repeating: task.decay)
    var index = 0
    while index < task.count {
        let weights = load(task.weights + index)
        let step = multiplyAdd(weights, decay, load(task.gradients + index))
        let squares = multiplyAdd(load(task.squares + index), keep, share * step * step)
        save(squares, to: task.squares + index)
        let quotient = step / (squareRoot(squares) + epsilon)
        let velocity = multiplyAdd(load(task.velocity + index), momentum, quotient)
        save(velocity, to: task.velocity + index)
        save(multiplyAdd(velocity, rate, weights), to: task.weights + index)
        index += Lanes.scalarCount
    }
}

/// A step of a running average.
package func averageStep(_ task: AverageStepTask) {
    let keep = Lanes(repeating: task.keep)
    let share = Lanes(repeating: 1 - task.keep)
    var index = 0
    while index < task.count {
        let average = load(task.average + index) * keep
        save(multiplyAdd(load(task.weights + index), share, average), to: task.average + index)
        index += Lanes.scalarCount
    }
}
