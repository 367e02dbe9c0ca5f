// timm's names of all weights in the order in which they are applied: so networks of other tools, whose
// modules come in that order too, take weights without a name of their own being known.

import NetworkExecution
import Networks

extension Network {
    /// Python's `NAMES`: one row for each run of blocks that are named alike.
    func pythonNames() throws -> String {
        var runs: [(stage: Int, blocks: Range<Int>, names: [String])] = []
        var ends: (first: [String], last: [String]) = ([], [])
        let family = architecture.stages[0].block.timmFamily
        for (layer, names) in zip(layers, try timmNames()) {
            let own = names.flatMap { [$0.module, $0.norm].compactMap(\.self) }
            guard let stage = layer.name.stage else {
                if layer.name.part == .stem { ends.first += own } else { ends.last += own }
                continue
            }
            let block = layer.name.block
            if runs.last?.stage != stage || runs.last?.blocks.contains(block) != true {
                runs.append((stage, block..<block + 1, []))
            }
            let name = "\(family.blocks(of: stage).name)\(family.blocks(of: stage).first + block)."
            runs[runs.count - 1].names += own.map { String($0.dropFirst(name.count)) }
        }
        let lines = runs.reduce(into: runs.prefix(0)) { joined, run in
            if let last = joined.last, last.stage == run.stage, last.names == run.names {
                joined[joined.count - 1].blocks = last.blocks.lowerBound..<run.blocks.upperBound
            } else {
                joined.append(run)
            }
        }.map { run in
            let (name, first) = family.blocks(of: run.stage)
            return
                "    (\"\(name)\", range(\(first + run.blocks.lowerBound), \(first + run.blocks.upperBound)), "
                + "\"\(run.names.joined(separator: " "))\"),"
        }
        return """
            # timm's names of all weights, for runs of blocks that are named alike.
            BLOCKS = [
            \(lines.joined(separator: "\n"))
            ]
            NAMES = [
                \(ends.first.map { "\"\($0)\"" }.joined(separator: ", ")),
                *(f"{stage}{block}.{name}" for stage, blocks, names in BLOCKS
                  for block in blocks for name in names.split()),
                \(ends.last.map { "\"\($0)\"" }.joined(separator: ", ")),
            ]
            """
    }
}
