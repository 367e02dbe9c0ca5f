// A page as a parser sees it.

import Foundation
import FoundationXML

/// An element of a page.
struct PageElement {
    let name: String
    let attributes: [String: String]
    /// The places of the elements around it, the outermost first.
    let path: [Int]
    /// The text within it, that of its own elements included.
    var text = ""
}

/// The elements of a page in the order in which they begin; throws where it is not well-formed.
func elements(of page: String) throws -> [PageElement] {
    final class Collector: NSObject, XMLParserDelegate {
        var elements: [PageElement] = []
        private var open: [Int] = []

        func parser(
            _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
            attributes: [String: String]
        ) {
            let place = elements.count
            elements.append(PageElement(name: name, attributes: attributes, path: open))
            open.append(place)
        }

        func parser(_: XMLParser, foundCharacters text: String) {
            for place in open { elements[place].text += text }
        }

        func parser(
            _: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?
        ) {
            open.removeLast()
        }
    }
    // What stands in a script is no markup: there a reader of HTML looks for its end alone.
    let script = /(<script[^>]*>)(.*?)(<\/script>)/.dotMatchesNewlines()
    let bare = page.replacing(script) { "\($0.output.1)\($0.output.3)" }
    let parser = XMLParser(data: Data(bare.utf8))
    let collector = Collector()
    parser.delegate = collector
    guard parser.parse() else {
        throw PageFlaw(
            description: "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "not XML")")
    }
    return collector.elements
}

/// What is wrong with a page.
struct PageFlaw: Error, CustomStringConvertible {
    let description: String
}
