package import InventoryCore
import StateStore
import TidegateSettings

/// What a run holds, and what its approval would have the shop show; nothing is written.
package struct HeldRun: Sendable {
    /// In the order of their keys.
    package let doubts: [Doubt]
    /// By the rules of now.
    package let figures: [HeldFigure]
    /// How many figures it was held for and nothing is left to decide of, since the rules have changed.
    package let settled: Int
    /// Whether figures are shown that other rules than those of the hold have made.
    package let isRenewed: Bool
    /// Levels that an approval would change; of the first `skusMax` SKUs only.
    package private(set) var wishes: [PlannedWish] = []
    /// Levels of which no source knows the SKU, and that an approval leaves as they are.
    package private(set) var kept: [HeldFigure] = []

    /// Names what is shown here, for `approve --plan`.
    package let plan: HeldPlanName

    /// SKUs whose figures are worked out for showing.
    package static let skusMax = 1_000

    /// Looks up what a run holds.
    ///
    /// - Throws: `Fault`.
    package init(of run: RunID, in shop: Shop) async throws {
        do {
            doubts = try await shop.state.doubts(heldBy: run)
            var renewed: RenewedFigures?
            if let record = try await shop.state.run(run) {
                renewed = try await RenewedFigures(of: record, in: shop, at: .now)
            }
            figures = renewed?.figures ?? []
            (settled, isRenewed) = (renewed?.settled ?? 0, renewed?.haveMoved ?? false)
            plan = try HeldPlanName(of: doubts, figures, in: shop.settings)
            wishes = try await preview(in: shop)
            let removal = shop.settings.guards.removal
            // An approval of its positions works such a figure out with them.
            let planned = Set(wishes.map(\.key))
            wishes += figures.filter { UnstatedLevels.isWritten($0, removal) && !planned.contains($0.key) }
                .map(\.wish)
            kept = figures.filter { !UnstatedLevels.isWritten($0, removal) }
        } catch {
            throw Fault(error)
        }
    }

    private func preview(in shop: Shop) async throws -> [PlannedWish] {
        let skus = Array(Set(doubts.map(\.key.sku)).sorted(byBytesOf: \.self).prefix(HeldRun.skusMax))
        guard !skus.isEmpty else { return [] }
        let settings = shop.settings
        let apportioner = try settings.apportioner(at: .now)
        let units = apportioner.units
        let approved = Dictionary(grouping: doubts.compactMap(\.approved), by: \.key.sku)
        var book = try await shop.state.doubts()
        let source = doubts.first?.source ?? .main
        _ = book.take(
            approved.values.flatMap(\.self),
            DoubtChanges(ended: doubts),
            DoubtBook.Taking(source, asOf: nil, units: units, rules: settings.rules)
        )
        let stock = DoubtfulStock(book, units: units)
        let positions = try await shop.stock(stock).positions(of: skus)
        let division = try await StockDivision(of: skus, by: apportioner, in: shop)
        var wishes: [PlannedWish] = []
        for sku in skus {
            let after = approved[sku, default: []].applied(to: positions[sku] ?? [])
            let divided = division.divide(sku, after, unclear: stock.unclear(sku) { after })
            func known(_ key: LevelKey) -> StoredLevel? {
                division.levels(of: key.sku).first { $0.key == key && $0.id != nil }
            }
            for level in divided.written(over: { known($0)?.expected }) {
                guard let known = known(level.key), known.expected != level.quantity else { continue }
                let wish = PlannedWish(key: level.key, before: known.expected, after: level.quantity)
                wishes.append(wish)
            }
        }
        return wishes
    }
}

extension JSONLine {
    /// Writes a position in doubt as `runs show --doubts --json` prints it.
    package mutating func append(_ doubt: Doubt) {
        open()
        field("source", doubt.source.text)
        field("sku", doubt.key.sku.text)
        field("location", doubt.key.location.text)
        field("unit", doubt.key.unit.text)
        field("reason", doubt.reason.rawValue)
        field("since", doubt.since.description)
        field("last", doubt.last)
        field("stated", doubt.stated)
        field("low", doubt.interval?.lowerBound)
        field("high", doubt.interval?.upperBound)
        field("grown", doubt.grown)
        field("guard", doubt.guardCode?.rawValue)
        field("run", doubt.run?.text)
        field("line", doubt.lines.first)
        close()
    }

    /// Writes a figure that an approval would bring.
    package mutating func append(_ wish: PlannedWish) {
        open()
        field("sku", wish.key.sku.text)
        field("unit", wish.key.unit.text)
        field("warehouse", wish.key.warehouse)
        field("shown", wish.before)
        field("wanted", wish.after)
        close()
    }
}
