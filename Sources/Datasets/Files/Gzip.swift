// gzip by the system's zlib. Its check sum and length at the end of each member are verified.

import CZlib

/// Reading of gzip files.
package enum Gzip {
    /// Whether bytes begin as a gzip file does.
    package static func begins(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
    }

    /// The unpacked bytes of all members of a gzip file, at most `limit` of them; `file` is its name in
    /// errors.
    package static func unpacked(
        _ bytes: [UInt8], file: String, limit: Int
    ) throws(DatasetError) -> [UInt8] {
        var unpacked: [UInt8] = []
        var start = 0
        repeat {
            start += try member(bytes, at: start, file: file, limit: limit, into: &unpacked)
        } while bytes.count - start >= 2 && bytes[start] == 0x1f && bytes[start + 1] == 0x8b
        // Some writers pad the file to whole blocks with zeros.
        guard bytes[start...].allSatisfy({ $0 == 0 }) else {
            throw DatasetError(
                file,
                "\(bytes.count - start) bytes that are not gzip follow the end of the packed data; copy or "
                    + "download the file again.")
        }
        return unpacked
    }

    /// Unpacks the member that begins at `start` and returns how many bytes it took.
    private static func member(
        _ bytes: [UInt8], at start: Int, file: String, limit: Int, into unpacked: inout [UInt8]
    ) throws(DatasetError) -> Int {
        // zlib remembers the address of its stream, so it gets one that stays.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        // 15 is the largest window, 16 asks for the gzip wrapper with its check sum.
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
            throw DatasetError(file, "zlib cannot be started; install the zlib1g package again.")
        }
        defer { inflateEnd(stream) }
        var used = 0
        var status = Z_OK
        while status == Z_OK {
            guard unpacked.count < limit else {
                throw DatasetError(
                    file, "it unpacks to more than \(limit) bytes; check that it is the right file.")
            }
            let room = min(limit - unpacked.count, max(65_536, unpacked.count))
            let offered = min(bytes.count - start - used, Int(Int32.max))
            var written = 0
            let part = [UInt8](unsafeUninitializedCapacity: room) { output, count in
                bytes.withUnsafeBufferPointer { input in
                    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + start + used)
                    stream.pointee.avail_in = UInt32(offered)
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(clamping: room)
                    status = inflate(stream, Z_NO_FLUSH)
                }
                count = Int(UInt32(clamping: room) - stream.pointee.avail_out)
                written = count
            }
            let taken = offered - Int(stream.pointee.avail_in)
            used += taken
            unpacked += part
            // Nothing taken and nothing given with room left: the input has ended.
            if status == Z_BUF_ERROR || status == Z_OK && taken == 0 && written == 0 {
                throw DatasetError(
                    file,
                    "the gzip data ends after \(bytes.count) bytes, before its end mark; the file is cut "
                        + "off, so copy or download it again.")
            }
        }
        guard status == Z_STREAM_END else {
            throw DatasetError(
                file,
                "the gzip data is damaged (\(reason(stream.pointee))) after \(unpacked.count) unpacked "
                    + "bytes; copy or download the file again.")
        }
        return used
    }

    private static func reason(_ stream: z_stream) -> String {
        stream.msg.map { String(cString: $0) } ?? "no reason given"
    }
}
