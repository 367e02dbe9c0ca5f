// PNG and JPEG through the simple interfaces of libpng and libturbojpeg. What the header says is checked
// before anything is allocated.

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
    /// Grey, palette and 16-bit images become RGB of 8 bits; transparency is dropped, and a JPEG's
    /// orientation tag not followed, as torchvision's ImageFolder does it.
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
            return try bytes.withUnsafeBytes { memory in
                Result { () throws(DatasetError) in
                    let png = try PNGDecoder(memory, file: file)
                    return (png.width, png.height)
                }
            }.get()
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
    fileprivate static func damaged(_ reason: String, file: String) -> DatasetError {
        DatasetError(
            file,
            "it cannot be decoded (\(reason)); replace or remove it, or leave damaged files out with "
                + "--skip-corrupt.")
    }

    private static func png(_ bytes: [UInt8], file: String) throws(DatasetError) -> DecodedImage {
        // libpng keeps the pointer between its calls, so both happen inside.
        try bytes.withUnsafeBytes { memory in
            Result { () throws(DatasetError) in
                let decoder = try PNGDecoder(memory, file: file)
                return DecodedImage(
                    width: decoder.width, height: decoder.height, pixels: try decoder.pixels(file: file))
            }
        }.get()
    }

    private static func jpeg(_ bytes: [UInt8], file: String) throws(DatasetError) -> DecodedImage {
        let decoder = try JPEGDecoder(bytes, file: file)
        return DecodedImage(
            width: decoder.width, height: decoder.height, pixels: try decoder.pixels(bytes, file: file))
    }
}

/// One image of libpng's simplified interface, which remembers the address of its structure.
private final class PNGDecoder {
    let width: Int
    let height: Int
    private let image: UnsafeMutablePointer<png_image>

    init(_ memory: UnsafeRawBufferPointer, file: String) throws(DatasetError) {
        image = .allocate(capacity: 1)
        image.initialize(to: png_image())
        image.pointee.version = UInt32(PNG_IMAGE_VERSION)
        let status = png_image_begin_read_from_memory(image, memory.baseAddress, memory.count)
        width = Int(image.pointee.width)
        height = Int(image.pointee.height)
        if status == 0 { throw DecodedImage.damaged(message, file: file) }
        try DecodedImage.check(width: width, height: height, file: file)
    }

    deinit {
        png_image_free(image)
        image.deallocate()
    }

    func pixels(file: String) throws(DatasetError) -> [UInt8] {
        let alpha = image.pointee.format & PNG_FORMAT_FLAG_ALPHA
        image.pointee.format = PNG_FORMAT_FLAG_COLOR | alpha
        // Without this, 16-bit values without a gamma chunk would be taken for linear light.
        image.pointee.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
        let count = width * height
        var status: Int32 = 0
        let pixels = [UInt8](unsafeUninitializedCapacity: count * (alpha == 0 ? 3 : 4)) { output, filled in
            status = png_image_finish_read(image, nil, output.baseAddress, 0, nil)
            guard status != 0 else { return }
            if alpha != 0 {
                for pixel in 0..<count {
                    for channel in 0..<3 { output[pixel * 3 + channel] = output[pixel * 4 + channel] }
                }
            }
            filled = count * 3
        }
        if status == 0 { throw DecodedImage.damaged(message, file: file) }
        return pixels
    }

    private var message: String {
        withUnsafeBytes(of: image.pointee.message) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
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
