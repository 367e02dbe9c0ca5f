// What a space may say about accuracy, and the sentence for what it may not.

import CompoundSearch
import Descriptions
import Networks
import Recipes
import Testing

private let space = """
    name: b0
    baseline: efficientnet-b0
    alpha: [1, 1.2]
    beta: [1, 1.1]
    gamma: 1.15
    budget: {macs: 2x}
    accuracy:
      data: fashion-mnist
      pretrain: {epochs: 2}
    """

private func read(_ old: String = "", _ new: String = "") throws(DescriptionError) -> SearchSpace {
    precondition(old.isEmpty || space.contains(old))
    return try SearchSpace(yaml: old.isEmpty ? space : space.replacing(old, with: new), file: "a/b0.yaml")
}

@Test func accuracyNeedsNoMoreThanThis() throws {
    let read = try read()
    #expect(
        read.accuracy
            == AccuracyPlan(
                trainer: .data("fashion-mnist", folder: "a"),
                recipe: TrainingRecipe(pretraining: .init(epochs: 2))))
    #expect(read.objective == .accuracy)
    #expect(read.budget.levels == [.multiple(1.2599), .multiple(1.5874), .multiple(2)])
}

@Test func everyKeyOfAccuracyIsRead() throws {
    let plan = try #require(
        try read(
            "  data: fashion-mnist\n  pretrain: {epochs: 2}",
            """
              command: [python, train.py, --workers, 3]
              time_limit_s: 90
              pretrain: {epochs: 2, images: 12000, seeds: 2}
              fine_tune: {top: 4, epochs: 12, rate: 0.25}
              seeds: 3
              halving: 3
              candidates: 10
              fit: false
              images: 30000
              validation: 1000
              batch: 64
              optimizer: rmsprop
              schedule: cosine
              rate: 0.1
              weight_decay: 1e-5
              label_smoothing: 0
              dropout: 0.3
              drop_path: 0.1
              ema: 0.999
              flip: false
              shift: 2
            """
        ).accuracy)

    var recipe = TrainingRecipe(
        pretraining: .init(epochs: 2, images: 12000), fineTuning: .init(epochs: 12, rate: 0.25))
    recipe.images = 30000
    recipe.validation = 1000
    recipe.batch = 64
    recipe.optimizer = .rmsprop
    recipe.schedule = .cosine
    recipe.rate = 0.1
    recipe.weightDecay = 1e-5
    recipe.labelSmoothing = 0
    recipe.dropout = 0.3
    recipe.dropPath = 0.1
    recipe.averageDecay = 0.999
    recipe.flips = false
    recipe.shift = 2
    var expected = AccuracyPlan(
        trainer: .command(["python", "train.py", "--workers", "3"]), recipe: recipe)
    expected.finalists = 4
    expected.halving = 3
    expected.seeds = 3
    expected.pretrainingSeeds = 2
    expected.candidatesPerLevel = 10
    expected.fitsLaw = false
    expected.timeLimitSeconds = 90
    #expect(plan == expected)
}

@Test func everySettingIsPartOfTheRecipe() throws {
    let changes = [
        "fine_tune: {top: 4, epochs: 1}", "fine_tune: {top: 4, epochs: 2}",
        "fine_tune: {top: 4, epochs: 2, rate: 0.2}", "images: 3", "validation: 1000", "batch: 64",
        "optimizer: rmsprop", "schedule: constant", "rate: 0.1", "weight_decay: 1e-5", "label_smoothing: 0",
        "dropout: 0.3", "drop_path: 0.1", "ema: 0.999", "flip: false", "shift: 2",
    ]
    var recipes = [try read().accuracy?.recipe.settings.map { "\($0)" }]
    for change in changes {
        recipes.append(
            try read("data: fash", "\(change)\n  data: fash").accuracy?.recipe.settings.map { "\($0)" })
    }
    recipes.append(try read("epochs: 2", "epochs: 2, images: 7").accuracy?.recipe.settings.map { "\($0)" })
    #expect(Set(recipes).count == changes.count + 2)
}

@Test func levelsThatAreListedStayAndAreSorted() throws {
    #expect(try read("2x", "[2x, 1x, 1.5x]").budget.levels == [.multiple(1), .multiple(1.5), .multiple(2)])
    #expect(
        try read("{macs: 2x}", "[1x, 600M, 2x]").budget.levels == [
            .multiple(1), .macs(600_000_000), .multiple(2),
        ])
    #expect(try read("data: f", "fit: false\n  data: f").budget.levels == [.multiple(2)])
    #expect(
        try read("2x}\naccuracy:", "[2x, 1x]}\naccuracy:\n  fit: false").budget.levels
            == [.multiple(1), .multiple(2)])
}

@Test(arguments: [
    (
        "data: fashion-mnist", "seeds: 1",
        """
        7: accuracy lacks 'data' and 'command'; add 'data: fashion-mnist' for training in the tool, or \
        'command: [python, train.py]' for training by a program.
        """
    ),
    (
        "data: fashion-mnist", "data: x\n  command: [y]",
        "9: accuracy has both 'data' and 'command'; keep one of them."
    ),
    (
        "data: fashion-mnist", "command: python train.py",
        "8: command is 'python train.py'; give a list such as [python, train.py]."
    ),
    ("data: fashion-mnist", "command: []", "8: command is an empty list; give at least one value."),
    ("data: fashion-mnist", "date: x", "8: the key 'date' is unknown; did you mean 'data'?"),
    (
        "data: fashion-mnist", "data: x\n  time_limit_s: 3",
        "9: time_limit_s bounds a program of 'command:', and here the tool trains; remove it."
    ),
    (
        "data: fashion-mnist", "command: [x]\n  time_limit_s: 0",
        "9: time_limit_s is 0; give a number above 0."
    ),
    ("  pretrain: {epochs: 2}", "", "7: accuracy lacks 'pretrain'; add 'pretrain:'."),
    ("epochs: 2", "", "9: pretrain lacks 'epochs'; add 'epochs:'."),
    ("epochs: 2", "epochs: 0", "9: epochs is 0; give 1 to 100000."),
    ("epochs: 2", "epochs: 1.5", "9: epochs is '1.5'; give a whole number."),
    ("epochs: 2", "epochs: 2, images: 0", "9: images is 0; give 1 to 1000000000."),
    ("epochs: 2", "epoch: 2", "9: the key 'epoch' is unknown; did you mean 'epochs'?"),
    ("{epochs: 2}", "{epochs: 2}\n  fine_tune: {epochs: 3}", "10: fine_tune lacks 'top'; add 'top:'."),
    ("{epochs: 2}", "{epochs: 2}\n  fine_tune: {top: 0, epochs: 3}", "10: top is 0; give 1 to 100000."),
    (
        "{epochs: 2}", "{epochs: 2}\n  fine_tune: {top: 1, epochs: 3, rate: 0}",
        "10: rate is 0; give 1e-09 to 1000."
    ),
    (
        "{epochs: 2}", "{epochs: 2, seeds: 3}\n  seeds: 2",
        "10: seeds is 2, fewer than the 3 of pre-training; give 3 or more."
    ),
    ("data: f", "optimizer: adam\n  data: f", "8: optimizer is 'adam'; give sgd or rmsprop."),
    (
        "data: f", "schedule: one_cycle\n  data: f",
        "8: schedule is 'one_cycle'; did you mean 'one-cycle'?"
    ),
    ("data: f", "label_smoothing: 1\n  data: f", "8: label_smoothing is 1; give a number from 0 to below 1."),
    ("data: f", "halving: 1\n  data: f", "8: halving is 1; give 2 to 1000."),
    ("data: f", "flip: often\n  data: f", "8: flip is 'often'; give true or false."),
    (
        "2x", "[2x]",
        """
        6: a scaling law takes three cost levels, and macs lists 1; add levels such as \
        [1.26x, 1.59x, 2x], or set 'fit: false' under accuracy.
        """
    ),
    (
        "2x", "[2x, 3x]",
        """
        6: a scaling law takes three cost levels, and macs lists 2; add levels such as \
        [1.26x, 1.59x, 2x], or set 'fit: false' under accuracy.
        """
    ),
    (
        "2x", "1x",
        """
        6: a scaling law takes three cost levels, and macs is too near the baseline's cost for two more in \
        between; list levels such as [1.26x, 1.59x, 2x], or set 'fit: false' under accuracy.
        """
    ),
    ("2x", "[1x, 2x, 2x]", "6: macs[2] is listed before; remove it."),
    ("2x", "[1x, lots]", "6: macs[1] is 'lots'; give a multiple such as 2x, or macs such as 780M or 0.78G."),
    (
        "data: fashion-mnist\n  pretrain: {epochs: 2}", "",
        """
        7: accuracy has no value; give a mapping of data, command, time_limit_s, pretrain, fine_tune, seeds, \
        halving, candidates, fit, images, validation, batch, optimizer, schedule, rate, weight_decay, \
        label_smoothing, dropout, drop_path, ema, flip, shift, skip_corrupt, epochs and lengths.
        """
    ),
])
func mistakesInAccuracyAreNamed(_ old: String, _ new: String, _ message: String) {
    let error = #expect(throws: DescriptionError.self) { try read(old, new) }
    #expect(error?.description == "a/b0.yaml:" + message)
}
