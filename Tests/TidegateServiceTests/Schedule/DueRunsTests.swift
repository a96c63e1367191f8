import Foundation
import InventoryCore
import Testing

@testable import TidegateService
@testable import TidegateSettings

@Suite("Due runs")
struct DueRunsTests {
    private static let noon = Timestamp(rfc3339: "2026-03-28T12:00:00Z") ?? Timestamp(microseconds: 0)

    private static func at(_ seconds: Double) -> Timestamp {
        Timestamp(microseconds: noon.microseconds + Int64(seconds * 1_000_000))
    }

    private static func fault() -> Fault {
        Fault(
            .inputMissing,
            code: "source_missing",
            place: "stock.csv",
            message: "It is not there.",
            hint: ""
        )
    }

    private var memory = ScheduleMemory()
    private var schedule = ScheduleSettings.every(seconds: 300)

    private func turn(_ seconds: Double, _ memory: inout ScheduleMemory, isBusy: Bool = false) -> DueRuns.Turn
    {
        DueRuns(schedule, seed: 1).turn(&memory, at: DueRunsTests.at(seconds), isBusy: isBusy)
    }

    @Test("given an interval and no run yet, then the first is due at once and the next keep their beat")
    mutating func interval() {
        #expect(turn(0, &memory) == .run(due: DueRunsTests.at(0)))
        #expect(turn(1, &memory) == .wait(until: DueRunsTests.at(300)))
        #expect(turn(301.5, &memory) == .run(due: DueRunsTests.at(300)))
        #expect(turn(302, &memory) == .wait(until: DueRunsTests.at(600)))
    }

    @Test("given a calendar and no run yet, then nothing that is past is made up for")
    mutating func calendar() throws {
        schedule = .cron(try CronExpression("*/10 * * * *"), timeZone: "UTC")
        #expect(turn(30, &memory) == .wait(until: DueRunsTests.at(600)))
        #expect(turn(600, &memory) == .run(due: DueRunsTests.at(600)))
    }

    @Test("given hours without a service, then one run is made up for within catch_up, and none beyond it")
    mutating func catchUp() throws {
        schedule = .cron(try CronExpression("0 * * * *"), timeZone: "UTC")
        schedule.catchUpSeconds = 600
        memory.lastDue = DueRunsTests.at(0)
        var late = memory
        #expect(turn(3 * 3600 + 599, &memory) == .run(due: DueRunsTests.at(3 * 3600)))
        #expect(turn(3 * 3600 + 600, &memory) == .wait(until: DueRunsTests.at(4 * 3600)))
        #expect(turn(3 * 3600 + 601, &late) == .wait(until: DueRunsTests.at(4 * 3600)))
    }

    @Test("given no catching up, then a turn that is a little late still runs")
    mutating func grace() {
        schedule.catchUpSeconds = 0
        memory.lastDue = DueRunsTests.at(0)
        var late = memory
        #expect(turn(309, &memory) == .run(due: DueRunsTests.at(300)))
        #expect(turn(311, &late) == .wait(until: DueRunsTests.at(600)))
    }

    @Test("given a run under way, then a time is skipped, or one run is buffered however many times come")
    mutating func overlap() {
        memory.lastDue = DueRunsTests.at(0)
        var buffered = memory
        #expect(turn(300, &memory, isBusy: true) == .wait(until: DueRunsTests.at(600)))
        #expect(turn(400, &memory) == .wait(until: DueRunsTests.at(600)))
        schedule.overlap = .bufferOne
        #expect(turn(300, &buffered, isBusy: true) == .wait(until: DueRunsTests.at(600)))
        #expect(turn(600, &buffered, isBusy: true) == .wait(until: DueRunsTests.at(900)))
        #expect(DueRuns(schedule, seed: 1).next(buffered, at: DueRunsTests.at(700)) == DueRunsTests.at(700))
        #expect(turn(700, &buffered) == .run(due: DueRunsTests.at(600)))
        #expect(turn(700, &buffered) == .wait(until: DueRunsTests.at(900)))
    }

    @Test("given failures in a row, then the schedule pauses with the reason, and a person resumes it")
    mutating func failures() throws {
        schedule.pauseAfterFailures = 3
        let runs = DueRuns(schedule, seed: 1)
        memory.lastDue = DueRunsTests.at(0)
        runs.ended(&memory, fault: DueRunsTests.fault(), at: DueRunsTests.at(1))
        runs.ended(&memory, fault: DueRunsTests.fault(), at: DueRunsTests.at(2))
        runs.ended(&memory, fault: nil, at: DueRunsTests.at(3))
        for second in 4...6 {
            #expect(memory.pause == nil)
            runs.ended(&memory, fault: DueRunsTests.fault(), at: DueRunsTests.at(Double(second)))
        }
        let pause = try #require(memory.pause)
        #expect(
            pause.reason
                == "3 runs in a row failed, the last with source_missing: stock.csv: It is not there."
        )
        #expect(pause.who == "tidegate" && pause.since == DueRunsTests.at(6))
        #expect(turn(300, &memory) == .paused)
        #expect(runs.next(memory, at: DueRunsTests.at(300)) == nil)
        memory.resume()
        #expect(memory.failuresInRow == 0)
        #expect(turn(310, &memory) == .run(due: DueRunsTests.at(300)))
    }

    @Test("given a pause limit of none, then no number of failures pauses")
    mutating func unlimited() {
        schedule.pauseAfterFailures = 0
        for _ in 0..<1000 {
            DueRuns(schedule, seed: 1).ended(&memory, fault: DueRunsTests.fault(), at: DueRunsTests.at(1))
        }
        #expect(memory.pause == nil && memory.failuresInRow == 1000)
    }

    @Test("given jitter, then each run begins within it, before the next time, and the same after a restart")
    mutating func jitter() throws {
        schedule.jitterSeconds = 1000
        memory.lastDue = DueRunsTests.at(0)
        var delays: Set<Int64> = []
        for beat in 1...50 {
            guard case .wait(let begin) = turn(Double(beat) * 300, &memory) else {
                Issue.record("it runs before its jitter is over")
                return
            }
            let delay = begin.microseconds - DueRunsTests.at(Double(beat) * 300).microseconds
            #expect((0...150_000_000).contains(delay))
            delays.insert(delay)
            var restarted = try JSONDecoder().decode(
                ScheduleMemory.self,
                from: JSONEncoder().encode(memory)
            )
            #expect(restarted == memory)
            let due = DueRunsTests.at(Double(beat) * 300)
            let runs = DueRuns(schedule, seed: 1)
            #expect(runs.turn(&restarted, at: begin, isBusy: false) == .run(due: due))
            memory = restarted
        }
        #expect(delays.count == 50)
        let other = DueRuns(schedule, of: "wms", shop: .main)
        let same = DueRuns(schedule, of: "wms", shop: .main)
        #expect(other.next(memory, at: DueRunsTests.at(0)) == same.next(memory, at: DueRunsTests.at(0)))
        #expect(
            other.next(memory, at: DueRunsTests.at(0))
                != DueRuns(schedule, of: "erp", shop: .main).next(memory, at: DueRunsTests.at(0))
        )
    }

    @Test(
        "given a clock that was put back, then the schedule begins anew instead of waiting for the old time"
    )
    mutating func clockPutBack() {
        memory.lastDue = DueRunsTests.at(86_400)
        #expect(turn(0, &memory) == .wait(until: DueRunsTests.at(300)))
        var nearly = ScheduleMemory()
        nearly.lastDue = DueRunsTests.at(0.5)
        #expect(turn(0, &nearly) == .wait(until: DueRunsTests.at(300.5)))
    }
}
