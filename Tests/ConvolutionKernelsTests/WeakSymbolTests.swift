// No build of the kernels may hand its code to the rest of the program.
//
// The linker keeps one definition of a weak function for all modules; were it the one compiled for AVX-512,
// every caller would die on a smaller CPU.

import Foundation
import Testing

@Suite struct WeakSymbolTests {
    private static let nm = ["/usr/bin/nm", "/usr/local/bin/nm", "/usr/bin/llvm-nm"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The folder of object files, beside the test binary.
    private static let products = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent()

    private static func objects(of module: String) -> [URL] {
        let folder = products.appending(path: "\(module).build")
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).filter { $0.pathExtension == "o" }
    }

    /// The symbols that an object file defines, one a line of nm.
    private static func symbols(in object: URL) -> [Substring] {
        guard let nm else { return [] }
        let process = Process()
        process.executableURL = URL(filePath: nm)
        process.arguments = ["--defined-only", object.path]
        let output = Pipe()
        process.standardOutput = output
        guard (try? process.run()) != nil else { return [] }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n")
    }

    /// Builds for `@testable import` give every type metadata, weak functions among it; releases do not.
    private static let canCheck = {
        let all = objects(of: "KernelsPortable").flatMap { symbols(in: $0) }
        return !all.isEmpty && !all.contains { $0.hasSuffix("10WindowRowsVN") }
    }()

    @Test(
        .enabled(if: canCheck, "needs nm, and swift test -c release --disable-testable-imports"),
        arguments: ["KernelsAVX512", "KernelsAVX2", "KernelsPortable"])
    func definesNoWeakFunction(_ module: String) {
        for object in Self.objects(of: module) {
            // "W" is a weak function, "V" a weak datum.
            let weak = Self.symbols(in: object).filter { $0.contains(" W ") }
            #expect(weak.isEmpty, "\(object.lastPathComponent): \(weak)")
        }
    }
}
