// Whose fault are failures? Three alike before any success are the surroundings'.

import CompoundSearch
import Foundation
import Testing

private func recorded(_ verdict: FailureWatch<Int>.Verdict) -> [Int]? {
    if case .record(let records) = verdict { records } else { nil }
}

private func blames(_ verdict: FailureWatch<Int>.Verdict) -> Bool {
    if case .surroundings = verdict { true } else { false }
}

@Test func threeCandidatesThatFailAlikeBlameTheSurroundings() {
    var watch = FailureWatch<Int>(candidates: 8, succeededBefore: false)
    #expect(recorded(watch.failed(1, candidate: "a", reason: "no module named 'torch', line 3")) == nil)
    #expect(recorded(watch.failed(2, candidate: "b", reason: "no module named 'torch', line 4")) == nil)
    #expect(blames(watch.failed(3, candidate: "c", reason: "no module named 'torch', line 5")))
}

@Test func oneCandidateThatFailsThreeTimesIsOne() {
    var watch = FailureWatch<Int>(candidates: 8, succeededBefore: false)
    for seed in 1...3 { #expect(!blames(watch.failed(seed, candidate: "a", reason: "diverged"))) }
    #expect(recorded(watch.failed(4, candidate: "b", reason: "no memory")) == [1, 2, 3, 4])
}

@Test func aSuccessOrAnotherReasonReleasesWhatWasHeldBack() {
    var watch = FailureWatch<Int>(candidates: 8, succeededBefore: false)
    _ = watch.failed(1, candidate: "a", reason: "diverged")
    #expect(watch.succeeded() == [1])
    for index in 2...9 {
        #expect(recorded(watch.failed(index, candidate: "\(index)", reason: "diverged")) == [index])
    }
}

@Test(arguments: [1, 2])
func fewerCandidatesAreAllOfThem(_ count: Int) {
    var watch = FailureWatch<Int>(candidates: count, succeededBefore: false)
    for index in 1..<count { #expect(!blames(watch.failed(index, candidate: "\(index)", reason: "x"))) }
    #expect(blames(watch.failed(count, candidate: "\(count)", reason: "x")))
}

@Test func afterEarlierSuccessesASingleFailureIsTheCandidates() {
    var watch = FailureWatch<Int>(candidates: 1, succeededBefore: true)
    #expect(!blames(watch.failed(1, candidate: "a", reason: "diverged")))
    #expect(watch.ended() == [1])
}

@Test func acceptedFailuresAreRecordedAtOnce() {
    var watch = FailureWatch<Int>(candidates: 3, succeededBefore: false, accepting: true)
    for index in 1...3 {
        #expect(recorded(watch.failed(index, candidate: "\(index)", reason: "x")) == [index])
    }
}

@Test(arguments: [ENOSPC, EDQUOT, EFBIG, EROFS, ENOMEM, EMFILE, EIO])
func systemErrorsOfTheSurroundingsAreKnown(_ code: Int32) throws {
    let error = NSError(
        domain: NSCocoaErrorDomain, code: 512,
        userInfo: [NSUnderlyingErrorKey: NSError(domain: NSPOSIXErrorDomain, code: Int(code))])
    let fault = try #require(SurroundingsFault(error))
    #expect(fault.description.hasPrefix(String(cString: strerror(code))))
}

@Test func otherErrorsAreTheCandidates() {
    struct Diverged: Error {}
    #expect(SurroundingsFault(Diverged()) == nil)
    #expect(SurroundingsFault(NSError(domain: NSPOSIXErrorDomain, code: Int(EINVAL))) == nil)
}
