import Foundation
import InventoryCore
import SnapshotFormats

/// Pieces of an unfinished file, written by a thread of their own while the next pieces are made.
///
/// Unchecked, because `state` is only used while its condition is held.
final class OutputQueue: @unchecked Sendable {
    /// Bytes of the file, and the memory that they lie in.
    struct Piece {
        let memory: GrowingMemory
        /// Which bytes of the memory stand where in the file.
        let stretches: [(bytes: Range<Int>, offset: Int)]

        /// The bytes of each stretch.
        func forEachStretch(
            _ body: (UnsafeRawBufferPointer, _ offset: Int) throws(Fault) -> Void
        ) throws(Fault) {
            for (bytes, offset) in stretches {
                try body(
                    UnsafeRawBufferPointer(start: memory.base + bytes.lowerBound, count: bytes.count),
                    offset
                )
            }
        }
    }

    private let condition = NSCondition()
    private var state = State()

    private struct State {
        /// Whether there is a thread that writes.
        var isServed = false
        var waiting: [Piece] = []
        var isWriting = false
        /// The first failure; nothing is written after it.
        var failure: Fault?
        /// Memory of written pieces, to use again: getting fresh memory costs more than filling it.
        var spare: [GrowingMemory] = []
    }

    /// How many pieces may wait.
    private static let waitingMax = 3

    /// Runs the body while another thread writes the pieces that come meanwhile.
    ///
    /// Pieces that are left when the body ends are written then, but write errors are lost unless the body
    /// calls `flush`. Without another thread, the caller of `put` writes its piece.
    ///
    /// - Throws: what the body throws.
    func serve<Result>(
        _ write: @Sendable (Piece) throws(Fault) -> Void,
        while body: () throws -> Result
    ) throws -> Result {
        condition.withLock { state.isServed = true }
        let result = try WorkerThreads.overlap({ while let piece = next() { writeNow(piece, write) } }) {
            defer { end() }
            return try body()
        }
        if let result { return result.body }
        end()
        return try body()
    }

    /// Takes a piece that is to be written.
    ///
    /// - Returns: whether it will be; if no thread writes, the caller has to.
    /// - Throws: `Fault` where a piece before it could not be written.
    func put(_ piece: Piece) throws(Fault) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while state.isServed, state.waiting.count >= OutputQueue.waitingMax, state.failure == nil {
            condition.wait()
        }
        if let failure = state.failure { throw failure }
        guard state.isServed else { return false }
        state.waiting.append(piece)
        condition.broadcast()
        return true
    }

    /// Waits until all that has been put is written.
    ///
    /// - Throws: `Fault` where something of it could not be.
    func flush() throws(Fault) {
        condition.lock()
        defer { condition.unlock() }
        while state.isWriting || !state.waiting.isEmpty { condition.wait() }
        if let failure = state.failure { throw failure }
    }

    /// Gives memory for a piece, of any size.
    func takeMemory() -> GrowingMemory {
        condition.withLock { state.spare.popLast() } ?? GrowingMemory()
    }

    /// Gives memory back that waits for pieces.
    func releaseMemory() {
        let spare = condition.withLock {
            defer { state.spare = [] }
            return state.spare
        }
        withExtendedLifetime(spare) {}
    }

    /// Takes back memory that is not used any more.
    func giveBack(_ memory: GrowingMemory) {
        condition.withLock { state.spare.append(memory) }
    }

    // MARK: The writing thread

    private func next() -> Piece? {
        condition.withLock {
            while state.isServed, state.waiting.isEmpty { condition.wait() }
            guard !state.waiting.isEmpty else { return nil }
            state.isWriting = true
            return state.waiting.removeFirst()
        }
    }

    private func writeNow(_ piece: Piece, _ write: (Piece) throws(Fault) -> Void) {
        var failure: Fault?
        do throws(Fault) {
            try write(piece)
        } catch {
            failure = error
        }
        condition.withLock {
            state.isWriting = false
            if let failure, state.failure == nil {
                state.failure = failure
                state.waiting = []
            }
            state.spare.append(piece.memory)
            condition.broadcast()
        }
    }

    private func end() {
        condition.withLock {
            state.isServed = false
            condition.broadcast()
        }
    }
}
