// compound submit as people use it: what it prints, what it refuses, and what it does with Slurm's programs.

import Foundation
import Testing

@Suite struct Submissions {
    /// Runs the tool with a folder of programs before all others.
    private func submit(
        _ arguments: [String], in scratch: Scratch, programs: [String: String] = [:]
    ) throws -> CompoundTool.Result {
        let folder = scratch.folder.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, body) in programs {
            let file = try scratch.write("#!/bin/sh\n\(body)\n", to: "bin/\(name)")
            chmod(file, 0o700)
        }
        return try CompoundTool.run(
            arguments, in: scratch, environment: ["PATH": folder.path + ":/usr/bin:/bin"])
    }

    private let config = "[ \"$*\" = 'show config' ] && echo 'MaxArraySize            = 10'"

    @Test func anArrayIsSubmittedOnce() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        let arguments = [
            "submit", space, "--join", "my study", "--slurm", "--tasks", "10", "--at-most", "2", "--time",
            "30",
            "--sbatch", "account=lab", "--", "--strategy", "random", "--seed=7", "--threads", "64",
        ]
        let result = try submit(
            arguments, in: scratch,
            programs: [
                "scontrol": config,
                "sbatch":
                    "cp \"$1\" '\(scratch.path("given"))'; echo 'Submitted batch job 42'; echo 'be kind' >&2",
            ])

        #expect(result.status == 0, "\(result.errors)")
        #expect(
            result.output.hasPrefix("Submitted batch job 42\n") && result.errors.contains("sbatch: be kind"))
        let script = try String(contentsOfFile: scratch.path("given"), encoding: .utf8)
        #expect(
            script == (try String(contentsOfFile: scratch.path("my study/slurm/array.sh"), encoding: .utf8)))
        for line in [
            "#SBATCH --array=0-9%2", "#SBATCH --time=00:30:00", "#SBATCH --account=lab", "#SBATCH --mem=",
            "#SBATCH --cpus-per-task=64", "#SBATCH --output=\"my study/slurm/%A_%a.log\"",
            "search \(space) --strategy random --seed=7 --threads 64 --join 'my study' &\n",
        ] {
            #expect(script.contains(line), "\(line)")
        }
        let tool = CompoundTool.executable.resolvingSymlinksInPath().path
        #expect(script.contains("\n\(tool) search "))

        let place = try #require(arguments.firstIndex(of: "--"))
        let dry = try submit(
            arguments[..<place] + ["--dry-run"] + arguments[place...], in: scratch,
            programs: ["scontrol": config, "sbatch": "exit 9"])
        #expect(dry.status == 0 && dry.output == script, "\(dry.errors)")
    }

    @Test func whatSlurmRefusesIsOurFailure() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        let arguments = ["submit", space, "--join", "study", "--slurm", "--tasks", "10"]
        let refused = try submit(
            arguments, in: scratch,
            programs: ["scontrol": config, "sbatch": "echo 'sbatch: error: invalid account' >&2; exit 1"])
        #expect(
            refused.status == 1 && refused.errors.contains("sbatch failed: sbatch: error: invalid account"))
        let large = try submit(
            arguments.dropLast() + ["11"], in: scratch, programs: ["scontrol": config, "sbatch": "exit 0"])
        #expect(
            large.status == 64 && large.errors.contains("at most 10 tasks (MaxArraySize)"), "\(large.errors)")
    }

    @Test func withoutSlurmOnlyADryRunGoesOn() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        let arguments = ["submit", space, "--join", "study", "--slurm", "--tasks", "4"]
        let gone = try submit(arguments, in: scratch, programs: ["scontrol": "exit 127"])
        #expect(gone.status == 1 && gone.errors.contains("scontrol is not found here"), "\(gone.errors)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("study")))
        let dry = try submit(arguments + ["--dry-run"], in: scratch, programs: ["scontrol": "exit 127"])
        #expect(
            dry.status == 0 && dry.errors.contains("is not checked") && dry.output.contains("--array=0-3\n"))
    }

    @Test func aManifestAndALineArePrinted() throws {
        let scratch = try Scratch()
        _ = try scratch.toySpace(latency: .none)
        let manifest = try submit(
            [
                "submit", "toy.yaml", "--join", "study", "--kubernetes", "--tasks", "3", "--image",
                "reg/compound",
                "--volume", "shared=/work",
            ], in: scratch)
        #expect(
            manifest.status == 0 && manifest.output.contains("\n  completions: 3\n"), "\(manifest.errors)")
        let line = try submit(
            [
                "submit", "toy.yaml", "--join", "study", "--parallel", "--tasks", "3", "--program",
                "/opt/compound",
            ],
            in: scratch)
        #expect(line.status == 0 && line.output.hasPrefix("parallel --jobs 3 --workdir "), "\(line.errors)")
        #expect(
            line.output.contains(
                "'COMPOUND_WORKER={}@\"$(hostname)\" /opt/compound search toy.yaml --join study'"))
    }

    @Test func whatDoesNotGoTogetherIsABadArgument() throws {
        let scratch = try Scratch()
        let space = try scratch.toySpace(latency: .none)
        let usual = ["submit", space, "--join", "study", "--tasks", "2"]
        for (arguments, words) in [
            (usual, "--slurm"), (usual + ["--slurm", "--parallel"], "--parallel"),
            (usual + ["--slurm", "--image", "x"], "--image goes with --kubernetes"),
            (usual + ["--parallel", "--sbatch", "x-y=1"], "--sbatch goes with --slurm"),
            (usual + ["--slurm", "--sbatch", "array=1"], "--sbatch array is decided by compound submit"),
            (usual + ["--kubernetes", "--volume", "a=/w"], "needs --image"),
            (usual + ["--kubernetes", "--image", "x", "--volume", "a=/w"], "lies in no --volume"),
            (usual + ["--slurm", "--", "--store", "x.sqlite"], "--store is no option of a task"),
            (usual + ["--slurm", "--", "--sed", "7"], "behind the two dashes"),
            (usual + ["--slurm", "--", "--threads", "0"], "give 1 to 1024"),
            (usual + ["--parallel", "--ssh", "a,b"], "names no machine"),
        ] {
            let result = try submit(arguments, in: scratch)
            #expect(result.status == 64 && result.errors.contains(words), "\(arguments): \(result.errors)")
        }
        let missing = try submit(
            ["submit", "nosuch.yaml", "--join", "study", "--slurm", "--tasks", "2", "--dry-run"], in: scratch)
        #expect(missing.status == 1 && missing.errors.contains("nosuch.yaml"))
    }

    @Test func memoryIsThatOfTheLargestCandidateTheImagesAndTheProgram() throws {
        let scratch = try Scratch()
        let space = try scratch.write(
            """
            name: trained
            baseline: {name: t, stem: {channels: 8, kernel: 3, stride: 2, activation: relu}, stages: [{block: basic, repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 8, activation: relu}], scaling: {width: 1, depth: 1, resolution: 16}, channels: 1, classes: 10}
            alpha: [1]
            beta: [1, 2]
            gamma: [1]
            budget: {macs: 4x, tolerance: 99%}
            measure: {latency: none}
            accuracy: {data: shapes, pretrain: {epochs: 1}, fine_tune: {top: 1, epochs: 1}, fit: false}
            """, to: "trained.yaml")
        func megabytes(_ batch: Int) throws -> Int {
            let text = try String(contentsOfFile: space, encoding: .utf8)
            let file = try scratch.write(
                text.replacing("fit: false", with: "fit: false, batch: \(batch)"), to: "b\(batch).yaml")
            let result = try submit(
                ["submit", file, "--join", "s", "--slurm", "--tasks", "2", "--dry-run"], in: scratch,
                programs: ["scontrol": config])
            #expect(result.status == 0, "\(result.errors)")
            let line = try #require(result.output.split(separator: "\n").first { $0.contains("--mem=") })
            return try #require(Int(line.filter(\.isNumber)))
        }
        let (small, large) = (try megabytes(32), try megabytes(512))
        #expect(small > 80 && large > small && large < 4000, "\(small) and \(large) MiB")
    }
}
