// A trainer that lacks a module fails for every candidate alike. Three equal failures before any success are taken
// for a fault of the surroundings, so failures are held back until something tells them from that.

/// Failures at the beginning of a run, held back while they are all alike.
///
/// `Record` is what would be written down of a failure.
package struct FailureWatch<Record> {
    /// What follows from a failure or a success.
    package enum Verdict {
        /// These are results of candidates, the oldest first: record them.
        case record([Record])
        /// Too early to say.
        case wait
        /// The surroundings are at fault; nothing of what was held back is a result.
        case surroundings(reason: String, candidates: Int)
    }

    private let limit: Int
    private var isTrusting: Bool
    private var held: [(record: Record, candidate: String, reason: String)] = []

    /// A watch over a run of so many candidates. Where some candidate has succeeded before, a few failures may well be the candidates'
    /// own, so that it takes three; else all of them are enough where there are fewer. `accepting` records every failure.
    package init(candidates: Int, succeededBefore: Bool, accepting: Bool = false) {
        limit = succeededBefore ? 3 : max(1, min(3, candidates))
        isTrusting = accepting
    }

    /// A candidate succeeded, so the surroundings are sound: what was held back is to be recorded.
    package mutating func succeeded() -> [Record] {
        isTrusting = true
        return release()
    }

    /// A candidate, named by its network's hash, failed for a reason.
    package mutating func failed(_ record: Record, candidate: String, reason: String) -> Verdict {
        held.append((record, candidate, reason))
        if isTrusting { return .record(release()) }
        let signatures = Set(held.map { FailureReason.signature($0.reason) })
        if signatures.count > 1 {
            isTrusting = true
            return .record(release())
        }
        let candidates = Set(held.map(\.candidate)).count
        return candidates < limit ? .wait : .surroundings(reason: reason, candidates: candidates)
    }

    /// Nothing is left to run: what is still held back is the candidates' own.
    package mutating func ended() -> [Record] { release() }

    private mutating func release() -> [Record] {
        defer { held = [] }
        return held.map(\.record)
    }
}
