// A candidate as a study knows it: what is evaluated, trained and stored.

import Networks

/// A network within the budget, as it is evaluated and stored.
package struct Trial: Hashable, Sendable {
    /// The study it belongs to.
    package let study: String
    /// The candidate.
    package let candidate: Candidate
    /// Coefficients that give the same network.
    package let ranges: CoefficientRanges
    /// The network's content hash.
    package let networkHash: String

    /// A trial of a study.
    package init(study: String, candidate: Candidate, ranges: CoefficientRanges) {
        self.study = study
        self.candidate = candidate
        self.ranges = ranges
        networkHash = candidate.network.contentHash
    }
}
