// compound scale: the variants that given coefficients make of a network.

import ArgumentParser
import CompoundSearch
import Descriptions
import Networks
import Rendering
import Studies

/// Prints the networks of a compound-scaling series, as realised.
struct ScaleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "Scale a network by α^φ, β^φ, γ^φ and show what is realised.",
        discussion: """
            --from-fit takes the coefficients of compound fit instead. They speak of realised sizes, so each \
            row is the network whose realised depth, width, resolution and macs come nearest to α^φ, β^φ, γ^φ \
            and budget^φ; the network is the fit's own baseline unless one is given.

            EXAMPLES
              compound scale efficientnet-b0 --alpha 1.2 --beta 1.1 --gamma 1.15
              compound scale resnet-50 --alpha 1.1 --beta 1.2 --gamma 1.1 --phi -1...3 --format json
              compound scale --from-fit fit.yaml
            """)

    @Argument(help: ArgumentHelp("A built-in name, a YAML file, or trial:ID.", valueName: "network"))
    var network: String?

    @OptionGroup var factors: FactorOptions
    @OptionGroup var store: ReadStoreOptions

    @Option(help: "Depth coefficient α.")
    var alpha: Double?

    @Option(help: "Width coefficient β.")
    var beta: Double?

    @Option(help: "Resolution coefficient γ.")
    var gamma: Double?

    @OptionGroup var fit: FitOptions

    @Option(
        help: ArgumentHelp(
            "Compound coefficients: a number, a list -1,0,1, or a range 0...7.", valueName: "phi"))
    var phi = PhiList(values: (0...7).map(Double.init))

    @Option(help: "table or json.")
    var format = ResultFormat.table

    func validate() throws {
        let given = [("alpha", alpha), ("beta", beta), ("gamma", gamma)]
        for case (let name, let value?) in given {
            guard value > 0, value.isFinite else {
                throw ValidationError("--\(name) \(value) is no factor; give a number above 0, such as 1.2.")
            }
        }
        let count = given.count { $0.1 != nil }
        guard count == (fit.fromFit == nil ? 3 : 0) else {
            throw ValidationError("give --alpha, --beta and --gamma, or --from-fit in their place.")
        }
        if network == nil, fit.fromFit == nil {
            throw ValidationError("give a network to scale, such as efficientnet-b0.")
        }
    }

    func run() throws {
        if let fitted = try fit.scaling(store: store) {
            let baseline = try fitted.network(network, factors: factors, store: store)
            let rows = try phi.values.map { phi in
                (fitted.coefficients(phi: phi), try fitted.realised(baseline, phi: phi))
            }
            try print(rows, baseline)
            if format == .table { Output.note(note(fitted)) }
            return
        }
        guard let name = network, let alpha, let beta, let gamma else { return }
        let baseline = try factors.realised(
            NetworkReference(name).architecture(store: store), given: name)
        let rows = try phi.values.map { phi in
            let coefficients = Coefficients(alpha: alpha, beta: beta, gamma: gamma, phi: phi)
            do {
                return (coefficients, try Network(baseline.architecture.scaled(by: coefficients)))
            } catch {
                throw ValidationError("at φ = \(phi.coefficient), \(error)")
            }
        }
        try print(rows, baseline)
        guard format == .table else { return }
        for note in ScalingNotes.lines(
            Coefficients(alpha: alpha, beta: beta, gamma: gamma), baseline: baseline)
            + ScalingNotes.rounding(of: baseline.architecture)
        { Output.note(note) }
    }

    private func print(_ rows: [(Coefficients, Network)], _ baseline: Network) throws {
        switch format {
        case .json: try Output.print(markup(rows, baseline).json)
        case .table: try Output.print(table(rows, baseline).rendered)
        }
    }

    private func note(_ fitted: FittedScaling) -> String {
        let scale = fitted.scale
        return "note: fitted α \(scale.depth.digits(3)), β \(scale.width.digits(3)), "
            + "γ \(scale.resolution.digits(3)) of realised sizes at \(fitted.budget.coefficient)× the macs; each row "
            + "is the nearest network that rounding allows."
    }

    private func markup(_ rows: [(Coefficients, Network)], _ baseline: Network) -> Markup {
        .list(
            rows.map { coefficients, network in
                .block(
                    [
                        ("phi", .number(coefficients.phi)),
                        ("width", .number(network.architecture.scaling.width)),
                        ("depth", .number(network.architecture.scaling.depth)),
                        ("resolution", .whole(network.dimensions.resolution)),
                        ("blocks", .whole(network.dimensions.blocks)),
                        ("macs_ratio", .number(network.cost.ratio(to: baseline.cost))),
                    ] + NetworkReport.members(of: network.cost))
            })
    }

    private func table(_ rows: [(Coefficients, Network)], _ baseline: Network) -> TextTable {
        var table = TextTable([
            "φ", "width", "depth", "resolution", "blocks", "macs", "× baseline", "parameters",
        ])
        for (coefficients, network) in rows {
            let scaling = network.architecture.scaling
            table.append([
                coefficients.phi.coefficient, scaling.width.digits(3), scaling.depth.digits(3),
                "\(network.dimensions.resolution)", "\(network.dimensions.blocks)",
                network.cost.macs.value.short, network.cost.ratio(to: baseline.cost).digits(3),
                network.cost.parameters.value.short,
            ])
        }
        return table
    }
}

extension Cost {
    /// Macs over another cost's.
    func ratio(to baseline: Cost) -> Double { Double(macs.value) / Double(baseline.macs.value) }
}

/// The values of φ, read from `3`, `-1,0,1` or `-2...7`.
struct PhiList: ExpressibleByArgument {
    let values: [Double]

    init(values: [Double]) { self.values = values }

    init?(argument: String) {
        if let dots = argument.range(of: "...") {
            guard let low = Int(argument[..<dots.lowerBound]), let high = Int(argument[dots.upperBound...]),
                Coefficients.phiRange.contains(Double(low)), Coefficients.phiRange.contains(Double(high)),
                low <= high
            else { return nil }
            values = (low...high).map(Double.init)
        } else {
            let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
            values = parts.compactMap { Double($0) }.filter(Coefficients.phiRange.contains)
            if values.count != parts.count { return nil }
        }
    }

    var defaultValueDescription: String { "0...7" }
}
