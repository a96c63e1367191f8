package import InventoryCore
import SnapshotSources
import StateStore
import TidegateSettings

// What deliveries say of web orders (spec, orders, 5).
extension Shop {
    /// Keeps what a delivery says of web orders, so far as that proves something here.
    ///
    /// To be called before the delivery's figures are judged: what is kept then leaves the ledger with them.
    /// Rows that cannot be used open an exception, and never stop the figures.
    ///
    /// - Parameters:
    ///   - intake: the delivery.
    ///   - source: whose it is.
    ///   - now: when it came.
    /// - Returns: how many acknowledgements are new.
    /// - Throws: `Fault` where the state cannot be written.
    package func keepStatedOrders(
        of intake: SnapshotIntake,
        source: Source,
        at now: Timestamp
    ) async throws -> Int {
        guard let orders = settings.orders else { return 0 }
        let (stated, refusal) = await statedOrders(of: intake, source, orders, at: now)
        try await note(refusal, of: source.id, at: now)
        guard !stated.isEmpty else { return 0 }
        let dated = try await keep(stated.acknowledgements, areDated: true, at: now)
        // As of a time that cannot have been they would hold their orders until then, and be known already
        // when they are stated rightly. A guard refuses such figures.
        let asOf = intake.ordersAsOf(exportTakesSeconds: orders.exportTakesSeconds)
        guard asOf <= now.adding(seconds: HighWaterMark.aheadSecondsMax) else { return dated }
        return try await dated + keep(stated.undated, areDated: false, at: now)
            + keepThrough(stated, asOf: asOf, source.id, at: now)
    }

    /// Reads what the delivery says, and why some of that cannot be used.
    private func statedOrders(
        of intake: SnapshotIntake,
        _ source: Source,
        _ orders: OrderSettings,
        at now: Timestamp
    ) async -> (StatedOrders, refusal: String?) {
        var stated = StatedOrders()
        var refusal: String?
        if orders.proofs.contains(.ids) {
            do {
                stated = try await lending {
                    try await offPool { [id = source.id] in try intake.orderRows(of: id, orders, at: now) }
                }
                refusal = stated.refusal(path: (try intake.orderFile.get())?.path ?? "")
            } catch {
                refusal = Fault(error).sentence
            }
        }
        if orders.proofs.contains(.manifest) {
            stated.through = intake.contract.ordersThrough
            stated.missing = intake.contract.ordersMissing
        }
        return (stated, refusal)
    }

    private func keep(
        _ acknowledgements: [OrderAcknowledgement],
        areDated: Bool,
        at now: Timestamp
    ) async throws -> Int {
        var kept = 0
        for begin in stride(from: 0, to: acknowledgements.count, by: pageMax) {
            var page = Array(acknowledgements[begin..<min(begin + pageMax, acknowledgements.count)])
            if !areDated { page = try await state.unsaid(page) }
            kept += try await state.keep(page, at: now).count
        }
        return kept
    }

    /// Counts open orders as booked through which the ERP says to know all.
    private func keepThrough(
        _ stated: StatedOrders,
        asOf: Timestamp,
        _ source: SourceID,
        at now: Timestamp
    ) async throws -> Int {
        guard let through = stated.through else { return 0 }
        let extent = try await extent(through: through, missing: stated.missing)
        var (kept, last) = (0, OrderID?.none)
        while true {
            let page = try await state.openOrders(after: last, limit: pageMax)
            guard let end = page.last else { return kept }
            let booked = page.filter { order in
                // What was ordered after the figures cannot be in them, whatever the manifest says.
                order.hasUnstated && order.placed <= asOf && extent.contains(order)
            }
            let said = booked.map { order in
                OrderAcknowledgement(order: order.id.description, at: asOf, source: source)
            }
            kept += try await state.keep(try await state.unsaid(said), at: now).count
            last = end.id
        }
    }

    /// An ERP that knows parts of orders knows an order once it knows all of them.
    private func extent(through: String, missing: Set<String>) async throws -> OrderExtent {
        var (known, missing) = (try await state.orders(named: through), missing)
        for name in missing {
            if let part = try await state.orderPart(named: name) { missing.insert(part.order.description) }
        }
        if known.isEmpty, let part = try await state.orderPart(named: through) {
            known = try await state.ledgerOrders([part.order])
            let last = try await state.orderParts(of: part.order).last
            if last?.id != part.id { missing.insert(part.order.description) }
        }
        return OrderExtent(through: through, known: known, missing: missing)
    }

    /// Opens an exception about a file of orders, or closes it.
    private func note(_ refusal: String?, of source: SourceID, at now: Timestamp) async throws {
        let key = ExceptionKey(code: .ordersRefused, subject: Subject(source: source))
        var changes = ExceptionChanges()
        if let refusal {
            changes.occurred.append(
                InventoryException(code: key.code, subject: key.subject, message: refusal)
            )
        } else {
            let open = try await state.openExceptions(code: .ordersRefused)
            guard open.contains(where: { $0.exception.key == key }) else { return }
            changes.mended.append(key)
        }
        try await state.apply(changes, at: now)
    }
}

/// Statements that are kept, and orders that are looked at, in one transaction.
private let pageMax = 2_000

extension SnapshotIntake {
    /// Reads the file of orders beside the delivery.
    fileprivate func orderRows(
        of source: SourceID,
        _ orders: OrderSettings,
        at now: Timestamp
    ) throws(Fault) -> StatedOrders {
        guard let file = try orderFile.get() else { return StatedOrders() }
        var asOf = ordersAsOf(exportTakesSeconds: orders.exportTakesSeconds)
        // Beside a file that is written again and again this may be the next one's: what it says may not be
        // in these figures yet.
        if isSingle, file.modified > delivery.modified { asOf = max(asOf, file.modified) }
        let latest = now.adding(seconds: HighWaterMark.aheadSecondsMax)
        return try file.read(source: source, asOf: asOf, latest: latest)
    }
}

extension StatedOrders {
    /// What is told of rows that cannot be used; nothing where there are none.
    fileprivate func refusal(path: String) -> String? {
        guard rejectedCount > 0 else { return nil }
        let shown = rejected.prefix(StatedOrders.shownMax).map { "Line \($0.line): \($0.message)" }
        let what = rejectedCount == 1 ? "1 row" : "\(rejectedCount) rows"
        let more = rejectedCount > shown.count ? " …" : ""
        return "\(what) of \(path) cannot be used. \(shown.joined(separator: " "))\(more)"
    }

    private static let shownMax = 10
}
