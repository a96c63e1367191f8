import HTTPTypes
import Hummingbird
import InventoryCore
import NIOCore
import ServiceLifecycle
import StateStore
import Synchronization
import TidegatePipeline

/// Server-sent events: what has changed, and never a queue of what was missed.
struct StreamRoute: Sendable {
    let desk: ServiceDesk

    private static let lookSeconds = 1.0
    private static let commentSeconds = 15.0

    var routes: [Route] {
        [
            Route(.get, "/v1/shops/{shop}/stream", .read) { call in
                let shop = try desk.shop(call)
                guard let place = desk.streams.enter() else { throw StreamRoute.full }
                let request = call.request
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: "text/event-stream", .cacheControl: "no-store",
                        .xContentTypeOptions: "nosniff",
                    ],
                    body: ResponseBody { writer in
                        defer { place.leave() }
                        do {
                            try await request.body.consumeWithCancellationOnInboundClose { _ in
                                try await tell(of: shop, into: &writer)
                            }
                        } catch is CancellationError {
                            // The client has gone, or the service ends.
                        }
                        try await writer.finish(nil)
                    }
                )
            }
        ]
    }

    private static let full = Fault(
        .busy,
        code: "too_many_streams",
        message: "\(StreamCount.streamsMax) streams are open.",
        hint: "Close one, or ask for the standing now and then."
    )

    private func tell(of shop: any ShopService, into writer: inout any ResponseBodyWriter) async throws {
        var news = StreamNews()
        try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
        var said = ContinuousClock.now
        // Ends by itself: the server waits for its connections when it shuts down.
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            let text = news.text(of: try await desk.stream.state(of: shop))
            if !text.isEmpty {
                try await writer.write(ByteBuffer(bytes: text))
                said = .now
            } else if said.duration(to: .now) > .seconds(StreamRoute.commentSeconds) {
                try await writer.write(ByteBuffer(string: ":\n\n"))
                said = .now
            }
            try await Task.sleep(for: .seconds(StreamRoute.lookSeconds))
        }
    }
}

/// How many streams are open.
final class StreamCount: Sendable {
    private let count = Mutex(0)

    static let streamsMax = 100

    /// A place that one stream has.
    final class Place: Sendable {
        private let streams: StreamCount
        private let isTaken = Mutex(true)

        fileprivate init(_ streams: StreamCount) {
            self.streams = streams
        }

        /// Gives the place back, once.
        func leave() {
            let wasTaken = isTaken.withLock { taken in
                defer { taken = false }
                return taken
            }
            if wasTaken { streams.count.withLock { $0 -= 1 } }
        }

        /// The answer may never be written.
        deinit { leave() }
    }

    func enter() -> Place? {
        count.withLock { count in
            guard count < StreamCount.streamsMax else { return nil }
            count += 1
            return Place(self)
        }
    }

    var open: Int { count.withLock { $0 } }
}

/// The newest state of each shop, worked out once for all streams.
actor StreamStates {
    private var newest: [ShopID: Newest] = [:]
    private var asked: Set<ShopID> = []

    private struct Newest {
        let at: ContinuousClock.Instant
        let state: StreamState
        /// How often it has changed.
        let serial: Int
    }

    private static let freshSeconds = 0.9

    func state(of service: any ShopService) async throws -> StreamState {
        let id = service.id
        if let known = newest[id] {
            let isFresh = known.at.duration(to: .now) < .seconds(StreamStates.freshSeconds)
            if isFresh || asked.contains(id) { return known.state }
        }
        asked.insert(id)
        defer { asked.remove(id) }
        let state = try await StreamState(of: service)
        let (former, serial) = (newest[id]?.state, newest[id]?.serial ?? 0)
        let isSame = former.map { state.says(what: $0) } ?? false
        newest[id] = Newest(at: .now, state: state, serial: isSame ? serial : serial + 1)
        return state
    }

    /// A number that is another one after each change that a stream has told.
    func serial(of shop: ShopID) -> Int { newest[shop]?.serial ?? 0 }
}

/// What a stream tells of, as it is now.
struct StreamState: Sendable {
    let standing: [UInt8]
    /// The standing without what grows by itself: only a change of this is worth an event.
    let facts: [UInt8]
    /// By id, each as JSON.
    let runs: [(id: RunID, json: [UInt8])]
    let exceptions: [UInt8]

    private static let runsWatched = 20

    init(
        standing: [UInt8],
        facts: [UInt8]? = nil,
        runs: [(id: RunID, json: [UInt8])],
        exceptions: [UInt8]
    ) {
        self.standing = standing
        self.facts = facts ?? standing
        self.runs = runs
        self.exceptions = exceptions
    }

    init(of service: any ShopService) async throws {
        let state = service.shop.state
        let standing = try await Standing(service.shop)
        self.standing = JSONPieces.line { $0.append(standing) }
        facts = JSONPieces.line { $0.append(standing, withAges: false) }
        runs = try await state.runs(RunFilter(), limit: StreamState.runsWatched).map { run in
            (run.id, JSONPieces.line { $0.append(run) })
        }
        let counts = try await state.openExceptionCounts().sorted { $0.key.rawValue < $1.key.rawValue }
        exceptions = JSONPieces.object(counts.map { ($0.key.rawValue, JSONPieces.number($0.value)) })
    }
}

extension StreamState {
    /// Whether another one says the same, but for ages.
    fileprivate func says(what other: StreamState) -> Bool {
        facts == other.facts && exceptions == other.exceptions
            && runs.elementsEqual(other.runs) { $0.id == $1.id && $0.json == $1.json }
    }
}

/// What one stream has told, and what is new to it.
struct StreamNews {
    private var facts: [UInt8]?
    private var exceptions: [UInt8]?
    private var runs: [RunID: [UInt8]]?

    /// The events of what has changed since the last call; the first one tells everything but past runs.
    mutating func text(of state: StreamState) -> [UInt8] {
        var text: [UInt8] = []
        if state.facts != facts { StreamNews.append("standing", state.standing, to: &text) }
        if let runs {
            for run in state.runs.reversed() where runs[run.id] != run.json {
                StreamNews.append("run", run.json, to: &text)
            }
        }
        if state.exceptions != exceptions { StreamNews.append("exception", state.exceptions, to: &text) }
        facts = state.facts
        exceptions = state.exceptions
        runs = Dictionary(state.runs.map { ($0.id, $0.json) }) { first, _ in first }
        return text
    }

    /// JSON has no line ends of its own.
    private static func append(_ name: String, _ json: [UInt8], to text: inout [UInt8]) {
        text += Array("event: \(name)\ndata: ".utf8) + json + Array("\n\n".utf8)
    }
}
