// Medians, and the intervals that are of medians, against the binomial and the tables.

import CandidateBenchmark
import Foundation
import Testing

@Test func ranksAreThoseOfTheBinomialOrOneBelow() {
    // The largest r with P(Bin(n, ½) < r) ≤ 2.5 %, summed exactly enough by logarithms of factorials.
    var logFactorials = [0.0]
    for n in 1...1000 { logFactorials.append(logFactorials[n - 1] + log(Double(n))) }
    var wider: [Int] = []
    for n in 0...1000 {
        var below = 0.0
        var exact = 0
        while true {
            below += exp(
                logFactorials[n] - logFactorials[exact] - logFactorials[n - exact] - Double(n) * log(2))
            if below > 0.025 { break }
            exact += 1
        }
        let rank = Statistics.medianRank95(n)
        #expect(rank == exact || rank == exact - 1, "\(n)")
        if rank != exact { wider.append(n) }
    }
    #expect(wider == [17, 44, 67, 94, 138, 190, 267, 301, 396, 438, 551, 651, 846])
}

@Test func intervalsOfMediansMatchTheTables() {
    // Of nine values, the second to the eighth (which hold it 1 − 2 · 10⁄512 of the time).
    #expect(Statistics.medianHalfWidth95(of: [9, 1, 2, 3, 4, 5, 6, 7, 100], independent: 9) == 3.5)
    // Six that count as six: all of them; below six there is no interval.
    #expect(Statistics.medianHalfWidth95(of: [1, 2, 3, 4, 5, 11], independent: 6) == 5)
    #expect(Statistics.medianHalfWidth95(of: [1, 2, 3, 4, 5], independent: 5).isNaN)
    // Eighteen that count as nine: the third to the sixteenth.
    #expect(Statistics.medianHalfWidth95(of: (1...18).map(Double.init), independent: 9) == 6.5)
}

@Test func mediansOfOddAndEvenCounts() {
    #expect(Statistics.median([3, 1, 2]) == 2)
    #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
    #expect(Statistics.median([]).isNaN)
}
