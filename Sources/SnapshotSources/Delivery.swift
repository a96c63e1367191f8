package import InventoryCore
package import SnapshotFormats
import Synchronization

/// One arrival from a source, opened once: diff, SHA-256 and archive copy come from the same bytes.
///
/// Another file that takes its path makes no difference. One that is rewritten in place is noticed by
/// `hasChanged`. A pipe or device is copied to the disk when it is opened, since it can be read only once.
package final class Delivery: Sendable {
    package let source: SourceID
    /// Where it was found; nothing is opened by it again.
    package let path: String
    /// The same as the system has it; a file's name need not be text.
    package let filePath: FilePath
    /// What it states about itself, if anything.
    package let contract: SnapshotContract?
    /// Of the file as it lies there, packed or not.
    package let sizeBytes: Int
    /// When the file was last written to.
    package let modified: Timestamp

    /// Whether the bytes may still be at the path later, as those of a pipe never are.
    package let canBeOpenedAgain: Bool
    let file: OpenFile
    private let unpackedBytesMax: Int
    /// Of the newest reading that took one.
    private let digest = Mutex<ContentDigest?>(nil)

    private init(
        _ file: OpenFile,
        at filePath: FilePath,
        canBeOpenedAgain: Bool,
        source: SourceID,
        contract: SnapshotContract?,
        unpackedBytesMax: Int
    ) {
        self.file = file
        self.filePath = filePath
        self.source = source
        self.contract = contract
        self.canBeOpenedAgain = canBeOpenedAgain
        sizeBytes = file.opened.sizeBytes
        self.unpackedBytesMax = unpackedBytesMax
        path = file.path
        modified = file.opened.modified.timestamp
    }

    /// Opens what a source has delivered.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - source: whose it is.
    ///   - contract: what it states about itself.
    ///   - unpackedBytesMax: how much it may unpack to, or a pipe may give.
    /// - Returns: the delivery, with its size and time as of now.
    /// - Throws: `Fault`.
    package static func open(
        path: String,
        source: SourceID = .main,
        contract: SnapshotContract? = nil,
        unpackedBytesMax: Int = SnapshotFile.unpackedBytesMaxDefault
    ) throws(Fault) -> Delivery {
        try open(FilePath(path), source: source, contract: contract, unpackedBytesMax: unpackedBytesMax)
    }

    /// The same for a path that need not be text.
    package static func open(
        _ path: FilePath,
        source: SourceID = .main,
        contract: SnapshotContract? = nil,
        unpackedBytesMax: Int = SnapshotFile.unpackedBytesMaxDefault
    ) throws(Fault) -> Delivery {
        let opened = try OpenFile(path)
        let isRegular = opened.regularSizeBytes != nil
        let file =
            isRegular ? opened : try DrainedStream.file(of: opened, bytesMax: unpackedBytesMax)
        return Delivery(
            file,
            at: path,
            canBeOpenedAgain: isRegular && path.isText,
            source: source,
            contract: contract,
            unpackedBytesMax: unpackedBytesMax
        )
    }

    /// The last part of the path.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Gives the unpacked bytes, from the first one on; again is allowed.
    ///
    /// Those of a plain file have a `plainFile`, which workers read in ranges.
    ///
    /// - Throws: `Fault`.
    package func bytes() throws(Fault) -> any ByteSource {
        guard contract?.sha256 != nil else {
            return try SnapshotFile.unpacked(FileBytes(file), bytesMax: unpackedBytesMax)
        }
        // What is read in order is summed on the way.
        let digest = ContentDigest()
        self.digest.withLock { $0 = digest }
        return try SnapshotFile.unpacked(FileBytes(file, digest: digest), bytesMax: unpackedBytesMax)
    }

    /// Gives the SHA-256 of the file as it lies there, in hexadecimal, to compare with a contract's.
    ///
    /// It costs nothing after a stream with such a contract was read to its end. Otherwise, also for plain
    /// files, which are not read in order, it reads the same descriptor once more.
    ///
    /// - Throws: `Fault`.
    package func sha256() throws(Fault) -> String {
        if let digest = digest.withLock({ $0 }), digest.bytes == sizeBytes { return digest.hexadecimal }
        let digest = ContentDigest()
        let bytes = FileBytes(file, digest: digest)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while try bytes.read(into: buffer) > 0 {}
        self.digest.withLock { $0 = digest }
        return digest.hexadecimal
    }

    /// Whether the file was written to since it was opened; ask it after the last byte was read.
    ///
    /// What was read then may be a mixture of two exports. It goes by size and times, which the system counts
    /// in steps of some milliseconds.
    package var hasChanged: Bool { file.hasChanged }
}
