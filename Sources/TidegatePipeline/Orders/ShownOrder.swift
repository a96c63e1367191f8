package import InventoryCore
package import StateStore
import TidegateSettings

/// One order of the ledger, with all that was said of it.
package struct ShownOrder: Sendable {
    package let order: LedgerOrder
    package let acknowledgements: [StoredAcknowledgement]
    package let releases: [OrderRelease]
    /// Whether it should have been acknowledged by now.
    package let isOverdue: Bool
    package let now: Timestamp

    /// Finds an order by its identifier or its id.
    ///
    /// - Throws: `Fault`: none in the ledger (66).
    package init(_ name: String, in shop: Shop, at now: Timestamp = .now) async throws {
        do {
            let order = try await shop.order(named: name)
            self.order = order
            acknowledgements = try await shop.state.acknowledgements(of: order)
            releases = try await shop.state.releases(of: order.id)
            let rules = shop.settings.orders?.rules(since: order.placed)
            isOverdue = rules.map { order.isOverdue(at: now, $0) } ?? false
            self.now = now
        } catch {
            throw Fault(error)
        }
    }
}

extension LedgerLine {
    /// Where it stands, in one word.
    package func word(at now: Timestamp) -> String {
        if let ending { return ending.rawValue }
        if !acknowledged.isEmpty { return "acknowledged" }
        if isBooked { return "booked" }
        if pending(at: now) > .zero { return "running" }
        return "open"
    }
}

extension JSONLine {
    /// Writes an order as `orders --json` prints it.
    package mutating func append(_ order: LedgerOrder, at now: Timestamp) {
        open()
        fields(order, at: now)
        close()
    }

    /// Writes an order as `orders show --json` prints it: with all that was said of it.
    package mutating func append(_ shown: ShownOrder) {
        open()
        fields(shown.order, at: shown.now)
        field("overdue", shown.isOverdue)
        array("acknowledgements") { line in
            for one in shown.acknowledgements {
                line.object { line in
                    line.field("line", one.statement.line.map { Int($0) })
                    line.field("quantity", one.statement.quantity)
                    line.field("state", one.statement.state.rawValue)
                    line.field("at", one.statement.at.description)
                    line.field("source", one.statement.source?.text)
                    line.field("received", one.received.description)
                }
            }
        }
        array("releases") { line in
            for one in shown.releases {
                line.object { line in
                    line.field("at", one.at.description)
                    line.field("who", one.who)
                    line.field("reason", one.reason)
                }
            }
        }
        close()
    }

    private mutating func fields(_ order: LedgerOrder, at now: Timestamp) {
        field("order", order.id.description)
        field("identifier", order.identifier)
        field("placed", order.placed.description)
        field("updated", order.updated.description)
        field("status", order.status)
        field("customer_group", order.customerGroup)
        field("booked_at", order.bookedAt?.description)
        field("open", order.isOpen)
        array("lines") { line in
            for one in order.lines { line.object { $0.fields(one, at: now) } }
        }
    }

    private mutating func fields(_ line: LedgerLine, at now: Timestamp) {
        field("line", Int(line.id.line))
        if line.id.part != 0 { field("part", Int(line.id.part)) }
        field("sku", line.sku.text)
        field("unit", line.unit.text)
        field("warehouse", line.warehouse)
        field("ordered", line.ordered)
        field("open", line.open)
        field("taken", line.taken)
        field("contained", line.contained)
        field("state", line.word(at: now))
        field("ended_at", line.endedAt?.description)
    }
}
