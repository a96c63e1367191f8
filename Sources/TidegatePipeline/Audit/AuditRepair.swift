import InventoryCore
import OroClient
import StateStore
import TidegateSettings

/// Mends what an audit found: looks once more, writes, and says what shows its figure now.
struct AuditRepair: Sendable {
    private let shop: Shop
    private let oro: OroClient

    init(_ shop: Shop, _ oro: OroClient) {
        self.shop = shop
        self.oro = oro
    }

    private var state: StateDatabase { shop.state }

    /// Wishes the published figures of drifted levels again and pushes; gives the rows that are mended now.
    func mend(_ found: [FoundDrift]) async throws -> Set<LevelRow> {
        let targets = try await targets(found.filter { $0.drift.isRepairable && $0.drift.kind != .unwritten })
        guard !targets.isEmpty else { return [] }
        let priority = shop.settings.oro.push.priority
        guard try await state.repair(targets, priority: priority, at: .now) > 0 else { return [] }
        try await push()
        return try await shown(targets)
    }

    /// Works out the SKUs whose levels have moved, as the next run would, and pushes; gives the rows of those
    /// found that are mended now.
    func mendMoved(_ found: [FoundDrift]) async throws -> Set<LevelRow> {
        guard try await OrderRun(shop: shop, oro: oro).perform() != nil else { return [] }
        try await push()
        return try await shown(
            found.filter { $0.drift.kind == .unwritten }.map {
                FoundDrift(row: $0.row, drift: $0.drift, target: $0.drift.published)
            }
        )
    }

    private func push() async throws {
        let freshSeconds = shop.settings.oro.namesFreshSeconds
        try await state.believeNames(since: Timestamp.now.adding(seconds: -freshSeconds))
        let outcome = try await Pusher(state: state, shop: oro, settings: shop.settings).push()
        if let trouble = outcome.trouble { throw trouble }
    }

    /// The rows of the levels that show their targets now.
    private func shown(_ targets: [FoundDrift]) async throws -> Set<LevelRow> {
        let skus = Array(Set(targets.map(\.drift.key.sku))).sorted()
        let levels = try await state.levels(of: skus)
        let now = Dictionary(levels.map { ($0.row, $0) }, uniquingKeysWith: { first, _ in first })
        let mended = targets.filter { one in
            let level = now[one.row]
            return level?.pending == nil && level?.published == one.target && level?.id != nil
        }
        return Set(mended.map(\.row))
    }

    /// Asks once more what the levels show, and gives the drifts that are left.
    ///
    /// An audit takes its time, and one that was broken off has been going on for longer.
    func lookAgain(_ found: [FoundDrift]) async throws -> [FoundDrift] {
        let asked = found.filter { !$0.drift.kind.isOfNames }
        guard !asked.isEmpty else { return found }
        let ids = asked.map(\.drift.level)
        let answer = try await oro.named(ids)
        let orders = try await ExplainedDrops(of: asked.map(\.drift.key), in: shop, oro)
        let shown = Dictionary(answer.levels.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let (rows, hidden) = (try await state.auditRows(of: ids), Set(answer.unnamed))
        let grace = Int64(shop.settings.audit.graceSeconds)
        return found.compactMap { one in
            let id = one.drift.level
            // An id that is gone, or has been given to whoever carries it: what shows there now is known.
            let isSettled = one.drift.kind == .missing && rows[id] == nil
            if isSettled || one.drift.kind.isOfNames { return one }
            guard !hidden.contains(id), let row = rows[id], row.row == one.row, !row.isInMotion else {
                return nil
            }
            let level = shown[id]
            guard level.map({ $0.key == row.level.key }) ?? true else { return nil }
            let shows = level.map { ShownLevel.quantity($0.quantity) } ?? .gone
            let drift = Drift(
                row.level,
                shows: shows,
                explained: orders[row.level.key],
                graceSeconds: grace,
                now: .now
            )
            return drift.map { FoundDrift(row: one.row, drift: $0) }
        }
    }

    /// Decides what each level is to show; what is not ours, or is as high as is wanted, is left out.
    private func targets(_ found: [FoundDrift]) async throws -> [FoundDrift] {
        let skus = found.map(\.drift.key.sku)
        let stocks = try await state.stocks(shownBy: skus)
        let wanted = try await WantedFigures(of: skus.map { stocks[$0] ?? $0 }, in: shop)
        return found.compactMap { one in
            guard one.drift.isRepairable,
                let target = one.drift.repaired(wanted: wanted[one.drift.key])
            else { return nil }
            return FoundDrift(row: one.row, drift: one.drift, target: target)
        }
    }
}
