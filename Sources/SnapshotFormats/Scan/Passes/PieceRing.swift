import Dispatch
import Synchronization

/// Pieces that one thread fills from a source while another scans them.
///
/// A slot belongs to the filling thread until it is handed over by `filled`, and to the scanning thread until
/// it is handed back by `free`: the two never look at the same slot. Unchecked for that reason: the source
/// and `failure` belong to the filling thread until it hands over its last slot, and `nextToScan` to the
/// scanning thread.
final class PieceRing: @unchecked Sendable {
    private let source: any ByteSource
    private let slots: [PieceBuffer]
    /// How many bytes each slot holds; less than 0 where the source failed.
    ///
    /// Not an array: two threads use different elements of it at once.
    private let counts: UnsafeMutablePointer<Int>
    private var failure: (any Error)?
    private let filled = DispatchSemaphore(value: 0)
    private let free: DispatchSemaphore
    private let isGivenUp = Mutex(false)
    private var nextToScan = 0

    /// Enough to absorb short stalls of either thread: 4 MiB.
    private static let slotCount = 4
    /// Decompressors save their window at the end of every call, so calls should be few.
    private static let slotPieces = 4

    init(_ source: any ByteSource) {
        self.source = source
        slots = (0..<PieceRing.slotCount).map { _ in PieceBuffer(pieces: PieceRing.slotPieces) }
        counts = .allocate(capacity: PieceRing.slotCount)
        counts.initialize(repeating: 0, count: PieceRing.slotCount)
        // A semaphore must not end below its initial value, and a failed scan leaves slots in use.
        free = DispatchSemaphore(value: 0)
        for _ in 0..<PieceRing.slotCount { free.signal() }
    }

    deinit {
        counts.deallocate()
    }

    /// Fills slots until the source ends, fails, or the scanning side has given up.
    func fill() {
        var next = 0
        while true {
            free.wait()
            if isGivenUp.withLock({ $0 }) { return }
            do {
                counts[next] = try PieceRing.fill(slots[next], from: source)
            } catch {
                failure = error
                counts[next] = -1
            }
            let isLast = counts[next] < slots[next].bytes
            filled.signal()
            if isLast { return }
            next = (next + 1) % PieceRing.slotCount
        }
    }

    /// Gives the next piece; a short one is the last.
    func next() throws -> (buffer: PieceBuffer, count: Int) {
        filled.wait()
        let slot = nextToScan
        // Pieces before the failure are scanned first; until then `failure` belongs to the other thread.
        if counts[slot] < 0, let failure { throw failure }
        nextToScan = (nextToScan + 1) % PieceRing.slotCount
        return (slots[slot], counts[slot])
    }

    /// Hands a piece back to be filled again.
    func release() {
        free.signal()
    }

    /// Makes the filling side return.
    func giveUp() {
        isGivenUp.withLock { $0 = true }
        free.signal()
    }

    /// Fills a buffer and gives how many bytes it has; fewer than it has room for only at the end.
    static func fill(_ buffer: PieceBuffer, from source: any ByteSource) throws -> Int {
        var count = 0
        while count < buffer.bytes {
            let room = UnsafeMutableRawBufferPointer(
                start: buffer.piece + count,
                count: buffer.bytes - count
            )
            let length = try source.read(into: room)
            if length == 0 { break }
            count += length
        }
        return count
    }
}
