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
    /// A network, or an exported candidate whose cost must be that of its network.
    func networkDocument() throws(DescriptionError) -> Architecture {
        guard has("network") else { return try architecture() }
        let export = try section(CandidateExport.sections)
        let field = try export.required("network")
        let architecture = try field.architecture()
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
            "name", "base", "stem", "stages", "timm", "head", "activation", "scaling", "rules", "channels",
            "classes", "padding", "batch_norm_epsilon", "drop_path",
        ])
        var network: Architecture
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
            network.stages = try keys.stageTable(usual) ?? network.stages
        } else {
            let name = try keys.required("name").text()
            let stem = try keys.required("stem").stem(over: nil, given)
            let usual = given ?? stem.activation
            if keys["timm"] == nil { _ = try keys.required("stages") }
            network = Architecture(
                name: name, stem: stem, stages: try keys.stageTable(usual) ?? [],
                head: Head(channels: nil, activation: usual))
        }
        network.head = try keys["head"]?.head(over: network.head) ?? network.head
        network.scaling = try keys["scaling"]?.scaling(over: network.scaling) ?? network.scaling
        network.rules = try keys["rules"]?.rules(over: network.rules) ?? network.rules
        network.channels = try keys["channels"]?.whole() ?? network.channels
        network.classes = try keys["classes"]?.whole() ?? network.classes
        network.padding = try keys["padding"]?.choice() ?? network.padding
        network.batchNormEpsilon = try keys["batch_norm_epsilon"]?.number() ?? network.batchNormEpsilon
        network.dropPath = try keys["drop_path"]?.number() ?? network.dropPath
        _ = try realised(network)
        return network
    }

    /// The built-in network that this value names.
    func builtIn() throws(DescriptionError) -> Architecture {
        let wanted = try text("give the name of a built-in network")
        if let found = PublishedNetworks.all.first(where: { $0.name == wanted }) { return found }
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
                let field = nearest(to: path)
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
    /// The stage table under either of its keys, or nil where neither is given.
    fileprivate func stageTable(_ usual: Activation) throws(DescriptionError) -> [Stage]? {
        guard let strings = self["timm"] else { return try self["stages"]?.stages(usual) }
        if self["stages"] != nil {
            throw strings.fault("stages and timm both give the stage table; keep one of them.")
        }
        return try strings.timmStages(usual)
    }
}

extension Architecture {
    /// Replaces every activation, those inside squeeze-and-excitation included.
    fileprivate mutating func activate(_ activation: Activation) {
        stem.activation = activation
        for index in stages.indices {
            stages[index].activation = activation
            stages[index].squeezeExcitation?.activation = activation
        }
        head.activation = activation
        head.squeezeExcitation?.activation = activation
    }
}
