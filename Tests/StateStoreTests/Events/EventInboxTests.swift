import InventoryCore
import StateStore
import Testing

@Suite("The inbox of events")
struct EventInboxTests {
    static let now = TemporaryState.now

    static func event(_ id: Int, level: Int64 = 5, asOf: Timestamp = now, sku: SKU = "AB-1") -> StockEvent {
        StockEvent(
            identity: EventIdentity(
                digest: (0..<32).map { UInt8(truncatingIfNeeded: id >> ($0 % 8 * 8)) ^ UInt8($0) }
            ),
            .level(Quantity(units: level)),
            sku: sku,
            location: "WH-1",
            unit: "EA",
            asOf: asOf
        )
    }

    static func numbered(_ events: [StockEvent]) -> [(index: Int, event: StockEvent)] {
        events.enumerated().map { (index: $0, event: $1) }
    }

    @discardableResult
    static func receive(_ events: [StockEvent], in inbox: EventInbox, at time: Timestamp = now) async throws
        -> EventReceipt
    {
        try await inbox.receive(numbered(events), of: .main, at: time)
    }

    @Test("given events, then they wait in their order, under the names and figures that came")
    func waits() async throws {
        let state = try TemporaryState()
        let inbox = try EventInbox.open(state.folder)
        let hint = StockEvent(
            identity: EventIdentity(digest: [7]),
            .hint,
            sku: nil,
            location: "WH-9",
            unit: "",
            asOf: nil
        )
        let events = [Self.event(1), Self.event(2, level: -3, sku: "ÄÖ"), hint]
        let receipt = try await Self.receive(events, in: inbox)
        #expect(receipt.accepted == 2 && receipt.parked == 1)
        let waiting = try await inbox.waiting(of: .main, after: nil, limit: 10)
        #expect(waiting.map(\.event.statement) == events.map(\.statement))
        #expect(waiting.map(\.event.sku) == events.map(\.sku))
        #expect(waiting.map(\.event.asOf) == events.map(\.asOf))
        #expect(waiting.map(\.number) == waiting.map(\.number).sorted())
        let mark = InboxMark(inbox: inbox.id, through: waiting[1].number)
        #expect(try await inbox.waiting(of: .main, after: mark, limit: 10).count == 1)
        // Another inbox counts from the start.
        let other = InboxMark(inbox: "other", through: 99)
        #expect(try await inbox.waiting(of: .main, after: other, limit: 10).count == 3)
        #expect(try await inbox.waiting(of: "other", after: nil, limit: 10).isEmpty)
    }

    @Test("given an item that is several hints, it counts once, new or known")
    func severalHints() async throws {
        let state = try TemporaryState()
        let inbox = try EventInbox.open(state.folder)
        func hint(_ id: UInt8, item: Int) -> (index: Int, event: StockEvent) {
            let identity = EventIdentity(digest: [id])
            let event = StockEvent(
                identity: identity,
                .hint,
                sku: SKU("AB-\(id)"),
                location: nil,
                unit: "",
                asOf: nil
            )
            return (item, event)
        }
        let first = [hint(1, item: 0), hint(2, item: 0), hint(3, item: 1)]
        let receipt = try await inbox.receive(first, of: .main, at: Self.now)
        #expect(receipt.parked == 2 && receipt.stored == 3 && inbox.waitingCount() == 3)
        let again = [
            hint(1, item: 0), hint(2, item: 0), hint(3, item: 1), hint(4, item: 1), hint(5, item: 2),
        ]
        let second = try await inbox.receive(again, of: .main, at: Self.now)
        #expect(second.duplicate == 1 && second.parked == 2 && second.stored == 2)
    }

    @Test("given an event again, it is a duplicate; the same id with other content is rejected")
    func duplicates() async throws {
        let state = try TemporaryState()
        let inbox = try EventInbox.open(state.folder)
        try await Self.receive([Self.event(1)], in: inbox)
        let receipt = try await Self.receive(
            [Self.event(1), Self.event(1, level: 6), Self.event(2)],
            in: inbox
        )
        #expect(receipt.duplicate == 1 && receipt.accepted == 1)
        #expect(receipt.rejected.map(\.code) == [.conflictingEvent] && receipt.rejected.map(\.index) == [1])
        #expect(inbox.waitingCount() == 2)
        // Another source has ids of its own.
        let other = try await inbox.receive(Self.numbered([Self.event(1)]), of: "b", at: Self.now)
        #expect(other.accepted == 1 && inbox.waitingCount(of: "b") == 1)
    }

    @Test("given a time that has not come, or a NUL, the event is rejected")
    func rejects() async throws {
        let state = try TemporaryState()
        let inbox = try EventInbox.open(state.folder)
        let future = Self.event(1, asOf: Self.now.adding(seconds: 301))
        let receipt = try await Self.receive([future, Self.event(2, sku: "A\0B"), Self.event(3)], in: inbox)
        #expect(receipt.rejected.map(\.code) == [.eventInFuture, .unusableName] && receipt.accepted == 1)
    }

    @Test("given as many as it holds, more are refused as a whole, and taken ones make room")
    func full() async throws {
        let state = try TemporaryState()
        var limits = EventLimits()
        limits.itemsMax = 3
        let inbox = try EventInbox.open(state.folder, limits: limits)
        try await Self.receive([Self.event(1), Self.event(2)], in: inbox)
        await #expect { try await Self.receive([Self.event(3), Self.event(4)], in: inbox) } throws: { error in
            (error as? Fault)?.code == .inboxFull && (error as? Fault)?.kind == .busy
        }
        #expect(inbox.waitingCount() == 2)
        // What is a duplicate takes no room.
        try await Self.receive([Self.event(1)], in: inbox)
        #expect(inbox.waitingCount() == 2)
        try await inbox.take(
            try await inbox.waiting(of: .main, after: nil, limit: 10),
            of: .main,
            at: Self.now
        )
        #expect(inbox.waitingCount() == 0)
        #expect(try await Self.receive([Self.event(3), Self.event(4)], in: inbox).accepted == 2)
    }

    @Test("given the bytes that it holds, more are refused")
    func fullOfBytes() async throws {
        let state = try TemporaryState()
        var limits = EventLimits()
        limits.bytesMax = 1_000
        let inbox = try EventInbox.open(state.folder, limits: limits)
        await #expect(throws: Fault.self) {
            try await Self.receive((0..<9).map { Self.event($0) }, in: inbox)
        }
        #expect(try await Self.receive((0..<3).map { Self.event($0) }, in: inbox).accepted == 3)
    }

    @Test("given identities of long ago, they are forgotten, and what is as old is stale")
    func horizon() async throws {
        let state = try TemporaryState()
        var limits = EventLimits()
        limits.takenMax = 0
        let inbox = try EventInbox.open(state.folder, limits: limits)
        let long = Self.now.adding(seconds: -8 * 86400)
        try await Self.receive((0..<2_000).map { Self.event($0, asOf: long) }, in: inbox, at: long)
        let waiting = try await inbox.waiting(of: .main, after: nil, limit: 9_999)
        try await inbox.take(waiting, of: .main, at: Self.now)
        #expect(try await inbox.waiting(of: .main, after: nil, limit: 10).isEmpty)
        let receipt = try await Self.receive([Self.event(1, asOf: long), Self.event(1)], in: inbox)
        #expect(receipt.stale == 1 && receipt.accepted == 1)
    }

    @Test("given many calls at once, each has its own answer")
    func manyCalls() async throws {
        let state = try TemporaryState()
        let inbox = try EventInbox.open(state.folder)
        let receipts = try await withThrowingTaskGroup(of: EventReceipt.self) { group in
            for call in 0..<50 {
                group.addTask {
                    // Every second event is one of the call before.
                    try await Self.receive([Self.event(call), Self.event(call / 2 + 1_000)], in: inbox)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(receipts.count == 50 && receipts.reduce(0) { $0 + $1.accepted } == 75)
        #expect(receipts.reduce(0) { $0 + $1.duplicate } == 25)
        #expect(inbox.waitingCount() == 75)
        try inbox.close()
        let again = try EventInbox.open(state.folder)
        #expect(again.waitingCount() == 75 && again.id == inbox.id)
        let mark = InboxMark(inbox: again.id, through: 70)
        try again.close()
        #expect(try EventInbox.open(state.folder, taken: [.main: mark]).waitingCount() == 5)
    }

    @Test("given a copy, it says what is gone from it")
    func copies() async throws {
        let state = try TemporaryState()
        var limits = EventLimits()
        limits.takenMax = 100
        let inbox = try EventInbox.open(state.folder, limits: limits)
        try await Self.receive((0..<2_000).map { Self.event($0) }, in: inbox)
        let waiting = try await inbox.waiting(of: .main, after: nil, limit: 9_999)
        try await inbox.take(waiting, of: .main, at: Self.now)
        let target = StateFolder(path: state.folder.path + "/copy")
        try target.prepare()
        let copy = try #require(try EventInbox.copy(of: state.folder, to: target.inboxPath))
        #expect(copy.pruned == [.main: 1_900])
        #expect(copy.isWhole(at: [.main: InboxMark(inbox: inbox.id, through: 1_900)]))
        #expect(!copy.isWhole(at: [.main: InboxMark(inbox: inbox.id, through: 1_899)]))
        #expect(try EventInbox.open(target).waitingCount() == 100)
        #expect(try EventInbox.damage(in: target) == nil)
    }
}
