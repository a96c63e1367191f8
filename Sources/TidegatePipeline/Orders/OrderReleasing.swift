package import InventoryCore
import StateStore
import TidegateSettings

/// Ends an order in the ledger because a person says that it does not count (spec/orders.md, 4).
package struct OrderReleasing: Sendable {
    private let shop: Shop

    package init(_ shop: Shop) {
        self.shop = shop
    }

    /// Releases an order; what that changes in the shop's figures is worked out by the next run.
    ///
    /// - Parameters:
    ///   - name: its identifier or its id.
    ///   - who: who says so.
    ///   - reason: why; both are kept.
    ///   - now: when.
    /// - Returns: the order as it is now.
    /// - Throws: `Fault`: no such order, or nothing of it counts any more (66).
    package func perform(
        _ name: String,
        who: String,
        reason: String,
        at now: Timestamp = .now
    ) async throws -> LedgerOrder {
        do {
            guard let settings = shop.settings.orders else { throw Fault.ordersNotRead }
            let order = try await shop.order(named: name)
            guard order.isOpen else { throw Fault.orderNotOpen(order) }
            var ledger = OrderLedger(settings.rules(since: order.placed), orders: [order])
            ledger.release(order.id, at: now)
            var changes = LedgerChanges()
            changes.take(ledger)
            for code in LedgerOrder.toldCodes {
                changes.exceptions.mended.append(ExceptionKey(code: code, subject: Subject(order.id)))
            }
            changes.released[order.id] = OrderRelease(at: now, who: who, reason: reason)
            _ = try await shop.state.save(changes, at: now)
            return ledger[order.id] ?? order
        } catch {
            throw Fault(error)
        }
    }
}

extension LedgerOrder {
    /// What may have been told of an order, and is over once it is released.
    fileprivate static let toldCodes: [InventoryException.Code] = [
        .orderUnacknowledged, .cancelledButBooked, .acknowledgementUnclear,
    ]
}

extension Shop {
    /// Finds an order of the ledger by its identifier or its id.
    ///
    /// - Throws: `Fault`: none, or several of the same number (66).
    package func order(named name: String) async throws -> LedgerOrder {
        let found = try await state.orders(named: name)
        guard let order = found.first else { throw Fault.unknownOrder(name) }
        guard found.count == 1 else { throw Fault.severalOrders(name, found.map(\.id)) }
        return order
    }
}

extension Fault {
    /// The configuration has no section `orders`.
    package static let ordersNotRead = Fault(
        .badConfiguration,
        code: "orders_not_read",
        message: "Web orders are not read: the configuration has no section `orders`.",
        hint: "Add `orders:` to the configuration; config/tidegate.yaml has an example."
    )

    fileprivate static func unknownOrder(_ name: String) -> Fault {
        Fault(
            .inputMissing,
            code: "unknown_order",
            message: "The ledger has no order “\(name)”.",
            hint: "Name it by its number or its id; `tidegate orders` lists those that count."
        )
    }

    fileprivate static func severalOrders(_ name: String, _ ids: [OrderID]) -> Fault {
        Fault(
            .inputMissing,
            code: "several_orders",
            message: "Several orders have the number “\(name)”.",
            hint: "Name one by its id: \(ids.map(\.description).joined(separator: ", "))."
        )
    }

    fileprivate static func orderNotOpen(_ order: LedgerOrder) -> Fault {
        Fault(
            .inputMissing,
            code: "order_not_open",
            message: "Nothing of order \(order.identifier) counts any more, so there is nothing to release.",
            hint: "See what became of it with `tidegate orders show \(order.identifier)`."
        )
    }
}
