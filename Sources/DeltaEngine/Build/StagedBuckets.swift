import Glibc
import InventoryCore
import SnapshotFormats
import Synchronization

/// Fills the buckets of an unfinished baseline file, on any number of threads: each takes the next part.
///
/// Unchecked, because the entries and the rows are only read by then, and the next part is atomic.
final class StagedBuckets: @unchecked Sendable {
    private let index: StagedIndex
    private let rows: BaselineRows
    private let offset: Int
    private let output: BaselineOutput
    private let next = Atomic(0)

    init(_ index: StagedIndex, _ rows: BaselineRows, at offset: Int, of output: BaselineOutput) {
        self.index = index
        self.rows = rows
        self.offset = offset
        self.output = output
    }

    /// Fills parts until none is left, and gives rows whose keys others have.
    ///
    /// - Throws: `Fault` with `cannot_write`.
    func fill() throws(Fault) -> [StagedIndex.Repeat] {
        let filling = StagedIndex.Filling(index)
        while true {
            let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard part < BucketEntries.parts else { return filling.repeats }
            let memory = output.takeMemory()
            try filling.fill(memory, part, rows)
            // If a key is there twice, the file will not be finished.
            guard filling.repeats.isEmpty else {
                output.giveBack(memory)
                continue
            }
            let stretch = (0..<index.bytesPerPart, offset + part * index.bytesPerPart)
            try output.write(OutputQueue.Piece(memory: memory, stretches: [stretch]))
        }
    }
}
