import InventoryCore
import OroClient
import StateStore
import TidegateSettings

/// How much less than published some levels may show, because the shop's own checkouts are taking stock.
struct ExplainedDrops: Sendable {
    private var isKnown = false
    private var pending: [LevelKey: Quantity] = [:]

    /// Orders are not read, or cannot be.
    static let unknown = ExplainedDrops()

    private init() {}

    /// Reads the newest orders and looks those of the levels up: whatever was taken of a level that has been
    /// read has its order among them.
    ///
    /// - Throws: `Fault` where the state cannot be read or written.
    init(of levels: [LevelKey], in shop: Shop, _ oro: OroClient) async throws {
        guard let poll = OrderPoll(shop: shop, oro: oro) else { return }
        do {
            _ = try await poll.perform()
        } catch {
            let fault = Fault(error)
            guard fault.isShopTrouble || fault.kind == .notPermitted else { throw fault }
            // The drops are believed for a while then, as where orders are not read.
            return
        }
        isKnown = true
        let now = Timestamp.now
        let lines = try await shop.state.openLines(of: Set(levels.map(\.sku)).sorted(), at: now)
        guard !lines.isEmpty else { return }
        for level in levels {
            // A line may not tell its warehouse.
            let own = (lines[level.sku] ?? []).filter { line in
                line.level.unit == level.unit
                    && (line.level.warehouse == nil || line.level.warehouse == level.warehouse)
            }
            let sum = own.reduce(Quantity.zero) { $0.adding(clamping: $1.pending) }
            if sum > .zero { pending[level] = sum }
        }
    }

    /// The same for levels that show less than published; what the orders explained of them is published now,
    /// so that the levels are looked up again.
    static func look(
        at rows: [AuditRow],
        in shop: Shop,
        _ oro: OroClient
    ) async throws -> ([AuditRow], ExplainedDrops) {
        let drops = try await ExplainedDrops(of: rows.map(\.level.key), in: shop, oro)
        let fresh = try await shop.state.auditRows(of: rows.map(\.level.id))
        return (rows.compactMap { fresh[$0.level.id] }.filter { !$0.isInMotion }, drops)
    }

    /// What orders explain of a level's drop; nothing where orders are not read.
    subscript(level: LevelKey) -> Quantity? { isKnown ? pending[level] ?? .zero : nil }
}
