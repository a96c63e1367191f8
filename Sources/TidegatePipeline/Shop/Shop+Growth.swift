import InventoryCore
import StateStore

// What one source has grown counts for the doubts of the others.
extension Shop {
    /// Looks up what positions that come into doubt have to know of the time before: what other sources have
    /// grown since the last delivery of their own, and as of when events have stated them; nothing of a shop
    /// with one source.
    func lookBack(
        from doubts: [Doubt],
        _ known: KnownOfSource,
        _ last: RunRecord?,
        for taking: inout DoubtBook.Taking
    ) async throws {
        guard sources.count > 1 else { return }
        let begun = doubts.map(\.key).filter { !known.doubts.contains($0) }
        guard !begun.isEmpty else { return }
        if let last {
            let skus = Set(begun.map(\.sku))
            taking.past = try await state.growth(
                notOf: taking.source,
                laterThan: DeliveryTime(asOf: known.asOf, arrived: last.started),
                where: skus.contains
            )
        }
        guard try await state.eventStanding(of: taking.source).kept > 0 else { return }
        taking.stated = try await state.events(about: begun, moving: Set(begun), of: taking.source)
            .compactMapValues(\.events.newest)
    }

    /// What accepted changes mean for the doubts of other sources; nothing where there is only one.
    func growth(
        of accepted: [Delta],
        _ units: UnitTable,
        past: PastFactors,
        _ time: DeliveryTime
    ) -> GrowthRecord? {
        guard sources.count > 1 else { return nil }
        let growth = Growth(of: accepted, units: units, past: past)
        return GrowthRecord(growth, time: time, sources: sources.map(\.id))
    }
}
