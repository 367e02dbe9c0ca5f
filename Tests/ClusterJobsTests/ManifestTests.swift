// The manifest of Kubernetes and the line of GNU parallel, to the letter.

import ClusterJobs
import Foundation
import Testing

@Test func theManifestOfAnIndexedJob() throws {
    let volume = try #require(KubernetesJob.Volume("shared=/work"))
    let manifest = KubernetesJob(
        job(
            program: "compound", search: ["space.yaml", "--strategy", "$(date) yes: \"no\""], folder: "study",
            workingFolder: "/work"), image: "registry.example/compound:0.8.0", volumes: [volume]
    ).manifest
    #expect(
        manifest == #"""
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: compound-fashion-mnist
            spec:
              completionMode: Indexed
              completions: 4
              parallelism: 2
              backoffLimitPerIndex: 3
              podFailurePolicy:
                rules:
                  - action: Ignore
                    onExitCodes:
                      containerName: compound
                      operator: In
                      values: [75]
                  - action: Ignore
                    onPodConditions:
                      - type: DisruptionTarget
                        status: "True"
                  - action: FailJob
                    onExitCodes:
                      containerName: compound
                      operator: In
                      values: [3, 64]
                  - action: FailIndex
                    onExitCodes:
                      containerName: compound
                      operator: In
                      values: [1]
              template:
                metadata:
                  labels:
                    app: compound
                spec:
                  restartPolicy: Never
                  activeDeadlineSeconds: 7200
                  terminationGracePeriodSeconds: 720
                  containers:
                    - name: compound
                      image: "registry.example/compound:0.8.0"
                      command:
                        - compound
                      args:
                        - search
                        - space.yaml
                        - "--strategy"
                        - "$$(date) yes: \"no\""
                        - "--join"
                        - study
                      workingDir: "/work"
                      env:
                        - name: TASK_INDEX
                          valueFrom:
                            fieldRef:
                              fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']"
                        - name: POD_NAME
                          valueFrom:
                            fieldRef:
                              fieldPath: metadata.name
                        - name: COMPOUND_WORKER
                          value: "$(TASK_INDEX)@$(POD_NAME)"
                      resources:
                        requests:
                          cpu: "2"
                          memory: "3577Mi"
                        limits:
                          memory: "3577Mi"
                      volumeMounts:
                        - name: shared-0
                          mountPath: "/work"
                  volumes:
                    - name: shared-0
                      persistentVolumeClaim:
                        claimName: shared

            """#)
}

@Test func namesAreWhatKubernetesTakes() {
    for (name, label) in [
        ("toy", "compound-toy"), ("Ünicode & Co.", "compound-nicode-co"), ("", "compound"),
        ("---", "compound"),
        (String(repeating: "ab ", count: 40), "compound-" + String(repeating: "ab-", count: 18)),
    ] {
        let manifest = KubernetesJob(job(name: name), image: "i", volumes: []).manifest
        let line = manifest.split(separator: "\n").first { $0.hasPrefix("  name: ") } ?? ""
        #expect(
            line == "  name: "
                + label.prefix(63).description.trimmingCharacters(in: CharacterSet(charactersIn: "-")))
    }
}

@Test func aVolumeIsAClaimAndAnAbsolutePath() {
    #expect(KubernetesJob.Volume("my.claim-1=/a b")?.path == "/a b")
    for text in ["", "claim", "claim=", "claim=work", "=/work", "Claim=/work", "-a=/work", "a.=/w", "a b=/w"]
    {
        #expect(KubernetesJob.Volume(text) == nil, "\(text)")
    }
    let volume = KubernetesJob.Volume("c=/work")
    #expect(volume?.holds("/work/x") == true && volume?.holds("/work") == true)
    #expect(volume?.holds("/workshop") == false && volume?.holds("/work/../etc") == false)
}

@Test func theLineOfGNUParallel() {
    #expect(
        ParallelLine(job(folder: "/shared/my study")).text == #"""
            parallel --jobs 2 --workdir /home/ada --joblog '/shared/my study/parallel.log' --resume-failed 'COMPOUND_WORKER={}@"$(hostname)" /usr/local/bin/compound search space.yaml --strategy grid --join '\''/shared/my study'\''' ::: 0 1 2 3
            """#)
    #expect(
        ParallelLine(job(), hosts: ["a", "ada@b"]).text.hasPrefix(
            "parallel --jobs 2 --sshlogin a,ada@b --workdir "))
}

/// The words that a shell makes of a line.
private func words(_ line: String) throws -> [String] {
    let folder = try Folder()
    let process = try start(["/bin/sh", "-c", "printf '%s\\0' \(line) > \"$0\"", folder.path + "/out"])
    process.waitUntilExit()
    return try #require(folder.text("out")).split(separator: "\0", omittingEmptySubsequences: false)
        .dropLast().map {
            String($0)
        }
}

@Test func aShellReadsBackEveryWord() throws {
    #expect(try words(oddTexts.shellLine) == oddTexts)
    // In parallel's template no word has braces that it would replace, and the shell sees the same words.
    let line = ParallelLine(job(search: oddTexts)).text
    let inner = try #require(try words(line).dropLast(5).last)
    let command = ["/usr/local/bin/compound", "search"] + oddTexts
    #expect(try Array(words(inner).dropFirst().prefix(command.count)) == command)
    for mark in ["{#}", "{=", "{%}", "{.}"] { #expect(!inner.contains(mark)) }
    #expect(inner.components(separatedBy: "{}").count == 2)
}
