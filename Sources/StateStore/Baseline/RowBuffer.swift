/// Memory in which rows wait to be written.
///
/// Unchecked, because a buffer is used by whoever holds it, and handed on as a whole.
final class RowBuffer: @unchecked Sendable {
    private let memory = HugePages()

    var rows: UnsafeMutablePointer<BaselineRow> { memory.base.assumingMemoryBound(to: BaselineRow.self) }

    /// Keeps what is there, which may stand elsewhere then.
    func makeRoom(for count: Int) {
        memory.grow(to: count * MemoryLayout<BaselineRow>.stride)
    }
}
