import AsyncHTTPClient
import Foundation
import Hummingbird
import InventoryCore
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import TidegateService

@Suite("Server-sent events", .serialized)
struct StreamTests {
    private static func state(_ standing: String, runs: [(String, String)] = [], _ exceptions: String = "{}")
        -> StreamState
    {
        StreamState(
            standing: Array(standing.utf8),
            runs: runs.map { (RunID($0.0), Array($0.1.utf8)) },
            exceptions: Array(exceptions.utf8)
        )
    }

    @Test("only what is new is told, and runs from the second look on")
    func news() {
        var news = StreamNews()
        func text(_ state: StreamState) -> String { String(decoding: news.text(of: state), as: UTF8.self) }
        #expect(
            text(Self.state("{1}", runs: [("a", "{a}")]))
                == "event: standing\ndata: {1}\n\nevent: exception\ndata: {}\n\n"
        )
        #expect(text(Self.state("{1}", runs: [("a", "{a}")])) == "")
        #expect(
            text(Self.state("{1}", runs: [("b", "{b}"), ("a", "{a2}")]))
                == "event: run\ndata: {a2}\n\nevent: run\ndata: {b}\n\n"
        )
    }

    @Test("what grows by itself is no news")
    func ages() {
        func state(_ standing: String, _ facts: String) -> StreamState {
            StreamState(standing: Array(standing.utf8), facts: Array(facts.utf8), runs: [], exceptions: [])
        }
        var news = StreamNews()
        func text(_ state: StreamState) -> String { String(decoding: news.text(of: state), as: UTF8.self) }
        #expect(text(state("{1 s}", "{}")).contains("{1 s}"))
        #expect(text(state("{2 s}", "{}")) == "")
        #expect(text(state("{3 s, held}", "{held}")) == "event: standing\ndata: {3 s, held}\n\n")
    }

    private final class Written: Sendable {
        let count = Mutex(0)
    }

    @Test("a page that many follow is written once for them until something has changed")
    func keptPages() async throws {
        let kept = KeptPages()
        let written = Written()
        @Sendable func page(_ serial: Int, _ address: String = "/") async throws -> Response {
            try await kept.page(KeptPages.Key(caller: .loopback, address: address, serial: serial)) {
                written.count.withLock { $0 += 1 }
                return Response(status: .ok)
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { _ = try await page(1) } }
            try await group.waitForAll()
        }
        #expect(written.count.withLock { $0 } == 1)
        _ = try await page(2)
        _ = try await page(2, "/runs")
        #expect(written.count.withLock { $0 } == 3)
        await #expect(throws: CancellationError.self) {
            try await kept.page(KeptPages.Key(caller: .anyone, address: "/", serial: 2)) {
                throw CancellationError()
            }
        }
        // What went wrong once is tried again.
        _ = try await kept.page(KeptPages.Key(caller: .anyone, address: "/", serial: 2)) {
            Response(status: .ok)
        }
    }

    @Test("a stream tells the standing at once, and ends when the service does")
    func stream() async throws {
        try await HTTPStage.run { stage in
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(stage.port)/v1/shops/main/stream")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            #expect(response.headers.first(name: "content-type") == "text/event-stream")
            var text = ""
            for try await part in response.body {
                text += String(buffer: part)
                if text.contains("event: exception") { break }
            }
            #expect(text.contains("event: standing\ndata: {\"run\":null"))
            let open = try await RawClient.blocking {
                let client = try RawClient(port: stage.port)
                client.send("GET /v1/shops/main/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
                return client
            }
            // It is still open when the stage ends; the stage ends all the same.
            withExtendedLifetime(open) {}
        }
    }

    @Test("there is room for so many streams")
    func room() {
        let streams = StreamCount()
        var places = (0..<StreamCount.streamsMax).map { _ in streams.enter() }
        #expect(places.allSatisfy { $0 != nil } && streams.enter() == nil)
        places[0]?.leave()
        places[0]?.leave()
        #expect(streams.open == StreamCount.streamsMax - 1)
        places.removeAll()
        #expect(streams.open == 0)
    }
}
