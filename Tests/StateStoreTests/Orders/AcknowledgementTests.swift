import InventoryCore
import StateStore
import Testing

@Suite("What is kept of acknowledgements")
struct AcknowledgementTests {
    private static let now = TemporaryState.now

    @Test("given a heartbeat, the later one counts, and is in the cursor whoever saves that")
    func alive() async throws {
        let temporary = try TemporaryState()
        let database = try temporary.database()
        #expect(try await database.keepImportAlive(through: Self.now))
        #expect(try await !database.keepImportAlive(through: Self.now.adding(seconds: -1)))
        #expect(try await !database.keepImportAlive(through: Self.now))
        #expect(try await database.orderCursor() == nil)
        var changes = LedgerChanges()
        changes.cursor = OrderCursor()
        changes.cursor?.id = 7
        #expect(try await database.save(changes, at: Self.now).isEmpty)
        #expect(try await database.orderCursor()?.aliveThrough == Self.now.microseconds)
        changes.cursor?.aliveThrough = Self.now.microseconds + 5
        #expect(try await database.save(changes, at: Self.now).isEmpty)
        #expect(try await database.orderCursor()?.aliveThrough == Self.now.microseconds + 5)
        #expect(try await database.orderCursor()?.id == 7)
    }

    @Test("given statements of other times, those that were said before are left out")
    func unsaid() async throws {
        let temporary = try TemporaryState()
        let database = try temporary.database()
        func said(
            _ order: String,
            _ line: Int64? = nil,
            _ quantity: Quantity? = nil,
            _ state: OrderAcknowledgement.State = .booked,
            at seconds: Int64 = 0,
            source: SourceID? = "erp"
        ) -> OrderAcknowledgement {
            OrderAcknowledgement(
                order: order,
                line: line,
                quantity: quantity,
                state: state,
                at: Self.now.adding(seconds: seconds),
                source: source
            )
        }
        let first = [said("1"), said("2", 5, 2, .shipped)]
        #expect(try await database.keep(first, at: Self.now).count == 2)
        #expect(try await database.keep(first, at: Self.now).isEmpty)
        let later = [
            said("1", at: 9), said("1", 5, at: 9), said("2", 5, 2, .shipped, at: 9),
            said("2", 5, 3, .shipped, at: 9), said("2", 5, 2, at: 9), said("1", at: 9, source: "dc"),
            said("1", at: 9, source: nil), said("3", at: 9), said("3", at: 10),
        ]
        let unsaid = try await database.unsaid(later)
        #expect(unsaid == [later[1], later[3], later[4], later[5], later[6], later[7]])
        #expect(try await database.unsaid([]).isEmpty)
    }
}
