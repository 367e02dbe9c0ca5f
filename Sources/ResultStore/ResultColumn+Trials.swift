// The columns of the view `trials`.

extension ResultColumn {
    /// The columns of the view `trials`, in its order.
    static let ofTrials = identity + coefficients + costs + measurement + accuracies + origin

    /// The reward, which a query adds.
    static let reward = ResultColumn(
        Reward.column, "MnasNet's accuracy · (latency / target)^w", better: .higher,
        comparable: .measurementSet)

    static let study = ResultColumn("study", "hash of the space, the strategy and the seed")
    static let studyName = ResultColumn("study_name", "the name that the space gives the study")
    static let network = ResultColumn("network", "the baseline's name")
    static let networkHash = ResultColumn("network_hash", "content hash of the network, by its layers")
    static let alpha = ResultColumn("alpha", "depth coefficient α", place: 2)
    static let beta = ResultColumn("beta", "width coefficient β", place: 3)
    static let alphaStages = ResultColumn(
        "alpha_stages", "depth coefficients of the stages, whose mean is alpha", place: 4, spare: 11,
        whenUnknown: .hidden)
    static let betaStages = ResultColumn(
        "beta_stages", "width coefficients of the stages, whose mean is beta", place: 5, spare: 12,
        whenUnknown: .hidden)
    static let gamma = ResultColumn("gamma", "resolution coefficient γ", place: 6)
    static let phi = ResultColumn("phi", "exponent φ of all three coefficients", place: 7, usual: .real(1))
    static let resolution = ResultColumn(
        "resolution", "height and width of the image", unit: "pixels", place: 8, spare: 8)
    static let blocks = ResultColumn("blocks", "realised blocks", better: .lower)
    static let costLevel = ResultColumn(
        "cost_level", "cost level of the budget, counted from 1", place: 14, spare: 6, isTelling: true)
    static let macs = ResultColumn("macs", "multiply–accumulates of one inference", better: .lower, place: 9)
    static let parameters = ResultColumn(
        "parameters", "parameters of the network", better: .lower, place: 10, spare: 3)
    static let training = ResultColumn("training", "number of the training, within which accuracies compare")
    static let trainer = ResultColumn("trainer", "who trained: a data set, or a command line")
    static let data = ResultColumn("data", "digest of the images, unknown in stores of versions before 0.4")
    static let processor = ResultColumn("processor", "model name of the processor")
    static let cores = ResultColumn("cores", "cores that the process could use")
    static let system = ResultColumn("system", "operating system and its version")
    static let machine = ResultColumn("machine", "hash of the computer")

    private static let identity = [
        ResultColumn("id", "number of the trial", place: 1), study, studyName,
        ResultColumn("strategy", "how points were drawn: grid or random"),
        ResultColumn("seed", "seed of random points"),
        network, networkHash, ResultColumn("point", "index of the first point that gives the network"),
    ]

    private static let coefficients = [
        alpha, beta, gamma, phi,
        ResultColumn("alpha_low", "lowest sampled α that gives the same network"),
        ResultColumn("alpha_high", "highest sampled α that gives the same network"),
        ResultColumn("beta_low", "lowest sampled β that gives the same network"),
        ResultColumn("beta_high", "highest sampled β that gives the same network"),
        ResultColumn("gamma_low", "lowest sampled γ that gives the same network"),
        ResultColumn("gamma_high", "highest sampled γ that gives the same network"), alphaStages, betaStages,
        ResultColumn("width", "width factor of the whole network, with the baseline's own"),
        ResultColumn("depth", "depth factor of the whole network, with the baseline's own"), resolution,
        blocks, costLevel,
    ]

    private static let costs = [
        macs, parameters, ResultColumn("activations", "elements that the layers put out", better: .lower),
        ResultColumn("bias_adds", "additions of biases", better: .lower),
        ResultColumn("norm_elements", "elements that norms scale", better: .lower),
        ResultColumn("weight_bytes", "weights as float32", unit: "bytes", better: .lower),
        ResultColumn(
            "peak_activation_bytes", "activations alive at once, as float32", unit: "bytes", better: .lower),
        ResultColumn(
            "state", "complete, rejected (above the bound), failed, pending or set_aside", place: 22,
            usual: .text("complete")), ResultColumn("reason", "why the state is not complete"),
        ResultColumn("set_aside", "why a person set the trial aside"),
    ]

    private static let measurement = [
        ResultColumn(
            "latency_ms", "median time of one inference of the batch", unit: "ms", better: .lower,
            comparable: .measurementSet, place: 11, spare: 10, whenUnknown: .hiddenBesideAccuracies),
        ResultColumn(
            "latency_ms_min", "fastest sample", unit: "ms", better: .lower, comparable: .measurementSet),
        ResultColumn(
            "latency_ms_ci95", "half-width of the 95 % interval of latency_ms", unit: "ms", better: .lower,
            comparable: .measurementSet),
        ResultColumn("samples", "number of samples", comparable: .measurementSet),
        ResultColumn(
            "anchor_ms", "median of the anchor network timed in between", unit: "ms",
            comparable: .measurementSet),
        ResultColumn(
            "latency_ratio", "latency over the anchor's, which holds between runs", better: .lower,
            comparable: .measurementSet, place: 12, spare: 5, whenUnknown: .hiddenBesideAccuracies),
        ResultColumn(
            "latency_ratio_ci95", "half-width of the 95 % interval of latency_ratio", better: .lower,
            comparable: .measurementSet),
        ResultColumn(
            "latency_origin", "measured or predicted", place: 13, whenUnknown: .hiddenBesideAccuracies),
        ResultColumn(
            "memory_bytes", "memory that execution planned", unit: "bytes", better: .lower,
            comparable: .measurementSet),
        ResultColumn("measurement_set", "number of the conditions, within which latencies compare"),
        processor,
        cores, ResultColumn("machine_memory_bytes", "main memory of the machine", unit: "bytes"),
        ResultColumn("caches", "sizes of the processor's caches"), system, machine,
        ResultColumn("instruction_set", "instruction set of the kernels, or none where nothing ran"),
        ResultColumn("threads", "threads of one inference"), ResultColumn("batch", "images of one inference"),
        ResultColumn("precision", "what the network computed in"), ResultColumn("build", "release or debug"),
        ResultColumn("tool_version", "version of the tool that measured"),
        ResultColumn("anchor", "network timed in between"),
    ]

    private static let accuracies = [
        ResultColumn(
            "accuracy", "share of validation images classified rightly, mean over the seeds", better: .higher,
            comparable: .training, place: 15, whenUnknown: .hidden),
        ResultColumn(
            "accuracy_deviation", "standard deviation of accuracy over the seeds", better: .lower,
            comparable: .training, place: 17, spare: 7, whenUnknown: .hidden),
        ResultColumn(
            "accuracy_seeds", "seeds behind accuracy", comparable: .training, place: 18, spare: 4,
            isTelling: true, whenUnknown: .hidden),
        ResultColumn(
            "accuracy_epochs", "epochs behind accuracy", comparable: .training, place: 19, spare: 9,
            isTelling: true, whenUnknown: .hidden),
        ResultColumn(
            "accuracy_pretrain", "accuracy after pre-training, mean over the seeds", better: .higher,
            comparable: .training, place: 20, spare: 2, whenUnknown: .hidden),
        ResultColumn(
            "balanced_accuracy", "mean of the classes' accuracies", better: .higher, comparable: .training,
            place: 16, spare: 1, whenUnknown: .hidden),
        ResultColumn(
            "most_common_share", "share of validation images in the most common class",
            comparable: .training),
        ResultColumn(
            "test_accuracy", "share of test images classified rightly, of finalists", better: .higher,
            comparable: .training, place: 21, whenUnknown: .hidden),
        ResultColumn(
            "loss", "mean cross-entropy on the validation images", better: .lower, comparable: .training),
        ResultColumn(
            "training_seconds", "time of all rungs of the trial", unit: "s", better: .lower,
            comparable: .training), training, trainer, data,
        ResultColumn("training_state", "how the last rung ended: complete or failed"),
        ResultColumn("training_reason", "why the last rung failed"),
    ]

    private static let origin = [
        ResultColumn("tolerance", "how far macs may lie from the cost level, as a share of it"),
        ResultColumn("latency_bound_ms", "the study's bound on latency", unit: "ms"),
        ResultColumn("parent", "number of the trial that this one was made of"),
        ResultColumn("proposal", "what proposed the trial"),
        ResultColumn("coefficients", "named parameters of the space, as JSON"),
        ResultColumn("created_at", "when the trial was recorded, UTC"),
        ResultColumn("measured_at", "when it was measured, UTC"),
        ResultColumn("trained_at", "when its last rung ended, UTC"),
        ResultColumn("dimensions", "the realised integers, as JSON", isLong: true),
        ResultColumn("description", "the network as it is read back", isLong: true),
    ]
}
