package import InventoryCore
package import TidegateSettings

/// One request with stock events, with its whole body.
package struct EventCall: Sendable {
    package let shop: ShopID
    package let source: SourceSettings
    package let events: EventSettings
    /// In upper case.
    package let method: String
    package let contentType: String?
    /// By names in lower case.
    package let headers: [String: [String]]
    package let query: [String: String]
    package let body: [UInt8]
    package let receivedAt: Timestamp
    /// Whether its address carries the source's token.
    package let isHook: Bool
}

/// What became of a request with stock events.
package enum EventAnswer: Hashable, Sendable {
    /// Its events are stored durably.
    case taken(ReceivedEvents)
    /// An answer of the sender's own protocol, such as that to a handshake.
    case reply(EventReply)
}

/// What became of the items of one request.
package struct ReceivedEvents: Hashable, Sendable {
    package var batch: String
    package var accepted = 0
    package var duplicate = 0
    package var stale = 0
    package var parked = 0
    package var rejected: [EventRejection] = []

    package init(batch: String) {
        self.batch = batch
    }

    /// Whether nothing of it was of use.
    var isAllRejected: Bool { accepted + duplicate + stale + parked == 0 && !rejected.isEmpty }
}

/// An answer as it is sent.
package struct EventReply: Hashable, Sendable {
    package var status: Int
    package var contentType: String?
    package var headers: [String: String]
    package var body: [UInt8]

    package init(
        status: Int = 200,
        contentType: String? = nil,
        headers: [String: String] = [:],
        body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }
}

/// What the route of stock events hands its requests to, one step after the other.
package struct EventPort: Sendable {
    /// Answers a handshake; nothing where the request is none.
    package var handshake: @Sendable (EventCall) async throws -> EventReply?
    /// Proves that the body is the sender's; nothing is parsed before.
    package var verify: @Sendable (EventCall) async throws -> Void
    /// Reads the body and stores what is in it; what it gives is durable.
    package var take: @Sendable (EventCall) async throws -> EventAnswer
    /// Tells people of what the sender does not hear: what was refused of a lenient source.
    package var note: @Sendable (EventCall, [EventRejection]) async throws -> Void
    /// How many of a source wait to be taken.
    package var waiting: @Sendable (SourceID) -> Int

    package init(
        handshake: @escaping @Sendable (EventCall) async throws -> EventReply? = { _ in nil },
        verify: @escaping @Sendable (EventCall) async throws -> Void,
        take: @escaping @Sendable (EventCall) async throws -> EventAnswer,
        note: @escaping @Sendable (EventCall, [EventRejection]) async throws -> Void = { _, _ in },
        waiting: @escaping @Sendable (SourceID) -> Int = { _ in 0 }
    ) {
        self.handshake = handshake
        self.verify = verify
        self.take = take
        self.note = note
        self.waiting = waiting
    }
}
