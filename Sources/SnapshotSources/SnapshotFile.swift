package import InventoryCore
package import SnapshotFormats

/// Opens snapshot files, whatever they are compressed with.
package enum SnapshotFile {
    /// How much is unpacked before a compressed file counts as hostile: 64 GiB.
    package static let unpackedBytesMaxDefault = 64 << 30

    private static let magicBytes = 4

    /// Opens a file, recognising zstd and gzip by their first bytes, not by the name.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - unpackedBytesMax: how much a compressed file may unpack to.
    ///   - digest: where to take the SHA-256 of the raw bytes, if it is wanted.
    /// - Returns: the unpacked bytes; their `read` throws `Fault` too.
    /// - Throws: `Fault`.
    package static func open(
        path: String,
        unpackedBytesMax: Int = unpackedBytesMaxDefault,
        digest: ContentDigest? = nil
    ) throws(Fault) -> any ByteSource {
        let file = try FileBytes(path: path, digest: digest)
        switch Compression(firstBytes: try file.peek(magicBytes)) {
        case .none: return PlainSource(file)
        case .zstd: return try ZstdSource(file, unpackedBytesMax: unpackedBytesMax)
        case .gzip: return GzipSource(file, unpackedBytesMax: unpackedBytesMax)
        }
    }

    /// Gives the SHA-256 of a file's raw bytes, for readers that do not take them in order.
    ///
    /// - Throws: `Fault`.
    package static func sha256(path: String) throws(Fault) -> String {
        let digest = ContentDigest()
        let file = try FileBytes(path: path, digest: digest)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while try file.read(into: buffer) > 0 {}
        return digest.hexadecimal
    }
}

/// What a file is compressed with, by its first bytes.
package enum Compression: Hashable, Sendable {
    case none
    case zstd
    case gzip

    package init(firstBytes bytes: [UInt8]) {
        if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstd
        } else if bytes.count >= 4, bytes[0] & 0xF0 == 0x50, bytes[1...3] == [0x2A, 0x4D, 0x18] {
            // A skippable frame in front.
            self = .zstd
        } else if bytes.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else {
            self = .none
        }
    }
}
