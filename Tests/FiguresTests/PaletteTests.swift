// Colours that can be seen and told apart.

import Figures
import Foundation
import Testing

struct PaletteTests {
    /// Okabe and Ito's colours.
    private let published: [ColourRole: String] = [
        .first: "#0072b2", .second: "#d55e00", .third: "#009e73", .fourth: "#cc79a7", .fifth: "#e69f00",
        .sixth: "#56b4e9",
    ]

    @Test(arguments: [Palette.light, .dark])
    func wordsHaveAContrastOfFourAndAHalf(_ palette: Palette) {
        #expect(contrast(palette.text, palette.background) >= 7)
        for role in ColourRole.allCases {
            #expect(contrast(palette.word(role), palette.background) >= 4.5, "\(role)")
        }
    }

    @Test(arguments: [Palette.light, .dark])
    func marksHaveAContrastOfThree(_ palette: Palette) {
        for role in ColourRole.allCases {
            #expect(contrast(palette.mark(role), palette.background) >= 3, "\(role)")
        }
    }

    @Test(arguments: [Palette.light, .dark])
    func huesAreThePublishedOnes(_ palette: Palette) {
        for (role, colour) in published {
            for other in [palette.mark(role), palette.word(role)] {
                #expect(abs(hue(other) - hue(colour)) < 2, "\(role): \(other)")
            }
        }
    }

    @Test func contrastIsThatOfTheGuidelines() {
        #expect(contrast("#ffffff", "#000000") == 21)
        #expect((contrast("#ffffff", "#777777") * 100).rounded() == 448)
    }

    @Test func stylesNameEveryRole() {
        for role in ColourRole.allCases {
            #expect(Palette.css.contains("--\(role.rawValue):\(Palette.dark.mark(role));"))
            #expect(SVGDrawing.style.contains(".figure .\(role.rawValue).fill{fill:var(--\(role.rawValue))"))
            #expect(
                SVGDrawing.style.contains(".figure text.\(role.rawValue){fill:var(--\(role.rawValue)-word)}"))
        }
        #expect(!SVGDrawing.style.contains("#"))
    }

    private func channels(_ colour: String) -> [Double] {
        let number = Int(colour.dropFirst(), radix: 16) ?? 0
        return [number >> 16, number >> 8 & 255, number & 255].map { Double($0) / 255 }
    }

    /// The contrast of two colours as WCAG 2.2 defines it.
    private func contrast(_ a: String, _ b: String) -> Double {
        let lights = [a, b].map { colour in
            zip([0.2126, 0.7152, 0.0722], channels(colour)).reduce(0.0) { sum, pair in
                let (weight, value) = pair
                return sum + weight * (value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
            }
        }
        return ((lights.max() ?? 0) + 0.05) / ((lights.min() ?? 0) + 0.05)
    }

    /// The hue in degrees.
    private func hue(_ colour: String) -> Double {
        let rgb = channels(colour)
        let (least, most) = (rgb.min() ?? 0, rgb.max() ?? 0)
        let index = rgb.firstIndex(of: most) ?? 0
        let turn = (rgb[(index + 1) % 3] - rgb[(index + 2) % 3]) / (most - least) + 2 * Double(index)
        return (60 * turn + 360).truncatingRemainder(dividingBy: 360)
    }
}
