import Glibc
import InventoryCore

/// One reading of an open file, from its first byte to its last.
final class FileBytes {
    let file: OpenFile
    private let digest: ContentDigest?
    private var offset = 0
    /// Bytes read ahead to recognise the compression.
    private var ahead: [UInt8] = []

    init(_ file: OpenFile, digest: ContentDigest? = nil) {
        self.file = file
        self.digest = digest
    }

    var path: String { file.path }

    /// Gives up to `count` first bytes without taking them.
    func peek(_ count: Int) throws(Fault) -> [UInt8] {
        let more = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { more.deallocate() }
        while ahead.count < count {
            let length = try fill(UnsafeMutableRawBufferPointer(rebasing: more[..<(count - ahead.count)]))
            guard length > 0 else { break }
            ahead += more.prefix(length)
        }
        return ahead
    }

    /// Fills the front of `buffer`, and gives how many bytes it wrote; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
        guard !buffer.isEmpty else { return 0 }
        var length = 0
        if ahead.isEmpty {
            length = try fill(buffer)
        } else {
            length = min(buffer.count, ahead.count)
            buffer.copyBytes(from: ahead.prefix(length))
            ahead.removeFirst(length)
        }
        digest?.update(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
        return length
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
        let length = try file.read(into: buffer, at: offset)
        offset += length
        return length
    }
}
