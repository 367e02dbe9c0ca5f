// What accuracies may be compared within: who trains, how, on which images, with which arithmetic of which version.

import CompoundSearch

/// The identity of a way of training. A row of the table `training` is exactly this.
package struct TrainingKey: Hashable, Sendable {
    /// A hash of all that follows, and of whatever else the caller tells trainings apart by.
    package var hash: String
    /// Who trains: a data set, or a command line.
    package var trainer: String
    /// The recipe as text.
    package var recipe: String
    /// The digest of the images, or nil where it is not known.
    package var data: String?
    /// The kernels' instruction set, or nil where it is not known.
    package var instructionSet: String?
    /// The version of the tool, or nil where it is not known.
    package var toolVersion: String?

    /// An identity; `hash` must differ wherever anything else does.
    package init(
        hash: String, trainer: String, recipe: String, data: String? = nil, instructionSet: String? = nil,
        toolVersion: String? = nil
    ) {
        self.hash = hash
        self.trainer = trainer
        self.recipe = recipe
        self.data = data
        self.instructionSet = instructionSet
        self.toolVersion = toolVersion
    }
}

extension TrainingRow {
    init(_ key: TrainingKey) {
        self.init(
            hash: key.hash, trainer: key.trainer, recipe: key.recipe, data: key.data,
            instructionSet: key.instructionSet, toolVersion: key.toolVersion)
    }
}
