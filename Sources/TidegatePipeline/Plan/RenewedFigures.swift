import InventoryCore
import StateStore
import TidegateSettings

/// The figures that a run holds, worked out anew where that was done by other rules than those of now (spec,
/// Stock in doubt, section 5).
///
/// A hold outlives the mistake that brought it: what was wanted then must not be written once it is mended.
struct RenewedFigures: Sendable {
    /// As they are stored, by their levels.
    let stored: [HeldFigure]
    /// As they are by the rules of now, by their levels.
    let figures: [HeldFigure]

    /// SKUs that are divided at once; bounds the memory where a whole shop is held.
    private static let skusAtOnce = 2_500

    /// Works out what a run holds.
    ///
    /// What a revert holds is a person's word, and no rule's.
    ///
    /// - Throws: `Fault`.
    init(of record: RunRecord, in shop: Shop, at now: Timestamp) async throws {
        stored = try await shop.state.heldFigures(of: record.id)
        guard !stored.isEmpty, record.reverts == nil else {
            figures = stored
            return
        }
        let apportioner = try shop.settings.apportioner(at: now)
        guard try await RenewedFigures.areOfOthers(record, apportioner, shop.state) else {
            figures = stored
            return
        }
        let stock = try await shop.stock()
        let unstated = stored.filter(\.isUnstated)
        var renewed = try await RenewedFigures.unstated(unstated, by: apportioner.rules, on: stock)
        let guarded = Dictionary(grouping: stored.filter { !$0.isUnstated }, by: \.stock)
        let skus = guarded.keys.sorted(byBytesOf: \.self)
        for start in stride(from: 0, to: skus.count, by: RenewedFigures.skusAtOnce) {
            let part = Array(skus[start...].prefix(RenewedFigures.skusAtOnce))
            renewed += try await RenewedFigures.divide(part, guarded, on: stock, by: apportioner, in: shop)
        }
        figures = renewed.sorted { $0.key < $1.key }
    }

    /// Whether other rules than those of now have made what is held, or may have.
    private static func areOfOthers(
        _ record: RunRecord,
        _ apportioner: Apportioner,
        _ state: StateDatabase
    ) async throws -> Bool {
        if let shown = record.rulesVersion, shown != apportioner.text.version.text { return true }
        guard let made = try await state.figuresMadeBy() else { return true }
        return apportioner.makesOthers(than: made)
    }

    /// Levels of unknown SKUs that nothing of ours is to show by the rules of now, either.
    private static func unstated(
        _ held: [HeldFigure],
        by rules: RuleSet,
        on stock: ShopStock
    ) async throws -> [HeldFigure] {
        guard !held.isEmpty else { return [] }
        let warehouses = rules.warehouses
        let shown = Set(held.flatMap { [$0.key.sku] + rules.stocks(shownAs: $0.key.sku) })
        let known = try await stock.positions(of: shown.sorted())
        return held.filter { figure in
            let stocks = [figure.key.sku] + rules.stocks(shownAs: figure.key.sku)
            return warehouses.contains(figure.key.warehouse ?? "")
                && !stocks.contains { known[$0]?.isEmpty == false }
        }
    }

    private static func divide(
        _ skus: [SKU],
        _ held: [SKU: [HeldFigure]],
        on stock: ShopStock,
        by apportioner: Apportioner,
        in shop: Shop
    ) async throws -> [HeldFigure] {
        let shown = skus.flatMap { held[$0, default: []].map(\.key.sku) }
        let products = skus + apportioner.rules.aliases(of: skus) + shown
        let levels = try await shop.state.levels(of: Set(products).sorted())
        let known = Dictionary(levels.map { ($0.key, $0) }) { first, _ in first }
        let division = try await StockDivision(of: skus, by: apportioner, levels: levels, in: shop)
        let positions = try await stock.positions(of: skus)
        return skus.flatMap { sku -> [HeldFigure] in
            let own = positions[sku] ?? []
            let divided = division.divide(sku, own, unclear: stock.doubts.unclear(sku) { own })
            let before = held[sku, default: []]
            guard let cause = before.first else { return [] }
            let named = Set(divided.wanted.map(\.key))
            // A level that no rule names any more shows stock of other pools; one that was never ours stays.
            let forgotten = before.map(\.key).filter { !named.contains($0) && known[$0]?.isOurs == true }
            let written = divided.written(over: { known[$0]?.expected })
            let wanted = written + forgotten.map { WantedLevel(key: $0, quantity: .zero) }
            return wanted.compactMap { level in
                guard let now = known[level.key], now.id != nil || now.pending != nil,
                    level.quantity != now.expected ?? .zero, level.quantity <= .shopMax
                else { return nil }
                return HeldFigure(
                    key: level.key,
                    stock: sku,
                    shown: now.expected,
                    wanted: level.quantity,
                    guardCode: cause.guardCode,
                    run: cause.run
                )
            }
        }
    }
}

extension RenewedFigures {
    /// Whether a level is to show something else than what is stored.
    var haveMoved: Bool { RenewedFigures.wanted(stored) != RenewedFigures.wanted(figures) }

    /// Whether figures were held, and nothing is left to decide.
    var isOver: Bool { figures.isEmpty && !stored.isEmpty }

    /// Figures of which nothing is left to decide: the shop shows what is wanted now.
    var settled: Int {
        let left = Set(figures.map(\.key))
        return stored.count { !left.contains($0.key) }
    }

    /// Figures that are named in a message.
    private static let examplesMax = 3

    /// What becomes of some of the stored figures, in words.
    var difference: String {
        let now = RenewedFigures.wanted(figures)
        let moved = stored.filter { now[$0.key] != $0.wanted }
        let examples = moved.prefix(RenewedFigures.examplesMax).map { figure in
            let wanted = now[figure.key] ?? figure.shown ?? .zero
            return "\(figure.key) \(wanted) instead of \(figure.wanted)"
        }
        return examples.joined(separator: ", ") + (moved.count > examples.count ? ", …" : "")
    }

    private static func wanted(_ figures: [HeldFigure]) -> [LevelKey: Quantity] {
        Dictionary(figures.map { ($0.key, $0.wanted) }) { first, _ in first }
    }
}

extension Apportioner {
    /// Gives the periods of quotas of which another one was under way at an instant.
    func turned(since instant: Timestamp) -> Set<QuotaPeriod> {
        QuotaCalendar(of: rules.periods).turned(from: instant, to: self.instant)
    }

    /// Whether figures that were made then, by a version of the rules, may be others now.
    func makesOthers(than made: (version: String, at: Timestamp)) -> Bool {
        guard made.version == text.version.text, turned(since: made.at).isEmpty else { return true }
        // Our clock may have been wrong then, and ahead of now: rules that had begun by it have not.
        let (earlier, later) = (min(made.at, instant), max(made.at, instant))
        return rules.nextChange(after: earlier).map { $0 <= later } ?? false
    }
}
