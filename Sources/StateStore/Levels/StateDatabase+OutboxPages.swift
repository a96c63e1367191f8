import GRDB
package import InventoryCore

/// Which of the levels that the shop has not confirmed a list shows.
package enum OutboxPart: Hashable, Sendable {
    /// Those that wait for their turn.
    case waiting(Wave)
    /// Those that wait for another write of their SKU.
    case blocked
    /// Those of which the shop's id is looked up.
    case unresolved
    /// Parked: the shop does not have them.
    case unknown
    /// Parked: the shop has refused the write.
    case refused
    /// Sent, or about to be, and not confirmed.
    case claimed
}

extension StateDatabase {
    /// Gives some of the levels that the shop has not confirmed, in the order in which they are sent.
    package func levels(in part: OutboxPart, limit: Int) async throws -> [StoredLevel] {
        let rows = try await read("read the outbox") { db in
            let table = "SELECT level FROM outbox WHERE state = ?"
            let order = "ORDER BY wave, priority, sequence LIMIT ?"
            let state =
                switch part {
                case .waiting: EntryState.ready
                case .blocked: EntryState.waits
                case .unresolved: EntryState.unresolved
                case .unknown: EntryState.unknown
                case .refused, .claimed: EntryState.refused
                }
            switch part {
            case .claimed:
                let sql = "SELECT level FROM claims ORDER BY sequence LIMIT ?"
                return try Int64.fetchAll(db, cached: sql, arguments: [limit])
            case .waiting(let wave):
                return try Int64.fetchAll(
                    db,
                    cached: "\(table) AND wave = ? \(order)",
                    arguments: [state.rawValue, wave.rawValue, limit]
                )
            default:
                return try Int64.fetchAll(
                    db,
                    cached: "\(table) \(order)",
                    arguments: [state.rawValue, limit]
                )
            }
        }
        return try await levels(in: rows.map { LevelRow($0) })
    }
}
