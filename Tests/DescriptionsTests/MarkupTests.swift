// The two renderings of one tree.

import Descriptions
import Rendering
import Testing

private let tree = Markup.block([
    ("number", .number(1e-7)), ("whole", .whole(3)), ("infinite", .number(.infinity)), ("text", .text("a b")),
    ("quoted", .text("a: \"b\"\n")), ("word", .text("yes")), ("empty", .block([])), ("none", .list([])),
    ("flat", .list([.number(1), .number(0.1)])), ("row", .row([("a", .whole(1)), ("b", .text("x"))])),
    ("rows", .list([.row([("a", .list([.text("x, y")]))]), .text("z")])),
    ("inner", .block([("a", .whole(1))])),
])

@Test func aTreeIsWrittenAsYAML() {
    #expect(
        tree.yaml == """
            number: 1.0e-07
            whole: 3
            infinite: null
            text: a b
            quoted: "a: \\"b\\"\\u000a"
            word: "yes"
            empty: {}
            none: []
            flat: [1.0, 0.1]
            row: {a: 1, b: x}
            rows:
              - {a: ["x, y"]}
              - z
            inner:
              a: 1

            """)
}

@Test func aTreeIsWrittenAsJSON() {
    #expect(
        tree.json == """
            {
              "number": 1.0e-07,
              "whole": 3,
              "infinite": null,
              "text": "a b",
              "quoted": "a: \\"b\\"\\u000a",
              "word": "yes",
              "empty": {},
              "none": [],
              "flat": [1.0, 0.1],
              "row": {"a": 1, "b": "x"},
              "rows": [
                {"a": ["x, y"]},
                "z"
              ],
              "inner": {
                "a": 1
              }
            }

            """)
}

@Test func aListMayBeAWholeDocument() {
    #expect(Markup.list([.block([("a", .whole(1))])]).json == "[\n  {\n    \"a\": 1\n  }\n]\n")
    #expect(Markup.list([]).json == "[]\n")
    #expect(Markup.block([]).json == "{}\n")
    #expect(Markup.block([]).yaml == "{}\n")
}
