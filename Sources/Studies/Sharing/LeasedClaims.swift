// Who works on what, among processes of any number of machines that see one folder. A claim is held as long as its holder renews it;
// a holder that an observer saw change nothing for the length of the lease, by the observer's own clock, is taken for dead.

import Basics
import CompoundSearch
import Foundation
import Synchronization

/// Claims by files of a folder, each with a lease.
///
/// Nothing corrupts where a holder was taken for dead and is not: what both find is the same, and counts once.
package final class LeasedClaims: JobClaims, Sendable {
    /// Seconds without renewal after which a holder is taken for dead.
    package static let usualLease = 60.0

    private let folder: String
    /// Whom claims of this process belong to: worker, host and process.
    private let holder: String
    private let lease: Double
    private let now: @Sendable () -> Double
    private let state = Mutex(State())

    private struct State {
        var held: [String: (file: ClaimFile, count: Int, isLost: Bool)] = [:]
        /// What the claims of others said, and since when.
        var seen: [String: (text: String, since: Double)] = [:]
        var isRenewing = false
    }

    /// Claims in a folder, which is created with the first.
    ///
    /// - Parameters:
    ///   - holder: whom they belong to, unique to this process, on one line of at most 300 bytes.
    ///   - lease: seconds without renewal after which a holder is dead.
    ///   - now: seconds of a clock that stands still while the machine sleeps.
    package init(
        folder: String, holder: String, lease: Double = usualLease,
        now: @escaping @Sendable () -> Double = LeasedClaims.awakeSeconds
    ) {
        self.folder = folder
        self.holder = holder
        self.lease = lease
        self.now = now
    }

    /// Seconds of a clock that nobody sets, and that stands still while the machine sleeps.
    package static let awakeSeconds: @Sendable () -> Double = {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private struct Held: JobClaim {
        let claims: LeasedClaims
        let name: String

        var isHeld: Bool { claims.isHeld(name) }
        func release() { claims.release(name) }
    }

    /// Claims a job, from a dead holder if need be. Reads no folder: a job's name says where its claim is.
    package func claim(_ name: String) throws -> ClaimAnswer {
        let path = path(name)
        if let answer = try created(name, path) { return answer }
        guard let text = ClaimFile.text(of: path) else {
            // Given back between the two looks.
            return try created(name, path) ?? .taken(by: "another worker")
        }
        let time = now()
        let since = state.withLock { state in
            if let seen = state.seen[name], seen.text == text { return seen.since }
            state.seen[name] = (text, time)
            return time
        }
        if time - since >= lease, ClaimFile.takeAway(path, text: text),
            let answer = try created(name, path)
        {
            return answer
        }
        let who = ClaimFile.holder(in: text)
        return .taken(by: who.isEmpty ? "another worker" : who)
    }

    /// Joins by a claim of its own, so that any number may.
    package func join(_ name: String) throws -> any JobClaim {
        let own = name + "-" + StableHash.name(of: holder)
        guard case .granted(let claim) = try claim(own) else { return SoleClaims().join(name) }
        return claim
    }

    /// Renews all claims of this process, and finds out which were lost; done by itself every quarter of a lease.
    package func renew() {
        state.withLock { state in
            for (name, held) in state.held {
                held.file.renew(held.count + 1)
                state.held[name] = (held.file, held.count + 1, held.isLost || !held.file.isStanding)
            }
        }
    }

    private func created(_ name: String, _ path: String) throws -> ClaimAnswer? {
        var file: ClaimFile?
        do {
            file = try ClaimFile.create(path, holder: holder)
        } catch let fault {
            let folder = path.folderOfPath
            if FileManager.default.fileExists(atPath: folder) { throw fault }
            try TrainingFiles.makeFolder(folder)
            file = try ClaimFile.create(path, holder: holder)
        }
        guard let file else { return nil }
        let begins = state.withLock { state in
            state.held[name] = (file, 0, false)
            state.seen[name] = nil
            defer { state.isRenewing = true }
            return !state.isRenewing
        }
        if begins { renewFromNowOn() }
        return .granted(Held(claims: self, name: name))
    }

    private func isHeld(_ name: String) -> Bool {
        state.withLock { state in
            guard let held = state.held[name], !held.isLost else { return false }
            return held.file.isStanding
        }
    }

    private func release(_ name: String) {
        state.withLock { $0.held.removeValue(forKey: name) }?.file.remove()
    }

    /// A thread that renews until this process claims nothing any more.
    private func renewFromNowOn() {
        Thread.detachNewThread { [weak self, lease] in
            while true {
                Thread.sleep(forTimeInterval: lease / 4)
                guard let self else { return }
                let isOver = self.state.withLock { state in
                    if state.held.isEmpty { state.isRenewing = false }
                    return state.held.isEmpty
                }
                if isOver { return }
                self.renew()
            }
        }
    }

    /// Claims of a study of 100,000 jobs lie in 256 folders of some 400 files at most.
    private func path(_ name: String) -> String {
        "\(folder)/\(StableHash.name(of: name).prefix(2))/\(name)"
    }
}

extension StableHash {
    /// The hash of a text as 16 hexadecimal digits.
    fileprivate static func name(of text: String) -> String {
        var hash = StableHash()
        hash.combine(text)
        return hash.hexadecimal
    }
}
