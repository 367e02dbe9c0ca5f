// A network's YAML, read: a stage table of one's own, a built-in network with parts replaced, or an exported
// candidate, which holds its network under `network:`.

import Networks

extension Architecture {
    /// The network that a YAML or JSON file describes, checked to be buildable.
    package init(contentsOf path: String) throws(DescriptionError) {
        self = try Document.root(ofFile: path).networkDocument()
    }

    /// The network that a text describes; `file` is what errors call it.
    package init(yaml text: String, file: String) throws(DescriptionError) {
        self = try Document.root(of: text, file: file).networkDocument()
    }
}

extension Field {
    /// The row of the stage table behind a path such as `stages.2.kernel`, and of it the key.
    func stageRow(at path: [String]) -> Field? {
        guard path.count > 1, path[0] == "stages", let index = Int(path[1]), has("stages"),
            let rows = try? nearest(to: ["stages"]).stageRows(), rows.indices.contains(index)
        else { return nil }
        return rows[index].row.nearest(to: Array(path.dropFirst(2)))
    }

    /// A network, or an exported candidate whose cost must be that of its network.
    func networkDocument() throws(DescriptionError) -> Architecture {
        guard has("network") else { return try architecture() }
        let export = try section(CandidateExport.sections)
        let field = try export.required("network")
        var architecture = try field.architecture()
        if let sizes = try export["realised"]?.realisedSizes(of: architecture) {
            try architecture.take(sizes, from: field)
        }
        let network = try field.realised(architecture)
        if let cost = try export["cost"]?.section(Cost.keys) {
            try cost.required("macs").verify(network.cost.macs.value)
            try cost.required("parameters").verify(network.cost.parameters.value)
        }
        return architecture
    }

    private func verify(_ realised: Int) throws(DescriptionError) {
        let claimed = try whole()
        if claimed != realised {
            let remedy = "undo the edit of one, or remove 'cost:'"
            throw fault("\(name) is \(claimed), but the network has \(realised); \(remedy).")
        }
    }

    /// A network described by a mapping.
    func architecture() throws(DescriptionError) -> Architecture {
        if has("baseline") || has("alpha") {
            throw fault("this is a search space, not a network; search it with 'compound search'.")
        }
        try refuseRectangles()
        let keys = try section([
            "name", "base", "stem", "stages", "regnet", "timm", "generator", "head", "activation", "scaling",
            "rules", "channels",
            "classes", "padding", "batch_norm_epsilon", "drop_path", "realised",
        ])
        var network: Architecture
        var generator: BlockStringGenerator?
        let given = try keys["activation"]?.activation()
        if let base = keys["base"] {
            network = try base.builtIn()
            if keys.fields.count == 1 {
                let remedy = "override a key such as 'classes:', or use the name itself"
                throw fault("'base: \(network.name)' and nothing else is \(network.name); \(remedy).")
            }
            if let given { network.activate(given) }
            let usual = network.stem.activation
            network.name = try keys["name"]?.text() ?? network.name
            network.stem = try keys["stem"]?.stem(over: network.stem, given) ?? network.stem
            generator = try keys.readStages(usual, into: &network)
        } else {
            let name = try keys.required("name").text()
            let stem = try keys.required("stem").stem(over: nil, given)
            let usual = given ?? stem.activation
            if keys["timm"] == nil, keys["regnet"] == nil { _ = try keys.required("stages") }
            network = Architecture(
                name: name, stem: stem, stages: [], head: Head(channels: nil, activation: usual))
            generator = try keys.readStages(usual, into: &network)
        }
        network.head = try keys["head"]?.head(over: network.head) ?? network.head
        if let generator, generator.pooled.isPooled, let channels = network.head.channels {
            // Of these generators the head's convolution stands after the pooling.
            network.head.channels = nil
            network.head.pooled = PooledConvolution(
                channels: channels, isNormalised: generator.pooled.isNormalised,
                activation: network.head.activation)
        }
        network.scaling = try keys["scaling"]?.scaling(over: network.scaling) ?? network.scaling
        network.rules = try keys["rules"]?.rules(over: network.rules) ?? network.rules
        network.channels = try keys["channels"]?.whole() ?? network.channels
        network.classes = try keys["classes"]?.whole() ?? network.classes
        network.padding = try keys["padding"]?.choice() ?? network.padding
        network.batchNormEpsilon = try keys["batch_norm_epsilon"]?.number() ?? network.batchNormEpsilon
        network.dropPath = try keys["drop_path"]?.number() ?? network.dropPath
        if keys["stem"] != nil || keys["head"] != nil { network.widenOwnSizes() }
        if let sizes = try keys["realised"]?.realisedSizes(of: network) {
            try network.take(sizes, from: self)
        }
        _ = try realised(network)
        return network
    }

    /// The built-in network that this value names.
    func builtIn() throws(DescriptionError) -> Architecture {
        let wanted = try text("give the name of a built-in network")
        if let found = PublishedNetworks.find(wanted) { return found }
        let remedy = wanted.remedy(
            among: PublishedNetworks.all.map(\.name), otherwise: "'compound show --list' names them all.")
        throw fault("no built-in network is called \(wanted.quoted); \(remedy)")
    }

    /// The network with its sizes, or an error at the key that forbids them.
    func realised(_ architecture: Architecture) throws(DescriptionError) -> Network {
        do throws(NetworkError) {
            return try Network(architecture)
        } catch {
            switch error {
            case .invalid(let path, let reason):
                if let string = blockString(at: path) {
                    let key = path.dropFirst(2).joined(separator: ".")
                    throw try string.fault("\(string.blockText().quoted): \(key): \(reason)")
                }
                let field = stageRow(at: path) ?? nearest(to: path)
                let name = path.last == field.name || path.isEmpty ? field.name : path[path.count - 1]
                throw field.fault("\(name): \(reason)")
            case .contradiction: throw nearest(to: ["scaling", "resolution"]).fault(error.description)
            case .tooLarge, .overflow, .unknownName:
                throw nearest(to: ["scaling"]).fault(error.description)
            }
        }
    }
}

extension Section {
    /// Takes the stage table under one of its keys, and with block strings what their generator decides.
    fileprivate func readStages(
        _ usual: Activation, into network: inout Architecture
    ) throws(DescriptionError) -> BlockStringGenerator? {
        let given = ["stages", "regnet", "timm"].filter { self[$0] != nil }
        if given.count > 1 {
            throw (self[given[1]] ?? field).fault(
                "\(given.listed("and")) \(given.count == 2 ? "both" : "all") give the stage table; keep one of them."
            )
        }
        if let generator = self["generator"], self["timm"] == nil {
            throw generator.fault("'generator' says what strings under 'timm:' leave open; leave it out.")
        }
        if !given.isEmpty { network.ownSizes = nil }
        if let rows = self["stages"] { network.stages = try rows.stages(usual) }
        if let regnet = self["regnet"] { network.stages = try regnet.regNet(usual) }
        guard let strings = self["timm"] else { return nil }
        let (generator, published) = try blockStringGenerator(network.stem, usual)
        network.stages = try strings.blockStringStages(usual, generator)
        network.rules = published?.rules ?? generator.rules
        return generator
    }
}

extension Field {
    /// The numbers of RegNet, from which all rows follow.
    fileprivate func regNet(_ usual: Activation) throws(DescriptionError) -> [Stage] {
        let keys = try section(["d", "w0", "wa", "wm", "g", "se"])
        let parameters = RegNetParameters(
            depth: try keys.required("d").whole(in: 1...Limits.repeats),
            initialWidth: try keys.required("w0").whole(in: 8...Limits.channels),
            slope: try keys.required("wa").number(in: 0...10_000),
            multiplier: try keys.required("wm").number(in: 1.001...64),
            groupWidth: try keys.required("g").whole(in: 1...Limits.channels),
            squeezeRatio: try keys["se"].flatMap { field throws(DescriptionError) in
                try field.isNone ? nil : field.number(in: 0.001...64)
            })
        return parameters.rows.map { row in
            var row = row
            row.activation = usual
            row.squeezeExcitation?.activation = usual
            return row
        }
    }
}

extension Architecture {
    /// Holds to sizes that were read, unless rounding gives the same.
    fileprivate mutating func take(_ sizes: Dimensions, from field: Field) throws(DescriptionError) {
        ownSizes = nil
        if let rounded = try? dimensions(), rounded.isSame(as: sizes) { return }
        ownSizes = OwnSizes(sizes, at: scaling)
    }

    /// Gives stem and head, where they were written anew, their place among sizes that the base has of its own.
    fileprivate mutating func widenOwnSizes() {
        ownSizes?.dimensions.widths.stem = stem.before + [stem.channels]
        ownSizes?.dimensions.widths.head = head.channels
        ownSizes?.dimensions.widths.pooled = head.pooled?.channels
    }

    /// Replaces every activation, those inside squeeze-and-excitation included.
    fileprivate mutating func activate(_ activation: Activation) {
        stem.activation = activation
        for index in stages.indices {
            if stages[index].options.outputActivation != .identity {
                stages[index].options.outputActivation = activation
            }
            stages[index].activation = activation
            stages[index].squeezeExcitation?.activation = activation
        }
        head.activation = activation
        head.squeezeExcitation?.activation = activation
        head.pooled?.activation = activation
    }
}
