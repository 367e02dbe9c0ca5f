// timm's names of all weights in the order in which they are applied: so networks of other tools, whose
// modules come in that order too, take weights without a name of their own being known.

import NetworkExecution
import Networks

extension Network {
    /// Python's `NAMES`: one row for each stage, since the blocks of a stage are named alike.
    func pythonNames() throws -> String {
        let blocks = realisedBlocks
        var rows = [[String]](repeating: [], count: blocks.count)
        var ends: (first: [String], last: [String]) = ([], [])
        for (layer, names) in zip(layers, try timmNames()) {
            let own = names.flatMap { [$0.module, $0.norm].compactMap(\.self) }
            guard let stage = layer.name.stage else {
                if layer.name.part == .stem { ends.first += own } else { ends.last += own }
                continue
            }
            guard layer.name.block == blocks[stage].count - 1 else { continue }
            rows[stage] += own.map { $0.split(separator: ".").dropFirst(3).joined(separator: ".") }
        }
        let lines = zip(blocks, rows).map { blocks, names in
            "    (\(blocks.count), \"\(names.joined(separator: " "))\"),"
        }
        return """
            # timm's names of all weights; those of a stage's blocks are alike.
            BLOCKS = [
            \(lines.joined(separator: "\n"))
            ]
            NAMES = [
                \(ends.first.map { "\"\($0)\"" }.joined(separator: ", ")),
                *(f"blocks.{stage}.{block}.{name}" for stage, (repeats, names) in enumerate(BLOCKS)
                  for block in range(repeats) for name in names.split()),
                \(ends.last.map { "\"\($0)\"" }.joined(separator: ", ")),
            ]
            """
    }
}
