// What a training program reports of a candidate: the last line of its standard output that is a JSON object with an
// accuracy. What is reported wrongly is a failure that says so, never a reason to believe an older line.

import Foundation

/// What a program reports.
package struct TrainerReport: Hashable, Sendable {
    /// Share of the validation images that were classified rightly: 0…1.
    package let accuracy: Double
    /// Mean cross-entropy, where it is a number.
    package let loss: Double?
    /// Share of the test images that were classified rightly: 0…1.
    package let testAccuracy: Double?
    /// Images trained on per second, where that is a number above 0.
    package let imagesPerSecond: Double?

    /// Why a line is no report; continues a sentence that begins with the program's command line.
    package struct Refusal: Error, Hashable {
        /// What the program did.
        package let predicate: String
    }

    /// The report of a line.
    package init(line: String) throws(Refusal) {
        guard let values = TrainerReport.values(of: line) else {
            throw Refusal(
                predicate:
                    "reported an accuracy in a line that is no JSON object, \(line.shortened(to: 200)); "
                    + "it takes a whole one in one line, such as {\"accuracy\": 0.9}")
        }
        accuracy = try TrainerReport.share("accuracy", values) ?? .nan
        testAccuracy = try TrainerReport.share("test_accuracy", values)
        loss = try TrainerReport.number("loss", values).flatMap { $0.isFinite ? $0 : nil }
        imagesPerSecond = try TrainerReport.number("images_per_second", values).flatMap {
            $0.isFinite && $0 > 0 ? $0 : nil
        }
    }

    /// Whether a line may be a report, by a quick look at its bytes.
    static func isPossible(_ line: [UInt8]) -> Bool {
        Data(line).range(of: Data("accuracy".utf8)) != nil
    }

    /// Whether a line without control characters is, or is meant as, an object with an accuracy.
    ///
    /// Meant as one is what begins like it: an object that is cut off, or one of several lines.
    static func claims(_ line: String) -> Bool {
        guard line.hasPrefix("{") else { return line.hasPrefix("\"accuracy\"") }
        if let values = values(of: line) { return values["accuracy"] != nil }
        return line.contains("\"accuracy\"") || line.contains("'accuracy'")
    }

    /// A line as a person sees it: without colours, other escapes, a byte-order mark and blanks around it.
    static func withoutControls(_ line: String) -> String {
        // The sequences of ECMA-48: CSI, OSC with its terminator, two characters.
        let escapes = /\u{1b}(?:\[[0-?]*[ -\/]*[@-~]|\][^\u{7}\u{1b}]*(?:\u{7}|\u{1b}\\)|[ -\/]*[0-~])/
        let plain = line.contains("\u{1b}") ? line.replacing(escapes, with: "") : line
        return plain.trimmingCharacters(
            in: .whitespacesAndNewlines.union(.controlCharacters).union(["\u{feff}"]))
    }

    /// The values of an object. JSON5 is JSON with the NaN and Infinity that Python writes.
    private static func values(of line: String) -> [String: Value]? {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return try? decoder.decode([String: Value].self, from: Data(line.utf8))
    }

    private static func number(_ name: String, _ values: [String: Value]) throws(Refusal) -> Double? {
        switch values[name] {
        case nil, .null: return nil
        case .number(let number): return number
        case .other(let text):
            throw Refusal(predicate: "reported \(article(name)) \(name) of \(text), which is no number")
        }
    }

    /// A share, or nil where there is none; an accuracy has to be one.
    private static func share(_ name: String, _ values: [String: Value]) throws(Refusal) -> Double? {
        if name == "accuracy", values[name] == .null {
            throw Refusal(predicate: "reported an accuracy of null, which is no number")
        }
        guard let share = try number(name, values) else { return nil }
        guard 0...1 ~= share else {
            throw Refusal(
                predicate:
                    "reported \(article(name)) \(name) of \(share.plain), which is no share from 0 to 1"
            )
        }
        return share
    }

    private static func article(_ name: String) -> String { "aeiou".contains(name.prefix(1)) ? "an" : "a" }

    /// A value of a report.
    private enum Value: Decodable, Hashable {
        case null
        case number(Double)
        /// Anything else, as far as a message needs it.
        case other(String)

        init(from decoder: any Decoder) throws {
            guard let value = try? decoder.singleValueContainer() else {
                self = .other("several values")
                return
            }
            if value.decodeNil() {
                self = .null
            } else if let flag = try? value.decode(Bool.self) {
                self = .other("\(flag)")
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let text = try? value.decode(String.self) {
                self = .other("\"\(text.shortened(to: 40))\"")
            } else {
                self = .other("something else")
            }
        }
    }
}

extension String {
    /// The text, or its beginning with an ellipsis.
    func shortened(to length: Int) -> String { count > length ? prefix(length) + "…" : self }
}

extension Double {
    /// The number as Python writes it in JSON, whole ones without a point.
    var plain: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        let text = "\(self)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
