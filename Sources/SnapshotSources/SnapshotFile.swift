package import InventoryCore
package import SnapshotFormats

/// Opens snapshot files, whatever they are compressed with.
///
/// For a look at a file: what a run reads comes by a `Delivery`.
package enum SnapshotFile {
    /// How much is unpacked before a compressed file counts as hostile: 64 GiB.
    package static let unpackedBytesMaxDefault = 64 << 30

    private static let magicBytes = 4

    /// Opens a file, recognising zstd and gzip by their first bytes, not by the name.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - unpackedBytesMax: how much a compressed file may unpack to.
    /// - Returns: the unpacked bytes; their `read` throws `Fault` too.
    /// - Throws: `Fault`.
    package static func open(
        path: String,
        unpackedBytesMax: Int = unpackedBytesMaxDefault
    ) throws(Fault) -> any ByteSource {
        try unpacked(FileBytes(try OpenFile(path: path)), bytesMax: unpackedBytesMax)
    }

    /// Gives the unpacked bytes of a reading that has not begun.
    static func unpacked(_ bytes: FileBytes, bytesMax: Int) throws(Fault) -> any ByteSource {
        switch Compression(firstBytes: try bytes.peek(magicBytes)) {
        case .none: return PlainSource(bytes)
        case .zstd: return try ZstdSource(bytes, unpackedBytesMax: bytesMax)
        case .gzip: return GzipSource(bytes, unpackedBytesMax: bytesMax)
        }
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
