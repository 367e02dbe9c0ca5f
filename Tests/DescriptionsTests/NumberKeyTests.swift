// Every number of a space and of a network, far out of range: a sentence, or something that can be searched.

import CompoundSearch
import Descriptions
import Networks
import Testing

/// A space in which every key takes one number, written between two bars.
private let space = """
    name: numbers
    baseline:
      name: small
      activation: relu
      stem: {channels: |8|, kernel: |3|, stride: |2|, pool: {kernel: |3|, stride: |2|}}
      stages:
        - {block: mbconv, repeats: |1|, kernel: |3|, stride: |1|, expansion: |2|, channels: |8|, se: |0.25|}
        - {block: mbconv, repeats: 1, kernel: 3, stride: 2, expansion: 2, channels: 8, se: {ratio: |0.5|, divisor: |4|}}
      head: {channels: |16|, dropout: |0.1|}
      scaling: {width: |1|, depth: |1|, resolution: |32|}
      rules: {width_divisor: |4|, width_floor: |0.9|, resolution_multiple: |1|}
      channels: |3|
      classes: |10|
      batch_norm_epsilon: |1e-5|
      drop_path: |0.1|
    alpha: {from: |1|, to: |2|, step: |0.5|}
    beta: [|1|, 1.5]
    gamma: |1|
    phi: {from: |0|, to: |1|, step: |1|}
    budget:
      macs: |2|x
      tolerance: |50|%
      parameters: |12|M
      activations: |20|M
      peak_memory: |64|MiB
      latency: |30|ms
      latency_ms: |30|
    measure: {threads: |1|, batch: |1|, seconds: |1|}
    """

/// The space with one of its numbers replaced.
private func edited(_ place: Int, _ number: String) -> String {
    var parts = space.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    parts[2 * place + 1] = number
    return parts.joined()
}

private let places = space.count { $0 == "|" } / 2

@Test func theSpaceOfNumbersIsASpace() throws {
    #expect(try SearchSpace(yaml: edited(0, "8"), file: "n.yaml").name == "numbers")
    #expect(places > 40)
}

@Test(arguments: 0..<places) func absurdNumbersAreRefusedOrCanBeSearched(_ place: Int) throws {
    for number in [
        "nan", ".nan", ".inf", "-.inf", "1e30", "-1e30", "-0", "0", "-1", "1e-320", "1e-400", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e308", "1e12", "0.1e1", "",
        "0." + String(repeating: "3", count: 60), "1" + String(repeating: "0", count: 60), "0x10", "1_000",
    ] {
        do throws(DescriptionError) {
            let read = try SearchSpace(yaml: edited(place, number), file: "n.yaml")
            guard let sampler = try? Sampler(read, strategy: .grid, seed: 0) else { continue }
            _ = sampler.point(at: (sampler.count ?? 1) - 1)
            guard var stream = try? CandidateStream(sampler, limit: 100) else { continue }
            while stream.next() != nil {}
            #expect(stream.funnel.points <= 100)
            // What reports print as whole numbers.
            #expect(stream.bounds.highest < 0x1p63)
        } catch {
            #expect(error.file == "n.yaml" && error.line != nil && !error.sentence.contains("\n"))
        }
    }
}

@Test(arguments: [
    ("channels: 3", "channels: 4096", ""),
    ("channels: 3", "channels: 4097", "channels: 4097 is out of range; give 1 to 4096."),
    ("width: 1,", "width: 10000,", ""),
    ("width: 1,", "width: 1e-320,", "width is 1e-320; give 1e-06 to 10000."),
    ("depth: 1,", "depth: 0.000001,", ""),
    ("depth: 1,", "depth: 6000,", "a depth of 12000 blocks is out of range; give at most 10000."),
    ("resolution: 32", "resolution: 16384.5", "resolution is 16384.5; give 0.5 to 16384."),
    ("seconds: 1", "seconds: 86400", ""),
    ("seconds: 1", "seconds: 86401", "seconds is 86401; give 0.001 to 86400."),
    ("batch: 1,", "batch: 4096,", ""), ("batch: 1,", "batch: 4097,", "batch is 4097; give 1 to 4096."),
    ("macs: 2x", "macs: 1000000x", ""),
    ("macs: 2x", "macs: 1000001x", "macs is 1000001 times the baseline; give 0.001 to 1000000 times."),
    ("macs: 2x", "macs: 1000000000G", ""), ("macs: 2x", "macs: 1000000001G", "macs is '1000000001G'"),
    ("gamma: 1", "gamma: 0.001", ""), ("gamma: 1", "gamma: 0.00099", "gamma is 0.00099; give 0.001 to 1000."),
    ("from: 0,", "from: -101,", "phi has 'from: -101'; give -100 to 100."),
])
func limitsAreWhatTheyAreSaidToBe(_ old: String, _ new: String, _ sentence: String) throws {
    let text = edited(0, "8")
    #expect(text.contains(old))
    do throws(DescriptionError) {
        _ = try SearchSpace(yaml: text.replacing(old, with: new, maxReplacements: 1), file: "n.yaml")
        #expect(sentence == "")
    } catch {
        #expect(sentence != "" && error.sentence.contains(sentence), "\(error)")
    }
}
