// A search as an Indexed Job of Kubernetes: a pod for each index, each failing and begun again by itself.

import Rendering

/// A manifest, and what of it a person decides.
package struct KubernetesJob: Hashable, Sendable {
    /// The search; its folders are those that a container sees.
    package var job: ClusterJob
    /// The image of a container that has the program.
    package var image: String
    /// Claims of volumes that all pods share, and where each is mounted.
    package var volumes: [Volume]

    /// A manifest's values.
    package init(_ job: ClusterJob, image: String, volumes: [Volume]) {
        self.job = job
        self.image = image
        self.volumes = volumes
    }

    /// A claim of a volume, mounted at a path.
    package struct Volume: Hashable, Sendable {
        /// The name of the PersistentVolumeClaim.
        package let claim: String
        /// The absolute path in the container.
        package let path: String

        /// Reads `CLAIM=PATH`; nil where the claim is no name of Kubernetes' or the path is not absolute.
        package init?(_ text: String) {
            let parts = text.split(separator: "=", maxSplits: 1).map { String($0) }
            guard parts.count == 2, parts[1].hasPrefix("/"), parts[0].count <= 253,
                parts[0].utf8.allSatisfy({
                    $0 == 45 || $0 == 46 || $0 >= 97 && $0 <= 122 || $0 >= 48 && $0 < 58
                }), parts[0].first?.isPunctuation == false, parts[0].last?.isPunctuation == false
            else { return nil }
            claim = parts[0]
            path = parts[1]
        }

        /// Whether an absolute path lies in the volume.
        package func holds(_ path: String) -> Bool {
            let root = self.path.hasSuffix("/") ? self.path : self.path + "/"
            return path == self.path || path.hasPrefix(root) && !path.split(separator: "/").contains("..")
        }
    }

    /// The manifest as YAML.
    package var manifest: String {
        Markup.block([
            ("apiVersion", .text("batch/v1")), ("kind", .text("Job")),
            ("metadata", .block([("name", .text(job.label(63)))])),
            (
                "spec",
                .block([
                    ("completionMode", .text("Indexed")), ("completions", .whole(job.tasks)),
                    ("parallelism", .whole(min(job.tasks, job.atMost ?? job.tasks))),
                    ("backoffLimitPerIndex", .whole(job.requeues)),
                    ("podFailurePolicy", .block([("rules", .blocks(rules))])),
                    (
                        "template",
                        .block([
                            ("metadata", .block([("labels", .block([("app", .text("compound"))]))])),
                            ("spec", pod),
                        ])
                    ),
                ])
            ),
        ]).yaml
    }

    /// What an exit status of the search means for its index: 64 and 3 would be every index's, so they end the job; 1 is the
    /// index's own fault, and final; 75 and an eviction go on for as long as it takes; 74 and all else count as tries.
    private var rules: [[Markup.Entry]] {
        func onExit(_ action: String, _ codes: [Int]) -> [Markup.Entry] {
            [
                ("action", .text(action)),
                (
                    "onExitCodes",
                    .block([
                        ("containerName", .text("compound")), ("operator", .text("In")),
                        ("values", .list(codes.map(Markup.whole))),
                    ])
                ),
            ]
        }
        let disruption: [Markup.Entry] = [
            ("action", .text("Ignore")),
            (
                "onPodConditions",
                .blocks([[("type", .text("DisruptionTarget")), ("status", .text("True"))]])
            ),
        ]
        return [onExit("Ignore", [75]), disruption, onExit("FailJob", [3, 64]), onExit("FailIndex", [1])]
    }

    private var pod: Markup {
        var entries: [Markup.Entry] = [("restartPolicy", .text("Never"))]
        if let seconds = job.seconds { entries.append(("activeDeadlineSeconds", .whole(seconds))) }
        // A pod that is evicted or over its time may end its epoch.
        entries.append(("terminationGracePeriodSeconds", .whole(job.secondsAhead)))
        entries.append(("containers", .blocks([container])))
        let mounted = volumes.enumerated().map { index, volume -> [Markup.Entry] in
            [
                ("name", .text("shared-\(index)")),
                ("persistentVolumeClaim", .block([("claimName", .text(volume.claim))])),
            ]
        }
        entries.append(("volumes", .blocks(mounted)))
        return .block(entries)
    }

    private var container: [Markup.Entry] {
        let words = job.command.map { $0.replacing("$(", with: "$$(") }
        let mounts = volumes.enumerated().map { index, volume -> [Markup.Entry] in
            [("name", .text("shared-\(index)")), ("mountPath", .text(volume.path))]
        }
        func field(_ name: String, _ path: String) -> [Markup.Entry] {
            [
                ("name", .text(name)),
                ("valueFrom", .block([("fieldRef", .block([("fieldPath", .text(path))]))])),
            ]
        }
        // A variable is made of those before it.
        let environment = [
            field("TASK_INDEX", "metadata.annotations['batch.kubernetes.io/job-completion-index']"),
            field("POD_NAME", "metadata.name"),
            [
                ("name", .text(ClusterJob.workerVariable)), ("value", .text("$(TASK_INDEX)@$(POD_NAME)")),
            ],
        ]
        return [
            ("name", .text("compound")), ("image", .text(image)),
            ("command", .list(words.prefix(1).map(Markup.text))),
            ("args", .list(words.dropFirst().map(Markup.text))),
            ("workingDir", .text(job.workingFolder)), ("env", .blocks(environment)), ("resources", resources),
            ("volumeMounts", .blocks(mounts)),
        ]
    }

    private var resources: Markup {
        var amounts: [Markup.Entry] = [("cpu", .text("\(job.resources.cores)"))]
        if let mebibytes = job.resources.mebibytes { amounts.append(("memory", .text("\(mebibytes)Mi"))) }
        // Without a limit of processors a lone pod of a node uses all of them.
        return .block([("requests", .block(amounts)), ("limits", .block(Array(amounts.dropFirst())))])
    }
}
