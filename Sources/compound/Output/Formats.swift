// How results can be printed.

import ArgumentParser

/// Table for people, JSON for programs.
enum ResultFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
}
