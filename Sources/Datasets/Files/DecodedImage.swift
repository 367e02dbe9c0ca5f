// PNG and JPEG through libpng and libturbojpeg, samples as they are stored. What the header says is checked before
// anything is allocated.

import CLibPNG
import CTurboJPEG

/// An RGB image of a file: bytes, row after row.
package struct DecodedImage: Hashable, Sendable {
    /// Columns.
    package let width: Int
    /// Rows.
    package let height: Int
    /// width · height · 3 values.
    package let pixels: [UInt8]

    /// The most pixels that an image may have: 8192×8192.
    package static let largest = 1 << 26

    /// Decodes a PNG or a JPEG, whichever the first bytes say; `file` is its name in errors.
    ///
    /// Grey, palette and 16-bit images become RGB of 8 bits (of 16 the high ones); transparency is dropped, gamma
    /// and colour profiles are passed over, and a JPEG's orientation tag not followed, as Pillow and torchvision's
    /// ImageFolder do it.
    package init(bytes: [UInt8], file: String) throws(DatasetError) {
        self =
            try DecodedImage.isPNG(bytes, file: file)
            ? DecodedImage.png(bytes, file: file) : DecodedImage.jpeg(bytes, file: file)
    }

    /// Width and height, from the header alone.
    package static func size(
        bytes: [UInt8], file: String
    ) throws(DatasetError) -> (width: Int, height: Int) {
        if try isPNG(bytes, file: file) {
            return try pngSize(bytes, file: file)
        }
        let decoder = try JPEGDecoder(bytes, file: file)
        return (decoder.width, decoder.height)
    }

    private init(width: Int, height: Int, pixels: [UInt8]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    private static func isPNG(_ bytes: [UInt8], file: String) throws(DatasetError) -> Bool {
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) { return true }
        if bytes.starts(with: [0xff, 0xd8]) { return false }
        throw DatasetError(file, "it begins as neither PNG nor JPEG does; convert it to one of them.")
    }

    /// Refuses images that are empty or absurdly large.
    fileprivate static func check(width: Int, height: Int, file: String) throws(DatasetError) {
        guard width > 0, height > 0 else {
            throw DatasetError(file, "its header says \(width)×\(height) pixels; remove the file.")
        }
        guard width <= largest, height <= largest, width * height <= largest else {
            throw DatasetError(
                file,
                "its header says \(width)×\(height) pixels, more than the \(largest) that are read; scale it "
                    + "down or remove it.")
        }
    }
}

extension DecodedImage {
    /// Refuses an image that this process has no memory for.
    private static func room(width: Int, height: Int, file: String) throws(DatasetError) {
        guard Memory.has(width * height * 3) else {
            throw DatasetError(
                file,
                "its \(width)×\(height) pixels take more memory than can be had; scale it down or remove it.")
        }
    }

    fileprivate static func damaged(_ reason: String, file: String) -> DatasetError {
        DatasetError(file, "it cannot be decoded (\(reason)); replace or remove it.")
    }

    private static func png(_ bytes: [UInt8], file: String) throws(DatasetError) -> DecodedImage {
        let (width, height) = try pngSize(bytes, file: file)
        try room(width: width, height: height, file: file)
        var failure: DatasetError?
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { output, filled in
            do throws(DatasetError) {
                _ = try readPNG(bytes, into: output.baseAddress, file: file)
                filled = width * height * 3
            } catch { failure = error }
        }
        if let failure { throw failure }
        return DecodedImage(width: width, height: height, pixels: pixels)
    }

    fileprivate static func pngSize(
        _ bytes: [UInt8], file: String
    ) throws(DatasetError) -> (width: Int, height: Int) {
        let (width, height) = try readPNG(bytes, into: nil, file: file)
        try check(width: width, height: height, file: file)
        return (width, height)
    }

    /// The size in a PNG's header, and its RGB values where there is somewhere to put them.
    private static func readPNG(
        _ bytes: [UInt8], into pixels: UnsafeMutablePointer<UInt8>?, file: String
    ) throws(DatasetError) -> (width: Int, height: Int) {
        var (width, height): (UInt32, UInt32) = (0, 0)
        var message = [CChar](repeating: 0, count: 160)
        let status = png_read_rgb(
            bytes, bytes.count, &width, &height, pixels, &message, message.count)
        if status == 0 {
            let reason = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw damaged(String(decoding: reason, as: UTF8.self), file: file)
        }
        return (Int(width), Int(height))
    }

    private static func jpeg(_ bytes: [UInt8], file: String) throws(DatasetError) -> DecodedImage {
        let decoder = try JPEGDecoder(bytes, file: file)
        try room(width: decoder.width, height: decoder.height, file: file)
        return DecodedImage(
            width: decoder.width, height: decoder.height, pixels: try decoder.pixels(bytes, file: file))
    }
}

/// One TurboJPEG handle, destroyed with this object.
private final class JPEGDecoder {
    let width: Int
    let height: Int
    private let handle: tjhandle

    init(_ bytes: [UInt8], file: String) throws(DatasetError) {
        guard let handle = tjInitDecompress() else {
            throw DatasetError(file, "libturbojpeg cannot be started; install libturbojpeg0 again.")
        }
        self.handle = handle
        var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let status = tjDecompressHeader3(
            handle, bytes, UInt(bytes.count), &width, &height, &subsampling, &colours)
        self.width = Int(width)
        self.height = Int(height)
        if status != 0 { throw DecodedImage.damaged(reason, file: file) }
        try DecodedImage.check(width: self.width, height: self.height, file: file)
        guard colours != TJCS_CMYK.rawValue, colours != TJCS_YCCK.rawValue else {
            throw DatasetError(file, "its colours are CMYK, for print; convert it to RGB.")
        }
    }

    deinit { tjDestroy(handle) }

    /// All pixels; a file of which libjpeg only warns counts as damaged, since what follows the damage is
    /// grey.
    func pixels(_ bytes: [UInt8], file: String) throws(DatasetError) -> [UInt8] {
        let flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT
        var status: Int32 = 0
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { output, filled in
            status = tjDecompress2(
                handle, bytes, UInt(bytes.count), output.baseAddress, Int32(width), 0, Int32(height),
                TJPF_RGB.rawValue, flags)
            filled = status == 0 ? width * height * 3 : 0
        }
        if status != 0 { throw DecodedImage.damaged(reason, file: file) }
        return pixels
    }

    private var reason: String { String(cString: tjGetErrorStr2(handle)) }
}
