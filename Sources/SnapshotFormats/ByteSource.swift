/// Where the bytes of a snapshot come from, already decompressed.
///
/// A reader asks until it gets 0, which means that the source ended cleanly; an input that breaks off throws
/// instead, so that a torn snapshot is never taken for a short one.
package protocol ByteSource: AnyObject {
    /// Fills the front of `buffer` and gives how many bytes it wrote; 0 only at a clean end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// The uncompressed regular file behind the source, for readers that split it; nothing for streams.
    var plainFile: PlainFile? { get }
}

/// An open, uncompressed regular file, of which independent readers may take ranges.
package struct PlainFile: Sendable {
    package let descriptor: Int32
    package let lengthBytes: Int

    package init(descriptor: Int32, lengthBytes: Int) {
        self.descriptor = descriptor
        self.lengthBytes = lengthBytes
    }
}
