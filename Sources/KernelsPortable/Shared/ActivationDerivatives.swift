// Activations and their derivatives as types, for kernels that fuse them with more: all that a type says is
// inlined, while a closure that is called twice may become a function.
//
// At the kinks the derivatives are PyTorch's: 0 at 0 and 6 for ReLU6, 0 at -3 and 1 at 3 for hardSwish.

import KernelTasks

/// An activation of vectors.
protocol Curve {
    /// The activation.
    static func value(_ x: Lanes) -> Lanes
    /// Its derivative.
    static func derivative(_ x: Lanes) -> Lanes
    /// Both, where they have something in common.
    static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes)
}

extension Curve {
    @inline(__always) static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        (value(x), derivative(x))
    }
}

enum Identity: Curve {
    @inline(__always) static func value(_ x: Lanes) -> Lanes {
        x
    }

    /// 1
    @inline(__always) static func derivative(_ x: Lanes) -> Lanes {
        Lanes(repeating: 1)
    }
}

enum SiLU: Curve {
    @inline(__always) static func value(_ x: Lanes) -> Lanes {
        silu(x)
    }

    /// s · (1 + x · (1 − s)), where s is the sigmoid; 1 − s as e⁻ˣ · s, which is exact where s is nearly 1.
    @inline(__always) static func derivative(_ x: Lanes) -> Lanes {
        let x = lower(raise(x, to: -87), to: 87)
        let power = exponential(ofMinus: x)
        let s = Lanes(repeating: 1) / (Lanes(repeating: 1) + power)
        return s * multiplyAdd(x, power * s, Lanes(repeating: 1))
    }

    /// x · s beside the derivative: the exponential and the division serve both.
    @inline(__always) static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let x = raise(x, to: -87)
        let limited = lower(x, to: 87)
        let power = exponential(ofMinus: limited)
        let s = Lanes(repeating: 1) / (Lanes(repeating: 1) + power)
        let value = x * s
        return (value, s * multiplyAdd(value, power, Lanes(repeating: 1)))
    }
}

enum ReLU: Curve {
    @inline(__always) static func value(_ x: Lanes) -> Lanes {
        raise(x, to: 0)
    }

    /// 1 above zero, else 0.
    @inline(__always) static func derivative(_ x: Lanes) -> Lanes {
        select(x .> Lanes(repeating: 0), Lanes(repeating: 1), Lanes(repeating: 0))
    }
}

enum ReLU6: Curve {
    @inline(__always) static func value(_ x: Lanes) -> Lanes {
        lower(raise(x, to: 0), to: 6)
    }

    /// 1 strictly between 0 and 6, else 0.
    @inline(__always) static func derivative(_ x: Lanes) -> Lanes {
        select(
            (x .> Lanes(repeating: 0)) .& (x .< Lanes(repeating: 6)), Lanes(repeating: 1),
            Lanes(repeating: 0))
    }
}

enum HardSwish: Curve {
    @inline(__always) static func value(_ x: Lanes) -> Lanes {
        hardSwish(x)
    }

    /// x / 3 + 1/2 strictly between -3 and 3, 0 below, 1 above.
    @inline(__always) static func derivative(_ x: Lanes) -> Lanes {
        let slope = multiplyAdd(x, Lanes(repeating: 1 / 3), Lanes(repeating: 0.5))
        let upper = select(x .< Lanes(repeating: 3), slope, Lanes(repeating: 1))
        return select(x .> Lanes(repeating: -3), upper, Lanes(repeating: 0))
    }
}

enum Sigmoid: Curve {
    @inline(__always) static func value(_ x: Lanes) -> Lanes {
        sigmoid(x)
    }

    /// s · (1 − s), where s is the sigmoid.
    @inline(__always) static func derivative(_ x: Lanes) -> Lanes {
        let power = exponential(ofMinus: lower(raise(x, to: -87), to: 87))
        let s = Lanes(repeating: 1) / (Lanes(repeating: 1) + power)
        return s * (power * s)
    }
}

enum HardSigmoid: Curve {
    @inline(__always) static func value(_ x: Lanes) -> Lanes {
        hardSigmoid(x)
    }

    /// 1/6 strictly between -3 and 3, else 0.
    @inline(__always) static func derivative(_ x: Lanes) -> Lanes {
        select(
            (x .> Lanes(repeating: -3)) .& (x .< Lanes(repeating: 3)), Lanes(repeating: 1 / 6),
            Lanes(repeating: 0))
    }
}

enum GELU: Curve {
    @inline(__always) static func value(_ x: Lanes) -> Lanes {
        gelu(x)
    }

    /// Φ(x) + x · φ(x)
    @inline(__always) static func derivative(_ x: Lanes) -> Lanes {
        valueAndDerivative(x).derivative
    }

    /// The exponential and the division serve both.
    @inline(__always) static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let x = raise(x, to: -normalReach)
        let limited = lower(x, to: normalReach)
        let normal = normal(limited)
        let density = normal.power * Lanes(repeating: 0.398_942_28)
        return (x * normal.distribution, multiplyAdd(limited, density, normal.distribution))
    }
}

/// gradient · activation′(values), elementwise.
package func activationGradient(_ task: ActivationGradientTask) {
    switch task.activation {
    case .identity: multiply(task, Identity.self)
    case .silu: multiply(task, SiLU.self)
    case .relu: multiply(task, ReLU.self)
    case .relu6: multiply(task, ReLU6.self)
    case .hardSwish: multiply(task, HardSwish.self)
    case .sigmoid: multiply(task, Sigmoid.self)
    case .hardSigmoid: multiply(task, HardSigmoid.self)
    case .gelu: multiply(task, GELU.self)
    }
}

@inline(__always) private func multiply<C: Curve>(_ task: ActivationGradientTask, _ curve: C.Type) {
    var index = 0
    while index < task.count {
        let derivative = C.derivative(load(task.values + index))
        save(load(task.gradient + index) * derivative, to: task.output + index)
        index += Lanes.scalarCount
    }
}
