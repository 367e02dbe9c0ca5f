// How a search is named on the command line: its strategy, and the part that is wanted.

import ArgumentParser
import CompoundSearch

extension Strategy: ExpressibleByArgument {}

extension Shard {
    /// A shard written as `I/N`.
    init(argument: String) throws {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1],
            let shard = Shard(index, of: count)
        else {
            throw ValidationError("give I/N, such as 2/4, with 1 ≤ I ≤ N ≤ \(Shard.countRange.upperBound).")
        }
        self = shard
    }
}
