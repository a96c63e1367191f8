import InventoryCore
import Logging
import StateStore
import Synchronization
import Testing

@testable import TidegatePipeline
@testable import TidegateService
@testable import TidegateSettings

@Suite("The log line of a run")
struct RunLogTests {
    /// Gives what is logged of these events of a run.
    private func logged(_ events: [RunEvent]) -> [String] {
        let taken = Taken()
        var logger = Logger(label: "test") { _ in
            LogLines(.text, now: { Timestamp(microseconds: 0) }, write: { taken.append($0) })
        }
        logger.logLevel = .info
        let log = logger.runEvents(of: .main)
        for event in events { log(event) }
        return taken.lines
    }

    private final class Taken: Sendable {
        private let all = Mutex<[String]>([])

        func append(_ line: [UInt8]) {
            all.withLock { $0.append(String(decoding: line.dropLast(), as: UTF8.self)) }
        }

        var lines: [String] { all.withLock { $0 } }
    }

    @Test("given a run that ends, one info line has its counts")
    func ended() {
        var record = RunRecord(id: "r1", source: "erp", scope: .full, started: Timestamp(microseconds: 0))
        record.counts.rows = 10
        let lines = logged([
            .began(run: "r1", source: "erp"), .step(.read), .ended(RunSummary(intake: record)),
        ])
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix("1970-01-01T00:00:00Z info run ended shop=main source=erp run=r1 added=0"))
        #expect(lines[0].contains(" rows=10 "))
    }

    @Test("given a run that fails, one info line has its code")
    func failed() {
        let fault = Fault(.unavailable, code: "shop_unreachable", message: "No answer.", hint: "Wait.")
        let lines = logged([.failed(run: "r1", source: "erp", fault)])
        let start = "1970-01-01T00:00:00Z info run failed shop=main source=erp run=r1 code=shop_unreachable"
        #expect(lines == ["\(start) error=\"No answer.\""])
    }
}
