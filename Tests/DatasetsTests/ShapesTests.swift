// The drawn data set: reproducible, balanced, and such that resolution matters where it says so.

import Datasets
import Foundation
import Testing

@Suite struct ShapesTests {
    @Test func everyImageFollowsFromTheSeed() throws {
        let shapes = Shapes(size: 16, classes: 6, count: 60, seed: 4)
        let data = try shapes.dataset()
        #expect(try shapes.dataset() == data)
        #expect(data.nativeSize == 16 && data.training.channels == 1)
        #expect(data.training.count == 60 && data.test.count == 12)
        #expect((0..<6).allSatisfy { label in data.training.labels.count { $0 == label } == 10 })
        #expect(
            data.classes == [
                "disc falling", "disc rising", "trefoil falling", "trefoil rising", "peanut falling",
                "peanut rising",
            ])
        #expect(
            try Shapes(size: 16, classes: 6, count: 60, seed: 5).dataset().training.pixels
                != data.training.pixels)
        #expect(Set((0..<60).map { Array(data.training.selecting([$0]).pixels) }).count == 60)
        #expect(data.test.pixels != data.training.prefix(12).pixels)
        // A longer set begins with the shorter one.
        #expect(
            try Shapes(size: 16, classes: 6, count: 90, seed: 4).dataset().training.prefix(60)
                == data.training)
    }

    @Test func parametersAreReadAndWritten() throws {
        let shapes = try Shapes("size=24,noise=0,count=40")
        #expect(shapes == Shapes(size: 24, count: 40, frequency: 9.6, noise: 0))
        #expect(try Shapes(shapes.text) == shapes)
        #expect(try Dataset.load("shapes:size=24,noise=0,count=40").name == "shapes:" + shapes.text)
        #expect(try Dataset.load("shapes:count=20", options: DatasetOptions(imageSize: 8)).nativeSize == 8)
    }

    @Test(arguments: [
        (
            "sides=3",
            "'sides=3' is no parameter; write parameters as name=value from size, classes, count, frequency, noise, seed."
        ),
        ("size", "'size' is no parameter"),
        ("size=big", "size is 'big', which is no such number; write size=32."),
        ("size=16,size=16", "size is given twice"),
        ("size=4", "size is 4; choose a side of 8 to 1024 pixels."),
        ("classes=1", "classes is 1; choose 2 to 20."),
        ("count=5", "count is 5; choose at least one image per class"),
        ("count=99999999999", "which fit into memory"),
        ("frequency=17", "choose more than 0 and at most 16.0 cycles"),
        ("frequency=nan", "frequency is nan; choose"), ("noise=-1", "noise is -1.0; choose 0 to 1"),
        ("seed=-1", "seed is '-1', which is no such number"),
    ])
    func wrongParametersAreRefused(_ text: String, _ words: String) {
        let sentence = refusal { try Dataset.load("shapes:" + text) }
        #expect(
            sentence.hasPrefix("shapes: ") && sentence.contains(words) && sentence.hasSuffix("."),
            "\(sentence)")
    }

    /// The mean of k samples of a wave keeps sin(πkf/n) / (k sin(πf/n)) of it, along each axis; over a whole
    /// cycle nothing.
    @Test func theContrastOfStripesFallsWithResolution() throws {
        let data = try Shapes(size: 32, classes: 2, count: 400, frequency: 8, noise: 0).dataset()
        func detail(_ resolution: Int) throws -> Double {
            let images = try ScaledImages(
                data.training, resolution: resolution, normalisation: Normalisation(mean: [0], deviation: [1])
            )
            // The middle of the disc, where there is nothing but stripes.
            let size = resolution * resolution
            var total = 0.0
            for image in 0..<images.count {
                let middle = (resolution * 3 / 8..<resolution * 5 / 8).flatMap { y in
                    (resolution * 3 / 8..<resolution * 5 / 8).map { x in
                        Double(images.values[image * size + y * resolution + x])
                    }
                }
                let mean = middle.reduce(0, +) / Double(middle.count)
                total += middle.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(middle.count)
            }
            return (total / Double(images.count)).squareRoot()
        }
        let native = try detail(32)
        // The amplitude .25 has the deviation .25/√2.
        #expect(abs(native - 0.25 / 2.0.squareRoot()) < 0.01)
        // A quarter of a cycle from pixel to pixel: (sin(π/2) / (2 sin(π/4)))².
        #expect(abs(try detail(16) / native - 0.5) < 0.03)
        #expect(try detail(8) / native < 0.01)
    }

    /// Classes of a pair are told by the direction in which neighbours are alike; outlines by the nearest
    /// mean image.
    @Test func detailIsLostAtHalfTheResolutionAndOutlinesAreNot() throws {
        let data = try Shapes(size: 32, classes: 10, count: 2000).dataset()
        func accuracies(_ resolution: Int) throws -> (direction: Double, outline: Double) {
            let normalisation = try Normalisation(of: data.training, resolution: resolution)
            let training = try ScaledImages(
                data.training, resolution: resolution, normalisation: normalisation)
            let test = try ScaledImages(data.test, resolution: resolution, normalisation: normalisation)
            return (
                share(test) { direction(test, $0, from: training) == test.labels[$0] % 2 },
                outlines(test, from: training)
            )
        }
        let (native, half) = (try accuracies(32), try accuracies(16))
        print(
            "shapes: direction \(native.direction) → \(half.direction), outline \(native.outline) → \(half.outline)"
        )
        #expect(native.direction > 0.95)
        #expect(half.direction < 0.65)
        #expect(half.outline > native.outline - 0.05 && half.outline > 0.5)
    }

    private func share(_ images: ScaledImages, _ isRight: (Int) -> Bool) -> Double {
        Double((0..<images.count).count(where: isRight)) / Double(images.count)
    }

    /// 0 or 1 by the sum of products along the two diagonals at the distance, of 1...3, that separates the
    /// training images best.
    private func direction(_ images: ScaledImages, _ index: Int, from training: ScaledImages) -> UInt16 {
        let rule = rule(training)
        return statistic(images, index, rule.distance) * rule.sign > 0 ? 0 : 1
    }

    private func rule(_ training: ScaledImages) -> (distance: Int, sign: Double) {
        let rules = (1...3).flatMap { distance in [1.0, -1.0].map { (distance: distance, sign: $0) } }
        let right = rules.map { rule in
            (0..<300).count {
                (statistic(training, $0, rule.distance) * rule.sign > 0) == (training.labels[$0] % 2 == 0)
            }
        }
        return rules[right.firstIndex(of: right.max() ?? 0) ?? 0]
    }

    private func statistic(_ images: ScaledImages, _ index: Int, _ distance: Int) -> Double {
        let side = images.resolution
        let base = index * side * side
        var sum = 0.0
        for y in distance..<side - distance {
            for x in distance..<side - distance {
                func at(_ y: Int, _ x: Int) -> Float { images.values[base + y * side + x] }
                let falling = at(y, x) - at(y + distance, x + distance)
                let rising = at(y, x) - at(y + distance, x - distance)
                sum += Double(falling * falling - rising * rising)
            }
        }
        return sum
    }

    private func outlines(_ test: ScaledImages, from training: ScaledImages) -> Double {
        let size = training.resolution * training.resolution
        var means = [[Float]](repeating: [Float](repeating: 0, count: size), count: 5)
        for index in 0..<training.count {
            let outline = Int(training.labels[index] / 2)
            for pixel in 0..<size {
                means[outline][pixel] += training.values[index * size + pixel] / Float(training.count / 5)
            }
        }
        return share(test) { index in
            let distances = means.map { mean in
                (0..<size).reduce(Float(0)) { sum, pixel in
                    let difference = test.values[index * size + pixel] - mean[pixel]
                    return sum + difference * difference
                }
            }
            return distances.firstIndex(of: distances.min() ?? 0) == Int(test.labels[index] / 2)
        }
    }
}
