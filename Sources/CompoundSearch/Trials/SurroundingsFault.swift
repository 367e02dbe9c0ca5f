// Whose fault a failure is. A full disk, missing memory or a trainer that cannot be started say nothing about a
// candidate; booked as its result, they would stay in the log for good.

import Foundation

/// An error that knows whether the surroundings are at fault.
package protocol FaultAttributing: Error {
    /// Whether the surroundings failed, and not what was being evaluated.
    var isFaultOfSurroundings: Bool { get }
}

/// A fault of the surroundings, in one sentence that names the place and the remedy.
package struct SurroundingsFault: FaultAttributing, Hashable, CustomStringConvertible {
    /// The sentence.
    package let description: String

    /// A fault.
    package init(_ sentence: String) { description = sentence }

    /// A fault where an error is one of the surroundings, or nil where the candidate may be to blame.
    package init?(_ error: any Error) {
        switch error {
        case let fault as SurroundingsFault: self = fault
        case let error as any FaultAttributing:
            guard error.isFaultOfSurroundings else { return nil }
            self.init("\(error)")
        default:
            guard let code = SurroundingsFault.systemCode(of: error), Self.systemCodes.contains(code) else {
                return nil
            }
            self.init("\(String(cString: strerror(code))): \(error.localizedDescription)")
        }
    }

    /// True.
    package var isFaultOfSurroundings: Bool { true }

    /// What the system answers where room, memory, files or processes have run out, or a disk fails.
    private static let systemCodes: Set<Int32> = [
        ENOSPC, EDQUOT, EFBIG, EIO, EROFS, ENOMEM, EMFILE, ENFILE, EAGAIN, ESTALE, ENODEV,
    ]

    /// The system's code at the bottom of an error of Foundation, or nil.
    private static func systemCode(of error: any Error) -> Int32? {
        var current = error as NSError
        while let underlying = current.userInfo[NSUnderlyingErrorKey] as? NSError { current = underlying }
        switch current.domain {
        case NSPOSIXErrorDomain: return Int32(current.code)
        case NSCocoaErrorDomain where current.code == CocoaError.fileWriteOutOfSpace.rawValue: return ENOSPC
        case NSCocoaErrorDomain where current.code == CocoaError.fileWriteVolumeReadOnly.rawValue:
            return EROFS
        default: return nil
        }
    }
}
