import Glibc
import InventoryCore
import Synchronization

/// How much staged for a baseline file may lie in memory; the rest goes to an unlinked file, which ends with
/// the process.
///
/// Several threads may use it at once.
final class StagingRoom: Sendable {
    /// The name of the baseline file, beside which there is room for the other.
    private let path: String
    let bytesMax: Int
    private let bytesUsed = Atomic(0)
    /// The file, and where it ends; none as long as everything lies in memory.
    private let file = Mutex<(descriptor: Int32, end: Int)>((-1, 0))

    init(beside path: String, bytesMax: Int) {
        self.path = path
        self.bytesMax = bytesMax
    }

    deinit {
        let descriptor = file.withLock { $0.descriptor }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether so many bytes more may stay in memory; those that may are counted.
    func takes(_ bytes: Int) -> Bool {
        if bytesUsed.add(bytes, ordering: .relaxed).newValue <= bytesMax { return true }
        bytesUsed.subtract(bytes, ordering: .relaxed)
        return false
    }

    /// Writes bytes to the file, and gives where they stand in it.
    func write(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> Int {
        let (descriptor, offset) = try place(for: bytes.count)
        try BaselineFile.write(descriptor, bytes, at: offset, path: path)
        return offset
    }

    /// Reads bytes that have been written.
    func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(Fault) {
        let descriptor = file.withLock { $0.descriptor }
        try BaselineFile.read(descriptor, bytes, at: offset, path: path)
    }

    private func place(for bytes: Int) throws(Fault) -> (descriptor: Int32, offset: Int) {
        try file.withLock { file throws(Fault) in
            if file.descriptor < 0 { file.descriptor = try BaselineFile.nameless(beside: path) }
            defer { file.end += bytes }
            return (file.descriptor, file.end)
        }
    }
}
