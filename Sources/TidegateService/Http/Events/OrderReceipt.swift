import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// What became of statements about web orders that were received.
struct OrderReceipt: Hashable, Sendable {
    var accepted = 0
    var duplicate = 0
    var rejected: [EventRejection] = []

    /// Keeps statements; what this gives is durable.
    ///
    /// They are not applied yet: that is the work of whoever has the shop.
    ///
    /// - Throws: `Fault` where the state cannot be written; then they may be sent again.
    static func keep(
        _ statements: [(index: Int, said: OrderStatement)],
        in shop: Shop,
        at now: Timestamp
    ) async throws -> OrderReceipt {
        var receipt = OrderReceipt()
        var acknowledgements: [OrderAcknowledgement] = []
        var alive: [Timestamp] = []
        for (index, said) in statements {
            if let rejection = refusal(of: said, shop.settings.orders) {
                let (code, detail) = rejection
                receipt.rejected.append(EventRejection(index: index, code: code, detail: detail))
                continue
            }
            switch said {
            case .acknowledged(let acknowledgement): acknowledgements.append(acknowledgement)
            case .alive(let time): alive.append(time)
            }
        }
        receipt.accepted = try await shop.state.keep(acknowledgements, at: now).count
        if let latest = alive.max(), try await shop.state.keepImportAlive(through: latest) {
            receipt.accepted += 1
        }
        receipt.duplicate = acknowledgements.count + alive.count - receipt.accepted
        return receipt
    }

    /// Why a statement proves nothing in this shop; nothing where it does.
    private static func refusal(
        of said: OrderStatement,
        _ settings: OrderSettings?
    ) -> (Fault.Code, detail: String)? {
        guard let settings else {
            return (EventCode.ordersNotRead, "This shop's web orders are not read; configure `orders`.")
        }
        guard case .acknowledged = said, !settings.proofs.contains(.ids) else { return nil }
        return (EventCode.unprovenIDs, "Stated orders prove nothing here; add `ids` to `orders.by`.")
    }
}

extension ReceivedEvents {
    /// Adds what became of statements about web orders.
    mutating func take(_ receipt: OrderReceipt) {
        accepted += receipt.accepted
        duplicate += receipt.duplicate
        rejected += receipt.rejected
    }
}
