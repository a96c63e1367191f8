import InventoryCore
import Synchronization
import TestSupport
import Testing

@testable import DeltaEngine

@Suite("A queue of pieces that another thread writes")
struct OutputQueueTests {
    private static func piece(_ number: Int, _ queue: OutputQueue) -> OutputQueue.Piece {
        let memory = queue.takeMemory()
        memory.base.storeBytes(of: UInt8(number % 256), as: UInt8.self)
        return OutputQueue.Piece(memory: memory, stretches: [(0..<1, number)])
    }

    @Test("every piece is written once, with its bytes, in order")
    func order() throws {
        let queue = OutputQueue()
        let written = Synchronization.Mutex<[(offset: Int, byte: UInt8)]>([])
        try queue.serve { piece throws(Fault) in
            try piece.forEachStretch { bytes, offset in written.withLock { $0.append((offset, bytes[0])) } }
        } while: { () throws in
            for number in 0..<1_000 { #expect(try queue.put(Self.piece(number, queue))) }
            try queue.flush()
            #expect(written.withLock { $0.count } == 1_000)
            #expect(try queue.put(Self.piece(1_000, queue)))
        }
        // The last piece is written, too, although nothing waited for it.
        #expect(written.withLock { $0.map(\.offset) } == Array(0...1_000))
        #expect(written.withLock { $0.allSatisfy { $0.byte == UInt8($0.offset % 256) } })
    }

    @Test("when the disk is slower, `put` waits, so that few pieces are in memory")
    func pressure() throws {
        let queue = OutputQueue()
        let made = Atomic(0)
        let written = Atomic(0)
        try queue.serve { _ in
            // One is being written, three wait, and one is about to be put.
            #expect(made.load(ordering: .sequentiallyConsistent) - written.load(ordering: .relaxed) <= 5)
            written.add(1, ordering: .sequentiallyConsistent)
        } while: { () throws in
            for number in 0..<500 {
                made.add(1, ordering: .sequentiallyConsistent)
                #expect(try queue.put(Self.piece(number, queue)))
            }
        }
        #expect(written.load(ordering: .relaxed) == 500)
    }

    @Test("after a piece that cannot be written, `put` and `flush` throw why")
    func failure() throws {
        let queue = OutputQueue()
        let written = Synchronization.Mutex<[Int]>([])
        let full = Fault.cannotWrite("there", 28)
        let error = #expect(throws: Fault.self) {
            try queue.serve { piece throws(Fault) in
                guard piece.stretches[0].offset < 10 else { throw full }
                written.withLock { $0.append(piece.stretches[0].offset) }
            } while: { () throws in
                for number in 0... { _ = try queue.put(Self.piece(number, queue)) }
            }
        }
        #expect(error == full)
        #expect(written.withLock { $0 } == Array(0..<10))
        #expect(throws: full) { try queue.flush() }
    }

    @Test("if the body throws, the error comes out and the writing thread ends")
    func makerFails() {
        let queue = OutputQueue()
        #expect(throws: CancellationError.self) {
            try queue.serve({ _ in }, while: { throw CancellationError() })
        }
    }

    @Test("without a writing thread, `put` leaves the piece to its caller")
    func unserved() throws {
        let queue = OutputQueue()
        #expect(try !queue.put(Self.piece(0, queue)))
        try queue.flush()
    }
}
