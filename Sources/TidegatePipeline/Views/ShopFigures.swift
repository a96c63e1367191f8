import DeltaEngine
package import InventoryCore
package import StateStore
import TidegateSettings

/// How a shop stands, in figures: what metrics are made of.
package struct ShopFigures: Sendable {
    package let shop: ShopID
    package let backlog: Backlog
    package let exceptions: [InventoryException.Code: Int]
    /// Of each code the SKUs, levels or orders that are concerned.
    package var exceptionCases: [InventoryException.Code: Int] = [:]
    /// When the oldest exception of each code was opened.
    package let exceptionsSince: [InventoryException.Code: Timestamp]
    /// Runs of which a part waits for a person.
    package let heldPlans: Int
    package let sources: [SourceFigures]
    /// Web orders that the ERP does not know yet; nothing where they are not read.
    package var orders: OrderStanding?

    package struct SourceFigures: Sendable {
        package let id: SourceID
        /// When its newest statement was true; nothing where it said nothing.
        package let stated: Timestamp?
        /// When the newest statement was true that the shop shows wholly.
        package let confirmed: Timestamp?
        /// The newest delivery that the shop shows wholly; `confirmed` can be of stock events, which state a
        /// part only.
        package let shown: RunRecord?
        package let isSilent: Bool
        package let positions: Int
        /// The locations that it states.
        package let locations: [Location]
    }

    /// Runs that are looked at for the newest one of a source that is wholly confirmed.
    private static let runsMax = 200

    /// Reads the figures; no more than a few indexed queries.
    ///
    /// - Throws: `Fault`.
    package init(_ shop: Shop, at now: Timestamp = .now) async throws {
        do {
            self.shop = shop.settings.shop
            backlog = try await shop.state.backlog()
            let counts = try await shop.state.exceptionCounts()
            exceptions = counts.mapValues(\.groups)
            exceptionCases = counts.mapValues(\.cases)
            exceptionsSince = counts.mapValues(\.oldest)
            heldPlans = try await shop.state.heldRunCount()
            let done = try await shop.state.lastRuns(limit: ShopFigures.runsMax).filter {
                $0.state.kind == .done
            }
            let fresh = try await shop.freshness(at: now)
            var all: [SourceFigures] = []
            for (source, fresh) in zip(shop.sources, fresh) {
                let view = await source.baseline.view
                // A time that has not come says nothing of how old the stock is.
                let confirmed = done.first { $0.source == source.id && $0.asOf.map { $0 <= now } ?? false }
                all.append(
                    SourceFigures(
                        id: source.id,
                        stated: fresh.stated,
                        confirmed: confirmed?.asOf,
                        shown: try await shop.state.lastShown(of: source.id),
                        isSilent: fresh.isSilent,
                        positions: view?.count ?? 0,
                        locations: view?.locationTotals.totals.keys.sorted() ?? []
                    )
                )
            }
            sources = all
            if shop.settings.orders != nil { orders = try await shop.state.orderStanding() }
        } catch {
            throw Fault(error)
        }
    }

    /// Of a shop that is described by hand.
    package init(
        shop: ShopID,
        backlog: Backlog,
        exceptions: [InventoryException.Code: Int],
        exceptionsSince: [InventoryException.Code: Timestamp],
        heldPlans: Int,
        sources: [SourceFigures]
    ) {
        self.shop = shop
        self.backlog = backlog
        self.exceptions = exceptions
        self.exceptionsSince = exceptionsSince
        self.heldPlans = heldPlans
        self.sources = sources
    }
}

extension ShopFigures.SourceFigures {
    /// Of a source that is described by hand.
    package init(
        _ id: SourceID,
        stated: Timestamp?,
        confirmed: Timestamp?,
        isSilent: Bool,
        positions: Int,
        at locations: [Location],
        shown: RunRecord? = nil
    ) {
        self.init(
            id: id,
            stated: stated,
            confirmed: confirmed,
            shown: shown,
            isSilent: isSilent,
            positions: positions,
            locations: locations
        )
    }
}
