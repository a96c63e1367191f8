package import SnapshotFormats

/// An uncompressed file.
package final class PlainSource: ByteSource {
    private let bytes: FileBytes

    init(_ bytes: FileBytes) {
        self.bytes = bytes
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try bytes.read(into: buffer)
    }

    /// The file behind it, open as long as this source lives; nothing for pipes and devices.
    package var plainFile: PlainFile? {
        let file = bytes.file
        return file.regularSizeBytes.map { PlainFile(descriptor: file.descriptor, lengthBytes: $0) }
    }
}
