import InventoryCore
import StateStore

extension Approval {
    /// Plans what is approved, with the web orders off the ledger that its figures contain.
    ///
    /// `replanned` are SKUs of which figures were held: what they show is worked out again.
    func plan(
        _ deltas: [Delta],
        of skus: Set<SKU>,
        _ source: SourceID,
        replanned: Set<SKU>,
        doubts book: DoubtBook,
        _ units: UnitTable,
        isStated: Bool,
        at now: Timestamp
    ) async throws -> (Planning.Result, LedgerChanges?) {
        let contained = try await OrderContainment(shop, at: now)?.changes(
            approving: skus,
            of: source,
            doubts: book,
            isStated: isStated
        )
        var planning = try Planning(shop: shop, oro: oro, at: now)
        planning.orders?.take(contained?.0.orders ?? [])
        let result = try await planning.plan(
            accepted: deltas,
            cleared: skus.union(replanned).union(contained?.skus ?? []),
            on: await shop.stock(DoubtfulStock(book, units: units)),
            isIndexFresh: false
        )
        return (result, contained?.0)
    }
}
