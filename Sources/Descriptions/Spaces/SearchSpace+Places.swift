// Where a space's file says what a scaled network cannot have: the row of its stage table, by file and line.

import Basics
import CompoundSearch
import Networks

extension SearchSpace {
    /// The place of the row that an error speaks of, as `space.yaml:7`, in the space's file or in the one that it names as its
    /// baseline; nil where neither has the row, as where the baseline is built in.
    package static func place(of error: NetworkError, inFile file: String) -> String? {
        guard case .invalid(let path, _) = error,
            let root = try? Document.root(ofFile: file), root.has("baseline"),
            let baseline = try? root.nearest(to: ["baseline"]).describedNetwork()
        else { return nil }
        guard let row = baseline.stageRow(at: path) ?? baseline.part(at: path) else { return nil }
        return "\(row.file):\(row.line)"
    }
}

extension Field {
    /// The mapping that describes a baseline, here or in the file that is named here.
    fileprivate func describedNetwork() throws(DescriptionError) -> Field {
        if case .mapping = node { return has("network") ? nearest(to: ["network"]) : self }
        let root = try Document.root(ofFile: file.folderOfPath.path(of: try text()))
        return root.has("network") ? root.nearest(to: ["network"]) : root
    }

    /// The nearest value to a path, or nil where this has not even its first key.
    fileprivate func part(at path: [String]) -> Field? {
        guard let first = path.first, has(first) else { return nil }
        return nearest(to: path)
    }
}
