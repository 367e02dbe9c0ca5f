// A fit's file holds what was found and gives the coefficients back; edits that break it are refused.

import CompoundSearch
import Descriptions
import Foundation
import Networks
import Testing

@Suite struct ScalingLawFiles {
    private let document: ScalingLawDocument

    init() throws {
        let factors = [1, 1.3, 1.7]
        var runs: [TrainedRun] = []
        for depth in factors {
            for width in factors {
                for resolution in factors {
                    let scale = RealisedScale(depth: depth, width: width, resolution: resolution)
                    let x = scale.logarithms
                    let label = "trial:\(runs.count + 1)"
                    runs.append(
                        TrainedRun(
                            network: label, scale: scale,
                            macsRatio: depth * width * width * resolution * resolution, images: 96_000,
                            error: exp(-2 - 0.3 * x.sum() + (x * x).sum() + 0.01 * sin(100 * x.sum())),
                            label: label))
                }
            }
        }
        document = ScalingLawDocument(
            study: "0123456789abcdef", name: "b0",
            baseline: try PublishedNetworks.architecture(named: "efficientnet-b0"), imagesPerEpoch: 12_000,
            trials: Dictionary(uniqueKeysWithValues: runs.enumerated().map { ($1.network, $0 + 1) }),
            fit: try ScalingFit(runs, options: .init(budget: 2.2, tolerance: 0.2, draws: 100)))
    }

    @Test func coefficientsAndBaselineAreReadBackExactly() throws {
        for text in [document.yaml, document.json] {
            let read = try FittedScaling(yaml: text, file: "fit")
            #expect(read.baseline == document.baseline)
            #expect(read.budget == 2.2)
            #expect(read.scale == RealisedScale(logarithms: read.scale.logarithms))
            let optimum = document.fit.optimum
            for axis in ScalingAxis.allCases {
                #expect(read.scale[axis] == optimum.coefficients[axis.rawValue].value)
            }
            #expect(read.coefficients(phi: 2).phi == 2)
        }
    }

    @Test func theFileHoldsWhatWasFound() throws {
        let object = try JSONSerialization.jsonObject(with: Data(document.json.utf8)) as? [String: Any]
        let root = try #require(object)
        let surface = try #require(root["surface"] as? [String: Any])
        #expect(abs(try #require(surface["r_squared"] as? Double) - document.fit.rSquared) < 1e-12)
        let terms = try #require(surface["coefficients"] as? [[String: Any]])
        #expect(terms.count == 10)
        #expect(terms[0]["term"] as? String == "constant")
        #expect(terms[7]["term"] as? String == "depth·width")
        let product = try #require(terms[7]["value"] as? Double)
        #expect(abs(product - document.fit.surface.products.x) < 1e-15)
        let optimum = try #require(root["optimum"] as? [String: Any])
        let alpha = try #require(optimum["alpha"] as? [String: Any])
        #expect(abs(try #require(alpha["low"] as? Double) - document.fit.optimum.coefficients[0].low) < 1e-12)
        let candidates = try #require(root["candidates"] as? [[String: Any]])
        #expect(candidates.count == document.fit.candidates.count && candidates.count > 0)
        #expect((root["alternatives"] as? [Any])?.count == 3)
        let data = try #require(root["data"] as? [String: Any])
        #expect(data["networks"] as? Int == 27)
    }

    @Test(arguments: [
        ("scaling_law:", "scaling_lore:", "this is no scaling law"),
        ("  macs_ratio: 2.2", "  macs_ratio: 0.9", "macs_ratio is not above 1"),
        ("  alpha: {value: 1", "  alpha: {value: 0", "a coefficient is 1 or more"),
        ("  beta: {value:", "  beta: {worth:", "worth"),
        ("  gamma:", "  gama:", "gamma"),
        ("\nnetwork:", "\nnetworks:", "unknown"),
    ])
    func brokenFilesAreRefused(_ text: String, _ replacement: String, _ reason: String) throws {
        #expect(document.yaml.contains(text))
        let broken = document.yaml.replacing(text, with: replacement, maxReplacements: 1)
        let error = #expect(throws: DescriptionError.self) {
            try FittedScaling(yaml: broken, file: "fit.yaml")
        }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.file == "fit.yaml")
    }

    @Test func aSpaceIsReadWithItsBaselineHandedIn() throws {
        let text = "name: x\nbaseline: gone.yaml\nalpha: 1\nbeta: 1\ngamma: [1, 1.2]\nbudget: 2x\n"
        #expect(throws: DescriptionError.self) { try SearchSpace(yaml: text, file: "x.yaml") }
        let space = try SearchSpace(yaml: text, file: "x.yaml", baseline: document.baseline)
        #expect(space.baseline == document.baseline)
        #expect(space.gamma == .list([1, 1.2]))
    }
}
