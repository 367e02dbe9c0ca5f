// What a recipe leaves to the data: how many images are held back, and how many a step takes.

/// Defaults that fit a data set of any size.
package enum TrainingDefaults {
    /// Images held back for validation, and images of a step, for a training part of so many images and classes.
    ///
    /// Held back are 5,000, or ten a class where those are more, and a fifth of the images at most, one at least; a step takes
    /// 128, or all that are left. 60,000 images of 10 classes give (5000, 128), 120 of 2 give (24, 96). Fewer than three images
    /// cannot be trained on and judged, and ``TrainingCheck`` refuses them.
    package static func fitting(images: Int, classes: Int) -> (validation: Int, batch: Int) {
        let (perClass, overflow) = max(0, classes).multipliedReportingOverflow(by: 10)
        let wanted = max(5000, overflow ? .max : perClass)
        let validation = images < 3 ? 0 : min(wanted, max(1, images / 5))
        return (validation, min(128, max(0, images) - validation))
    }
}
