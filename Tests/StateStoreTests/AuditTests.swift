import InventoryCore
import StateStore
import Testing

@Suite("What the state keeps for audits")
struct AuditTests {
    static let now = TemporaryState.now

    /// A level that has shown 3, then had 10 written to it.
    static func written(_ state: TemporaryState) async throws -> StateDatabase {
        let database = try state.database()
        try await database.beginIndexPass(at: now)
        let level = ShopLevel(id: "41", key: .level("AB-1"), quantity: 3, precision: 0, isPrimaryUnit: true)
        _ = try await database.replaceIndexPage([level], at: now)
        _ = try await database.finishIndexPass(at: now)
        var acceptance = Acceptance(run: .sample(), at: now)
        acceptance.wishes = [
            AcceptedWish(PlannedWish(key: .level("AB-1"), before: 3, after: 10))
        ]
        try await database.accept(acceptance)
        let wishes = try await database.claim(limit: 10, at: now)
        try await database.settle(wishes.map { Receipt(wish: $0, outcome: .applied) }, at: now)
        return database
    }

    static func drift(_ row: AuditRow, shows: ShownLevel) throws -> FoundDrift {
        let drift = try #require(Drift(row.level, shows: shows, graceSeconds: 0, now: now.adding(seconds: 1)))
        return FoundDrift(row: row.row, drift: drift)
    }

    @Test("a written level knows what it showed before")
    func before() async throws {
        let state = try TemporaryState()
        let row = try #require(try await Self.written(state).auditRows(of: ["41", "42"])["41"])
        #expect(row.level.published == 10 && row.level.before == 3 && row.level.publishedAt == Self.now)
        #expect(row.wasWritten && !row.isInMotion)
    }

    @Test("a repair is a wish with the published figure, once, and closes its drift when it is applied")
    func repair() async throws {
        let state = try TemporaryState()
        let database = try await Self.written(state)
        let row = try #require(try await database.auditSample(count: 5).first)
        let found = [try Self.drift(row, shows: .quantity(12))]
        try await database.record(found, extent: .all(since: Self.now), at: Self.now)
        #expect(try await database.openExceptions(code: .drift).count == 1)
        #expect(try await database.repair(found, at: Self.now) == 1)
        #expect(try await database.repair(found, at: Self.now) == 0)
        let wishes = try await database.claim(limit: 10, at: Self.now)
        #expect(wishes.map(\.quantity) == [10] && wishes.map(\.wave) == [.decrease])
        try await database.settle(wishes.map { Receipt(wish: $0, outcome: .applied) }, at: Self.now)
        #expect(try await database.openExceptions(code: .drift).isEmpty)
        let mended = try await database.auditRows(of: ["41"])["41"]
        #expect(mended?.level.published == 10 && mended?.level.before == 12)
    }

    @Test("a repaired level that is missing loses its id, and its wish waits until it is found")
    func missing() async throws {
        let state = try TemporaryState()
        let database = try await Self.written(state)
        let row = try #require(try await database.auditSample(count: 5).first)
        let found = [try Self.drift(row, shows: .gone)]
        #expect(try await database.repair(found, at: Self.now) == 1)
        #expect(try await database.claim(limit: 10, at: Self.now).isEmpty)
        #expect(try await database.unresolved(limit: 10).map(\.pending) == [10])
    }

    @Test("a drift keeps the time it was first seen, until a full audit no longer finds it")
    func firstSight() async throws {
        let state = try TemporaryState()
        let database = try await Self.written(state)
        let row = try #require(try await database.auditRows(of: ["41"])["41"])
        let found = [try Self.drift(row, shows: .quantity(7))]
        try await database.record(found, extent: .levels([row.row]), at: Self.now)
        let seen = try await database.auditRows(of: ["41"])["41"]?.level.seen
        #expect(seen == SeenDrift(quantity: 7, since: found[0].drift.since))
        let later = Self.now.adding(seconds: 60)
        try await database.record([], extent: .all(since: later), at: later)
        #expect(try await database.auditRows(of: ["41"])["41"]?.level.seen == nil)
        #expect(try await database.openExceptions(code: .drift).isEmpty)
    }

    @Test("what is known of the shop's batches survives a restart")
    func batches() async throws {
        let state = try TemporaryState()
        let known = KnownBatches(support: .synchronous, shop: "https://shop.example", at: Self.now)
        try await state.database().record(known)
        #expect(try await state.reopened().knownBatches() == known)
    }
}
