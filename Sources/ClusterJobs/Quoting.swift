// Words as each reader takes them: the shell, Slurm's own lines of a script, GNU parallel's templates.

extension String {
    /// The word for a POSIX shell, in single quotes where it needs any.
    package var shellQuoted: String {
        let plain = Set("_./:=@%+,-".utf8)
        let isPlain =
            !isEmpty
            && utf8.allSatisfy {
                $0 >= 48 && $0 < 58 || ($0 | 32) >= 97 && ($0 | 32) <= 122 || plain.contains($0)
            }
        return isPlain ? self : "'" + replacing("'", with: #"'\''"#) + "'"
    }

    /// The shell's word in a command of GNU parallel, which replaces what stands in braces wherever it stands.
    var parallelQuoted: String {
        guard contains("{") else { return shellQuoted }
        return shellQuoted.replacing("{", with: "{''")
    }

    /// The value of an option in a line that begins with `#SBATCH`, where quotes and backslashes mean what they do in a shell's
    /// double quotes.
    var slurmQuoted: String {
        let special = Set(" \t#'\"\\".utf8)
        guard isEmpty || utf8.contains(where: special.contains) else { return self }
        return "\"" + replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#) + "\""
    }

    /// A path in a file name of Slurm's, where a percent sign begins a replacement.
    var slurmPath: String { replacing("%", with: "%%") }
}

extension [String] {
    /// The words of a command for a POSIX shell.
    package var shellLine: String { map(\.shellQuoted).joined(separator: " ") }
}
