// How `shapes` are drawn: an outline in polar coordinates, diagonal stripes inside it, noise over all.

import Foundation

extension Shapes {
    /// An outline r(θ) = R · (1 + 0.3 cos(lobes · θ)), whole or with a hole of the same form.
    static let outlines: [(name: String, lobes: Double, hole: Double)] = [
        ("disc", 0, 0), ("trefoil", 3, 0), ("peanut", 2, 0), ("cinquefoil", 5, 0), ("quatrefoil", 4, 0),
        ("disc ring", 0, 0.5), ("trefoil ring", 3, 0.5), ("peanut ring", 2, 0.5),
        ("cinquefoil ring", 5, 0.5), ("quatrefoil ring", 4, 0.5),
    ]

    /// Images of all classes in turn, so that every prefix is balanced; `stream` tells training from test.
    func images(_ count: Int, stream: UInt64) -> LabelledImages {
        let pixels = [UInt8](unsafeUninitializedCapacity: count * size * size) { output, filled in
            for index in 0..<count {
                draw(
                    label: index % classes, RandomCounter(seed, stream, UInt64(index)),
                    into: output.baseAddress! + index * size * size)
            }
            filled = count * size * size
        }
        return LabelledImages(
            height: size, width: size, channels: 1, pixels: pixels,
            labels: (0..<count).map { UInt16($0 % classes) })
    }

    private func draw(label: Int, _ random: RandomCounter, into image: UnsafeMutablePointer<UInt8>) {
        /// A random number within ±`range` of `middle`.
        func about(_ middle: Double, _ range: Double, _ index: Int) -> Double {
            middle + range * (2 * random.unit(index) - 1)
        }
        let outline = Shapes.outlines[label / 2]
        let (centreX, centreY) = (about(0.5, 0.08, 0), about(0.5, 0.08, 1))
        let radius = about(0.3, 0.04, 2)
        let turn = about(0, 0.3, 3)
        let (inside, outside) = (about(0.6, 0.06, 4), about(0.25, 0.06, 5))
        let phase = about(0, .pi, 6)
        let direction: Double = label % 2 == 0 ? 1 : -1
        let pixel = 1 / Double(size)
        for row in 0..<size {
            for column in 0..<size {
                let (x, y) = ((Double(column) + 0.5) * pixel, (Double(row) + 0.5) * pixel)
                let distance = hypot(x - centreX, y - centreY)
                let angle = atan2(y - centreY, x - centreX) + turn
                let edge = radius * (1 + 0.3 * cos(outline.lobes * angle))
                // The border is one pixel wide, so that position shows in its greys.
                var cover = min(1, max(0, 0.5 + (edge - distance) * Double(size)))
                if outline.hole > 0 {
                    cover *= min(1, max(0, 0.5 + (distance - outline.hole * edge) * Double(size)))
                }
                let stripes = 0.25 * cos(2 * .pi * frequency * (x + direction * y) + phase)
                let value =
                    outside + cover * (inside - outside + stripes)
                    + noise * Shapes.normal(random.bits(16 + row * size + column))
                image[row * size + column] = UInt8(min(255, max(0, (value * 255).rounded())))
            }
        }
    }

    /// Nearly a standard normal number: the sum of four uniform ones, scaled to variance 1.
    private static func normal(_ bits: UInt64) -> Double {
        let sum = (0..<4).reduce(0) { $0 + Int(bits >> (16 * $1) & 0xffff) }
        return (Double(sum) / 65536 - 2) * 3.0.squareRoot()
    }
}
