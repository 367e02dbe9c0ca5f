// The best point of a budget is exact, on every kind of surface.

import Basics
import CompoundSearch
import Foundation
import Networks
import Testing

@Suite struct BudgetSurfaceMinimum {
    private let budget = BudgetSurface(
        exponents: SIMD3(1, 2, 2), logBudget: log(2.0), lower: .zero, upper: SIMD3(0.8, 0.4, 0.4))

    @Test func aBowlsBestPointIsWhereItsGradientPointsAlongTheCost() throws {
        // d² + w² + r² is lowest on d + 2w + 2r = b at (1, 2, 2)·b/9.
        let bowl = QuadraticSurface(
            constant: 3, linear: .zero, squares: SIMD3(repeating: 1), products: .zero)
        let best = try #require(budget.minimum(of: bowl))
        let expected = SIMD3(1, 2, 2) * log(2.0) / 9
        #expect(distance(best, expected) < 1e-15)
    }

    @Test func aSlopeEndsInACorner() throws {
        let slope = QuadraticSurface(
            constant: 0, linear: SIMD3(-1, -1, -1), squares: .zero, products: .zero)
        #expect(try #require(budget.minimum(of: slope)).x == log(2.0))
        let resolution = QuadraticSurface(
            constant: 0, linear: SIMD3(0, 0, -1), squares: .zero, products: .zero)
        #expect(try #require(budget.minimum(of: resolution)).z == log(2.0) / 2)
    }

    @Test func aBudgetBeyondTheBoundsHasNoPoint() {
        let far = BudgetSurface(
            exponents: SIMD3(1, 2, 2), logBudget: log(20.0), lower: .zero, upper: SIMD3(0.8, 0.4, 0.4))
        let flat = QuadraticSurface(constant: 0, linear: .zero, squares: .zero, products: .zero)
        #expect(far.minimum(of: flat) == nil)
        #expect(far.reachable.upperBound == 0.8 + 2 * 0.4 + 2 * 0.4)
        #expect(budget.minimum(of: flat) != nil)
    }

    /// Bowls, saddles and domes: none may beat the exact answer on a grid of 80,000 points of the budget.
    @Test(arguments: 0..<60)
    func noPointOfAFineGridIsLower(_ index: Int) throws {
        func random(_ lane: Int) -> Double { CounterRandom.normal(seed: 3, index: index * 9 + lane) }
        let surface = QuadraticSurface(
            constant: 0, linear: SIMD3(random(0), random(1), random(2)),
            squares: SIMD3(random(3), random(4), random(5)),
            products: SIMD3(random(6), random(7), random(8)))
        let best = try #require(budget.minimum(of: surface))
        #expect(abs((budget.exponents * best).sum() - budget.logBudget) < 1e-12)
        #expect((0..<3).allSatisfy { best[$0] >= budget.lower[$0] && best[$0] <= budget.upper[$0] })
        let lowest = surface.value(at: best)
        var onGrid = Double.infinity
        for i in 0...400 {
            for j in 0...200 {
                let (d, w) = (0.8 * Double(i) / 400, 0.4 * Double(j) / 200)
                let r = (budget.logBudget - d - 2 * w) / 2
                guard 0...0.4 ~= r else { continue }
                onGrid = min(onGrid, surface.value(at: SIMD3(d, w, r)))
            }
        }
        #expect(lowest <= onGrid + 1e-12)
        #expect(onGrid - lowest < 0.02)
    }
}
