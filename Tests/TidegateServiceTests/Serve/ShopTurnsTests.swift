import InventoryCore
import Synchronization
import Testing

@testable import TidegateService

@Suite("Turns at a shop")
struct ShopTurnsTests {
    @Test("one works at a time, in the order in which they asked")
    func order() async throws {
        let turns = ShopTurns()
        let done = Finished()
        let first = try await turns.take(.init(name: "first"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...20 {
                group.addTask {
                    let turn = try await turns.take(.init(name: "work \(number)"))
                    done.add(number)
                    await turns.giveBack(turn)
                }
                // It has to have asked before the next one does.
                while await turns.queue.count < number { await Task.yield() }
            }
            #expect(done.numbers.isEmpty)
            #expect(await turns.current == "first")
            await turns.giveBack(first)
            try await group.waitForAll()
        }
        #expect(done.numbers == Array(1...20))
        #expect(await turns.current == nil)
    }

    @Test("one that is cancelled while it waits leaves the queue, and holds up nobody")
    func cancelled() async throws {
        let turns = ShopTurns()
        let first = try await turns.take(.init(name: "first"))
        let waiting = Task { try await turns.take(.init(name: "second")) }
        while await turns.queue.isEmpty { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(await turns.queue.isEmpty)
        await turns.giveBack(first)
        _ = try await turns.take(.init(name: "third"))
        #expect(await turns.current == "third")
    }

    @Test(
        "while a run reads its file and lends the shop, brief works are let in, one at a time, and no other"
    )
    func lent() async throws {
        let turns = ShopTurns()
        let run = try await turns.take(.init(name: "run"))
        let other = Task { try await turns.take(.init(name: "other")) }
        while await turns.queue.count < 1 { await Task.yield() }
        let events = Task { try await turns.take(.init(name: "events", isBrief: true)) }
        while await turns.queue.count < 2 { await Task.yield() }
        await run.lend()
        let guest = try await events.value
        #expect(await turns.current == "run")
        let more = Task { try await turns.take(.init(name: "more events", isBrief: true)) }
        while await turns.queue.count < 2 { await Task.yield() }
        #expect(await turns.queue == ["other", "more events"])
        await turns.giveBack(guest)
        let second = try await more.value
        #expect(await turns.queue == ["other"])
        await turns.giveBack(second)
        await run.reclaim()
        await turns.giveBack(run)
        await turns.giveBack(try await other.value)
        #expect(await turns.current == nil)
    }

    @Test("a run has its shop back only when the work that it has let in is over")
    func reclaimed() async throws {
        let turns = ShopTurns()
        let run = try await turns.take(.init(name: "run"))
        await run.lend()
        let guest = try await turns.take(.init(name: "events", isBrief: true))
        let done = Finished()
        let reclaiming = Task {
            await run.reclaim()
            done.add(2)
        }
        let late = Task { try await turns.take(.init(name: "late events", isBrief: true)) }
        while await turns.queue.isEmpty { await Task.yield() }
        done.add(1)
        await turns.giveBack(guest)
        await reclaiming.value
        #expect(done.numbers == [1, 2])
        #expect(await turns.queue == ["late events"])
        await turns.giveBack(run)
        await turns.giveBack(try await late.value)
    }

    @Test("more than may wait are refused, and told so")
    func full() async throws {
        let turns = ShopTurns()
        _ = try await turns.take(.init(name: "first"))
        let waiting = (0..<ShopTurns.waitingMax).map { number in
            Task { try await turns.take(.init(name: "work \(number)")) }
        }
        while await turns.queue.count < ShopTurns.waitingMax { await Task.yield() }
        let fault = await #expect(throws: Fault.self) { try await turns.take(.init(name: "one more")) }
        #expect(fault?.code == "queue_full")
        for one in waiting { one.cancel() }
        for one in waiting { _ = await one.result }
    }
}

/// What is done, in the order in which it was.
private final class Finished: Sendable {
    private let state = Mutex<[Int]>([])

    var numbers: [Int] { state.withLock { $0 } }

    func add(_ number: Int) { state.withLock { $0.append(number) } }
}

@Suite("What a command prints, on its way from the service")
struct CommandFrameTests {
    private static let frames: [CommandFrame] = [
        .output(Array("first\n".utf8)), .error([]), .output([UInt8](repeating: 7, count: 70)),
        .error(Array("tidegate: no".utf8)), .ending(75),
    ]

    @Test("comes whole, however it is cut into pieces", arguments: [1, 2, 3, 5, 7, 64, 1000])
    func pieces(size: Int) throws {
        let bytes = Self.frames.flatMap(\.bytes)
        var reader = CommandFrame.Reader()
        var read: [CommandFrame] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            read += try reader.take(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(read == Self.frames)
    }

    @Test("is refused where it is something else", arguments: ["HTTP/1.1 400", "\u{4}\u{0}\u{0}\u{0}\u{0}"])
    func somethingElse(text: String) {
        var reader = CommandFrame.Reader()
        let fault = #expect(throws: Fault.self) { _ = try reader.take(Array(text.utf8)) }
        #expect(fault?.code == "control_not_understood")
    }

    @Test("a reader that takes nothing ends the command, and not the service's memory")
    func bounded() {
        let output = CommandOutput()
        let megabyte = [UInt8](repeating: 1, count: 1 << 20)
        var printed = 0
        while output.write(megabyte, toError: false), printed < 1_000 { printed += 1 }
        #expect(printed == CommandOutput.waitingBytesMax >> 20)
    }
}
