package import SnapshotFormats

/// An uncompressed file.
package final class PlainSource: ByteSource {
    private let file: FileBytes

    init(_ file: FileBytes) {
        self.file = file
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try file.read(into: buffer)
    }

    /// The file behind it, open as long as this source lives; nothing for pipes and devices.
    package var plainFile: PlainFile? {
        file.regularLengthBytes.map { PlainFile(descriptor: file.descriptor, lengthBytes: $0) }
    }
}
