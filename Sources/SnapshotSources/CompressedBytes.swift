import InventoryCore

/// Raw bytes of a compressed file that were read and are not unpacked yet.
final class CompressedBytes {
    private let bytes: FileBytes
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private(set) var isAtEnd = false

    private static let bufferBytes = 1 << 18

    init(_ bytes: FileBytes) {
        self.bytes = bytes
        buffer = .allocate(byteCount: CompressedBytes.bufferBytes, alignment: 16)
    }

    deinit {
        buffer.deallocate()
    }

    var path: String { bytes.path }

    var isEmpty: Bool { start == end }

    /// Reads more when nothing is left; it is empty afterwards only at the file's end.
    func refill() throws(Fault) {
        guard isEmpty, !isAtEnd else { return }
        start = 0
        end = 0
        end = try bytes.read(into: buffer)
        isAtEnd = end == 0
    }

    /// Passes what is left to `body`, which returns its result and how many bytes it took.
    func take<Result>(
        _ body: (UnsafeMutableBufferPointer<UInt8>) -> (result: Result, taken: Int)
    ) -> Result {
        let left = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end])
        let (result, taken) = body(left.assumingMemoryBound(to: UInt8.self))
        start += taken
        return result
    }
}
