import SnapshotFormats
import Synchronization
import Testing

@testable import TidegatePipeline

@Suite("Handing a value to a thread that waits")
struct HandoverTests {
    @Test("it is there for whoever comes before it and after it, as often as it is asked for")
    func value() throws {
        let handover = Handover<Int>()
        let early = Mutex<Int?>(nil)
        WorkerThreads.overlap({ early.withLock { $0 = try? handover.wait() } }) {
            handover.give(.success(7))
        }
        #expect(early.withLock { $0 } == 7)
        #expect(try handover.wait() == 7)
        #expect(try handover.wait() == 7)
    }

    @Test("why there is none is told")
    func failure() {
        let handover = Handover<Int>()
        handover.give(.failure(CancellationError()))
        #expect(throws: CancellationError.self) { try handover.wait() }
    }
}
