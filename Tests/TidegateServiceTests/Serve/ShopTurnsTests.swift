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
        try await turns.take("first")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...20 {
                group.addTask {
                    try await turns.take("work \(number)")
                    done.add(number)
                    await turns.giveBack()
                }
                // It has to have asked before the next one does.
                while await turns.queue.count < number { await Task.yield() }
            }
            #expect(done.numbers.isEmpty)
            #expect(await turns.current == "first")
            await turns.giveBack()
            try await group.waitForAll()
        }
        #expect(done.numbers == Array(1...20))
        #expect(await turns.current == nil)
    }

    @Test("one that is cancelled while it waits leaves the queue, and holds up nobody")
    func cancelled() async throws {
        let turns = ShopTurns()
        try await turns.take("first")
        let waiting = Task { try await turns.take("second") }
        while await turns.queue.isEmpty { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(await turns.queue.isEmpty)
        await turns.giveBack()
        try await turns.take("third")
        #expect(await turns.current == "third")
    }

    @Test("more than may wait are refused, and told so")
    func full() async throws {
        let turns = ShopTurns()
        try await turns.take("first")
        let waiting = (0..<ShopTurns.waitingMax).map { number in
            Task { try await turns.take("work \(number)") }
        }
        while await turns.queue.count < ShopTurns.waitingMax { await Task.yield() }
        let fault = await #expect(throws: Fault.self) { try await turns.take("one more") }
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
