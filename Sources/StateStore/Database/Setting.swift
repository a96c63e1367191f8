import GRDB
import InventoryCore

/// The single values that the database keeps beside its tables.
enum Setting: String {
    /// The greatest sequence that an outbox entry has ever had.
    case sequence
    /// The number of the current pass over the shop's levels.
    case indexPass = "index_pass"
    /// Set between the beginning of a pass and its end: when it began.
    case indexOpen = "index_open"
    /// How far the current pass is: the shop's cursor after the last stored page.
    case indexCursor = "index_cursor"
    /// When the last pass was completed.
    case indexCompleted = "index_completed"
    /// When the figures of levels that we never wrote were last read as a whole, if not by the pass.
    case figuresRead = "figures_read"
    /// Names confirmed before this are stale: their levels are not written before they are confirmed again.
    case namesSince = "names_since"
    /// Set until a run has worked out every SKU, whatever it was that changed.
    case everythingNext = "everything_next"
    /// How the shop takes batches, which shop, and when that was found out.
    case shopBatches = "shop_batches"
    /// What pushes have learnt of the shop's pace, and since when its queue does not move.
    case learntPace = "learnt_pace"
    /// Until when claimed wishes may have been sent, on the machine's own clock.
    case sendingEnd = "sending_end"
    /// How far the shop's orders have been read, as JSON.
    case orderCursor = "order_cursor"
    /// Set where figures are made with web orders taken off.
    case ordersCount = "orders_count"
    /// Through orders of which time the ERP's import was said to be alive, in microseconds.
    case importAlive = "import_alive"
    /// Orders that were placed before this and had ended are forgotten.
    case ordersForgotten = "orders_forgotten"
    /// The first act of the history that worked every SKU out: what was there by then was there before it.
    case historyBase = "history_base"
    /// Before this the history has only the last state of each stock, in microseconds.
    case historySince = "history_since"
    /// By which the last clear values of positions in doubt count whose units have lost their factors.
    case pastFactors = "past_factors"
}

extension Database {
    func text(_ setting: Setting) throws -> String? { try text(named: setting.rawValue) }

    func set(_ setting: Setting, to value: String?) throws { try set(named: setting.rawValue, to: value) }

    func text(named key: String) throws -> String? {
        let statement = try cachedStatement(sql: "SELECT value FROM settings WHERE key = ?")
        return try String.fetchOne(statement, arguments: [key])
    }

    func number(_ setting: Setting) throws -> Int64? {
        guard let text = try text(setting) else { return nil }
        guard let number = Int64(text) else {
            throw Fault.damaged("the setting \(setting.rawValue) “\(text)”")
        }
        return number
    }

    func set(named key: String, to value: String?) throws {
        guard let value else {
            return try cachedStatement(sql: "DELETE FROM settings WHERE key = ?")
                .execute(arguments: [key])
        }
        try cachedStatement(
            sql: "INSERT INTO settings VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value"
        ).execute(arguments: [key, value])
    }
}
