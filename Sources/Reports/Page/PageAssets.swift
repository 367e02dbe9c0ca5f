// The files that a page is made of, as they stand in the binary, and the policy that lets a browser run just these.

import Basics
import Foundation
import Mustache

/// Template, style and script.
struct PageAssets {
    let template: MustacheTemplate
    let style: String
    let script: String

    /// Read once; the files are part of the module, so they are whole.
    static let shared = PageAssets(
        template: PackageResources.page_mustache, style: PackageResources.report_css,
        script: PackageResources.report_js)

    private init(template: [UInt8], style: [UInt8], script: [UInt8]) {
        do {
            self.template = try MustacheTemplate(string: String(decoding: template, as: UTF8.self))
        } catch {
            preconditionFailure("page.mustache: \(error)")
        }
        self.style = String(decoding: style, as: UTF8.self)
        self.script = String(decoding: script, as: UTF8.self)
    }

    /// The Content-Security-Policy: nothing from anywhere but this style, this script, and a picture within the page.
    static func policy(style: String, script: String) -> String {
        func hash(_ text: String) -> String {
            "'sha256-" + Data(SHA256.digest(of: text.utf8)).base64EncodedString() + "'"
        }
        return "default-src 'none'; style-src \(hash(style)); script-src \(hash(script)); img-src data:; "
            + "base-uri 'none'; form-action 'none'"
    }
}
