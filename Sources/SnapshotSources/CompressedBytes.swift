import InventoryCore

/// The buffered raw side of a decompressor: what has been read of the file and not yet been unpacked.
final class CompressedBytes {
    let file: FileBytes
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private(set) var isAtEnd = false

    private static let bufferBytes = 1 << 18

    init(_ file: FileBytes) {
        self.file = file
        buffer = .allocate(byteCount: CompressedBytes.bufferBytes, alignment: 16)
    }

    deinit {
        buffer.deallocate()
    }

    var isEmpty: Bool { start == end }

    /// Reads more when nothing is left; afterwards it is empty only at the file's end.
    func refill() throws(Fault) {
        guard isEmpty, !isAtEnd else { return }
        start = 0
        end = 0
        end = try file.read(into: buffer)
        isAtEnd = end == 0
    }

    /// Offers what is left; `body` gives its result and how many bytes it has taken.
    func take<Result>(
        _ body: (UnsafeMutableBufferPointer<UInt8>) -> (result: Result, taken: Int)
    ) -> Result {
        let left = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end])
        let (result, taken) = body(left.assumingMemoryBound(to: UInt8.self))
        start += taken
        return result
    }
}
