import Testing

@testable import TidegatePipeline
@testable import TidegateService

@Suite("Work that is waited for at the end")
struct PatienceTests {
    private struct Trouble: Error {}

    @Test("work that ends is waited for, also when it hears that it shall end, and its error is heard")
    func ends() async throws {
        #expect(try await Patience.wait(seconds: 0) {})
        await #expect(throws: Trouble.self) { _ = try await Patience.wait(seconds: 0) { throw Trouble() } }
        let waiting = Task {
            try await Patience.wait(seconds: 60) { while !Task.isCancelled { await Task.yield() } }
        }
        waiting.cancel()
        #expect(try await waiting.value)
    }

    @Test("work that does not end is left once the time is over")
    func doesNotEnd() async throws {
        let release = Wakeup()
        let waiting = Task {
            try await Patience.wait(seconds: 0.01) {
                // Nobody cancels it.
                await Task { await release.wait() }.value
            }
        }
        waiting.cancel()
        #expect(try await !waiting.value)
        release.notify()
    }
}
