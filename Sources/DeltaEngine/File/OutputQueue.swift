import Foundation
import InventoryCore
import SnapshotFormats

/// Pieces of a file under way that wait for a thread of their own to write them: whoever makes them goes on
/// meanwhile.
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
        /// What went wrong first; nothing is written after it.
        var failure: Fault?
        /// Memory of pieces that have been written: fresh memory costs more than what it is used for.
        var spare: [GrowingMemory] = []
    }

    /// So many pieces wait at most.
    private static let waitingMax = 3

    /// Runs the body while another thread writes the pieces that come meanwhile.
    ///
    /// What has not been written when the body ends is written then, but nobody hears of its failure: a body
    /// that wants its pieces ends with `flush`. Without another thread, whoever puts a piece has to write it.
    ///
    /// - Throws: what the body throws.
    func serve<Result>(
        _ write: (Piece) throws(Fault) -> Void,
        while body: () throws -> Result
    ) throws -> Result {
        condition.withLock { state.isServed = true }
        var result: Swift.Result<Result, any Error>?
        let hasThread = WorkerThreads.run(2, mustOverlap: true) { index in
            if index == 0 {
                result = Swift.Result { try body() }
                end()
            } else {
                while let piece = next() { writeNow(piece, write) }
            }
        }
        if !hasThread { end() }
        return try result?.get() ?? body()
    }

    /// Takes a piece that is to be written.
    ///
    /// - Returns: whether it will be; where no thread writes, it is the caller's to write.
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

    /// Takes the memory of a piece that has been written, or is none.
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
