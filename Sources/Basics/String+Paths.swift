// Paths as a person writes them. Foundation's `deletingLastPathComponent` traps on a name of one letter.

extension String {
    /// What stands before the last slash of a path: empty for a name alone, `/` for one in the root.
    ///
    ///     "a/b.yaml".folderOfPath   // "a"
    package var folderOfPath: String {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        let folder = self[..<slash]
        return folder.isEmpty ? "/" : String(folder)
    }

    /// The path of a name within this folder; a name that begins with a slash, or in no folder, stands as it is.
    package func path(of name: String) -> String {
        if isEmpty || name.hasPrefix("/") { return name }
        return hasSuffix("/") ? self + name : self + "/" + name
    }
}
