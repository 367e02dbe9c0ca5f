// Realised integers as one line of JSON, as the store keeps them beside a trial.

import Networks
import Rendering

extension Dimensions {
    /// Resolution, repeats of each stage, and channels of stem, stages and head.
    package var json: String {
        let text = Markup.row([
            ("resolution", .whole(resolution)), ("repeats", .list(repeats.map { .whole($0) })),
            ("widths", .list(widths.outline.map { .whole($0) })),
        ]).json
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
