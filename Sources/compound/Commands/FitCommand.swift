// compound fit: the scaling law that a study's accuracies follow, and the best coefficients for a budget.

import ArgumentParser
import CompoundSearch
import Descriptions
import Networks
import Recipes
import Rendering
import ResultStore
import Studies

/// Fits log(error) over realised depth, width and resolution.
struct FitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit", abstract: "Fit the scaling law of a study's accuracies and solve for α, β, γ.",
        discussion: """
            log(error) is fitted as a quadratic in the logarithms of realised depth (blocks), width, resolution \
            and training length, over all runs of a study. The answer is one sentence: which network to take, \
            how much better another one may be at most, α, β and γ at the budget with 95 % intervals, and what \
            would narrow them. It is for the longest training of the study unless --epochs says otherwise. \
            Where the space's budget is a latency, the budget is that on the machine that measured, and α, β and γ \
            of as many macs stand beside. \
            docs/scaling-law.md explains the figures.

            EXAMPLES
              compound fit
              compound fit fashion-mnist --budget 2x --output fit.yaml
              compound fit fashion-mnist --epochs 8
              compound fit --plot
              compound scale --from-fit fit.yaml
              compound export --from-fit fit.yaml --phi 3 --format timm --output b3.py
            """)

    @Argument(help: ArgumentHelp("The study, by name or id; the latest unless given.", valueName: "study"))
    var study: String?

    @Option(
        name: .customLong("study"), help: ArgumentHelp("The same.", valueName: "study", visibility: .hidden))
    var namedStudy: String?

    @OptionGroup var store: ReadStoreOptions

    @Option(
        help: ArgumentHelp(
            "Macs over the baseline's, such as 2x, or latency where the space's budget is one; the highest of the space unless given.",
            valueName: "x"),
        transform: Multiple.init(argument:))
    var budget: Multiple?

    @Option(
        help: ArgumentHelp(
            "Fit only trials for which this SQL expression holds.", valueName: "expression"))
    var `where`: String?

    @Option(
        help: ArgumentHelp(
            "Images that accuracies were measured on; no error counts as half an image.", valueName: "n"))
    var validationImages: Int?

    @Option(
        help: ArgumentHelp(
            "Epochs of the training that the answer is for; the longest unless given.", valueName: "e"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Laws drawn from what is possible.", valueName: "n"))
    var draws = 2000

    @Option(help: ArgumentHelp("Seed of the draws.", valueName: "s"))
    var seed: UInt64 = 0

    @Option(help: "table, json or yaml.")
    var format = FitFormat.table

    @Flag(help: "Draw the law and the budget's alternatives in the terminal, below the answer.")
    var plot = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write the fit to this file, as YAML, or as JSON where its name ends so.", valueName: "file"),
        completion: .file())
    var output: String?

    func validate() throws {
        try check("draws", draws, in: ScalingFit.Options.drawRange)
        try check("epochs", epochs, in: TrainingRecipe.epochRange)
        try check("validation-images", validationImages, in: ScalingFit.Options.imageRange)
        if study != nil, namedStudy != nil {
            throw ValidationError("the study is named twice; keep one of them.")
        }
        if plot, format != .table {
            throw ValidationError(
                "--plot draws for a person, and --format \(format.rawValue) writes for a program; leave out one of them."
            )
        }
    }

    func run() throws {
        try output.map { try OutputFile.check($0) }
        let store = try store.open()
        let accuracies = try AccuracyStudy(study ?? namedStudy, filter: `where`, in: store)
        var options = accuracies.usualOptions
        options.budget = budget?.value ?? options.budget
        options.draws = draws
        options.seed = seed
        options.validationImages = validationImages
        let document = try accuracies.document(options, epochs: epochs)
        for note in accuracies.notes { Output.note(note) }
        switch format {
        case .json: try Output.print(document.json)
        case .yaml: try Output.print(document.yaml)
        case .table where plot:
            let plots = try Terminal.text(FitPlot(document, of: accuracies).figures)
            try Output.print(document.sentence.wrapped(to: 100) + "\n\n" + plots)
        case .table: try Output.print(FitReport(document).text)
        }
        if let output {
            try Output.write(output.hasSuffix(".json") ? document.json : document.yaml, to: output)
            Output.note("wrote \(output)")
        }
    }
}

/// Table for people, JSON and YAML for programs and for --from-fit.
enum FitFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case yaml
}

/// A multiple of the baseline, written `2x` or `2`.
struct Multiple {
    let value: Double

    init(argument: String) throws {
        let digits =
            argument.hasSuffix("x") || argument.hasSuffix("×") ? String(argument.dropLast()) : argument
        guard let value = Double(digits), Budget.multipleRange.contains(value) else {
            throw ValidationError("\(Budget.multipleRange.remedy) times the baseline's, such as 2x.")
        }
        self.value = value
    }
}
