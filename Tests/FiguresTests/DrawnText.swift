// What a test reads out of a drawing.

import Figures
import Foundation
import FoundationXML

/// An element of an SVG.
struct DrawnElement {
    let name: String
    let attributes: [String: String]
    var text = ""
}

/// The elements of an SVG in the order in which they begin; nil where it is not well-formed XML.
func elements(of svg: String) -> [DrawnElement]? {
    final class Collector: NSObject, XMLParserDelegate {
        var elements: [DrawnElement] = []
        private var open: [Int] = []

        func parser(
            _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
            attributes: [String: String]
        ) {
            open.append(elements.count)
            elements.append(DrawnElement(name: name, attributes: attributes))
        }

        func parser(_: XMLParser, foundCharacters text: String) {
            if let last = open.last { elements[last].text += text }
        }

        func parser(
            _: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?
        ) {
            open.removeLast()
        }
    }
    let parser = XMLParser(data: Data(svg.utf8))
    let collector = Collector()
    parser.delegate = collector
    return parser.parse() ? collector.elements : nil
}

/// The words of one class in an SVG.
func words(_ kind: String, of svg: String) -> [String] {
    (elements(of: svg) ?? []).filter { $0.name == "text" && $0.attributes["class"] == kind }.map(\.text)
}

/// The numbers at an x axis from low to high.
func ticks(
    _ low: Double, _ high: Double, _ scale: Axis.Scale = .linear, _ numbers: Axis.Numbers = .plain
) -> [String] {
    let axis = Axis("x", scale: scale, domain: low...high, numbers: numbers)
    return words(
        "tick", of: SVGDrawing().text(Figure("t", title: "", summary: "", x: axis, y: .hidden())))
}
