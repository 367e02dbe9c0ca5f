// A coefficient for each stage, as users see it: drawn, searched, asked for, exported.

import Foundation
import Testing

@Suite(.serialized) struct StageTests {
    private func space(_ scratch: Scratch) throws -> String {
        let text = try String(contentsOfFile: scratch.toySpace(latency: .none), encoding: .utf8)
            .replacing("alpha: {from: 1, to: 3, step: 0.5}", with: "alpha: {stages: [1, [1, 1.5]]}")
            .replacing(
                "beta: {from: 1, to: 2, step: 0.25}", with: "beta: {stages: [1, {from: 1, to: 3, step: 0.5}]}"
            )
        return try scratch.write(text, to: "staged.yaml")
    }

    @Test func aDryRunListsTheCoefficientsOfTheStages() throws {
        let scratch = try Scratch()
        let space = try space(scratch)
        let table = try CompoundTool.run("search", space, "--dry-run", in: scratch)
        #expect(table.status == 0, "\(table.errors)")
        let lines = table.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("50 points → ") == true)
        #expect(lines.dropFirst().first?.split(separator: " ").prefix(4) == ["α", "β", "γ", "φ"])
        #expect(lines.contains { $0.hasPrefix("1 1.5  1 ") })
        #expect(lines.allSatisfy { $0.count <= 100 })

        let refused = try CompoundTool.run("search", space, "--dry-run", "--strategy", "spread", in: scratch)
        #expect(refused.status != 0 && refused.errors.contains("use the strategy grid or random."))
    }

    @Test func tablesOfManyStagesFitTheTerminal() throws {
        let scratch = try Scratch()
        let range = "{from: 1, to: 1.5}"
        let stages = "{stages: [" + Array(repeating: range, count: 7).joined(separator: ", ") + "]}"
        let space = try scratch.write(
            "name: b0\nbaseline: efficientnet-b0\nalpha: \(stages)\nbeta: \(stages)\ngamma: \(range)\nbudget: 2x\n",
            to: "b0.yaml")
        let table = try CompoundTool.run(
            "search", space, "--dry-run", "--strategy", "random", "--seed", "3", in: scratch)
        #expect(table.status == 0, "\(table.errors)")
        let lines = table.output.split(separator: "\n").dropFirst()
        #expect(lines.count == 21 && lines.allSatisfy { $0.count <= 100 })
        let again = try CompoundTool.run(
            "search", space, "--dry-run", "--strategy", "random", "--seed", "3", in: scratch)
        #expect(again.output.split(separator: "\n").dropFirst() == lines)
    }

    @Test func trialsAreFoundByTheirStagesAndExported() throws {
        let scratch = try Scratch()
        let space = try space(scratch)
        let search = try CompoundTool.run("search", space, "--store", "s.sqlite", in: scratch)
        #expect(search.status == 0, "\(search.errors)")
        let query = try CompoundTool.run(
            "query", "--store", "s.sqlite", "--where", "alpha_stages = '1 1.5'", "--format", "json",
            "--columns", "id,network_hash,alpha_stages,beta_stages", in: scratch)
        let rows = try #require(query.json() as? [[String: Any]])
        #expect(!rows.isEmpty)
        for row in rows.prefix(3) {
            let id = try #require(row["id"] as? Int)
            #expect(row["alpha_stages"] as? String == "1 1.5")
            let export = try CompoundTool.run(
                "export", "trial:\(id)", "--store", "s.sqlite", "-o", "t\(id).yaml", in: scratch)
            #expect(export.status == 0, "\(export.errors)")
            let shown = try CompoundTool.run("show", "t\(id).yaml", "--format", "json", in: scratch)
            let network = try #require(shown.json() as? [String: Any])
            #expect(network["network_hash"] as? String == row["network_hash"] as? String)
            #expect(network["stage_depths"] as? [Double] == [1, 1.5])
        }
        let table = try CompoundTool.run("query", "--store", "s.sqlite", in: scratch)
        #expect(table.output.contains("beta_stages"))
        #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func aSearchThatIsKilledGoesOnToTheSameTrials() throws {
        let scratch = try Scratch()
        let space = try space(scratch)
        func trials(_ store: String) throws -> String {
            try CompoundTool.run(
                "query", "--store", store, "--format", "csv", "--sort", "point", "--columns",
                "network_hash,state,point,alpha_stages,beta_stages,gamma,macs", in: scratch
            ).output
        }
        _ = try CompoundTool.run("search", space, "--store", "calm.sqlite", in: scratch)
        for kill in 0..<8 {
            let process = try CompoundTool.start(["search", space, "--store", "killed.sqlite"], in: scratch)
            Thread.sleep(forTimeInterval: 0.01 * Double(kill + 1))
            if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
        let last = try CompoundTool.run("search", space, "--store", "killed.sqlite", in: scratch)
        #expect(last.status == 0, "\(last.errors)")
        #expect(try trials("killed.sqlite") == trials("calm.sqlite"))
    }
}
