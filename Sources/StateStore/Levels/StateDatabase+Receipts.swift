import GRDB
package import InventoryCore

/// A level with what the shop last said about it.
package struct LevelReceipts: Hashable, Sendable {
    package let level: StoredLevel
    /// The last value that the shop confirmed; nothing where `published` was only read from the shop.
    package let applied: StoredReceipt?
    /// The last refusal since then.
    package let refused: StoredReceipt?
}

/// The shop's answer to one write.
package struct StoredReceipt: Hashable, Sendable {
    /// Why, where the shop refused it.
    package let refusal: Receipt.Refusal?
    package let quantity: Quantity
    package let at: Timestamp
    /// The run that wished the value; nothing when it has been forgotten.
    package let run: RunID?
    /// The rules by which that run worked it out.
    package let rulesVersion: String?
    /// What the shop said; empty for what it applied.
    package let detail: String
}

extension StateDatabase {
    /// Gives the levels of a SKU with their last receipts, by unit and warehouse.
    package func receipts(of sku: SKU) async throws -> [LevelReceipts] {
        let levels = try await levels(of: [sku]).sorted { $0.key < $1.key }
        return try await read("read receipts") { db in
            try levels.map { level in
                LevelReceipts(
                    level: level,
                    applied: try StoredReceipt.applied(db, level.row),
                    refused: try StoredReceipt.refused(db, level.row)
                )
            }
        }
    }
}

extension StoredReceipt {
    fileprivate static func applied(_ db: Database, _ level: LevelRow) throws -> StoredReceipt? {
        let sql = """
            SELECT p.quantity, p.at, r.id, r.rules_version FROM published p
            LEFT JOIN runs r ON r.number = p.run
            WHERE p.level = ? AND p.at IS NOT NULL
            """
        return try Row.fetchOne(db, cached: sql, arguments: [level.number]).map { row in
            StoredReceipt(
                refusal: nil,
                quantity: Quantity(millionths: row[0]),
                at: Timestamp(microseconds: row[1]),
                run: (row[2] as String?).map { RunID($0) },
                rulesVersion: row[3],
                detail: ""
            )
        }
    }

    fileprivate static func refused(_ db: Database, _ level: LevelRow) throws -> StoredReceipt? {
        let sql = """
            SELECT f.quantity, f.at, r.id, f.reason, f.detail, r.rules_version FROM refusals f
            LEFT JOIN runs r ON r.number = f.run WHERE f.level = ?
            """
        return try Row.fetchOne(db, cached: sql, arguments: [level.number]).map { row in
            let reason: String = row[3]
            guard let refusal = Receipt.Refusal(rawValue: reason) else {
                throw Fault.damaged("the refusal “\(reason)”")
            }
            return StoredReceipt(
                refusal: refusal,
                quantity: Quantity(millionths: row[0]),
                at: Timestamp(microseconds: row[1]),
                run: (row[2] as String?).map { RunID($0) },
                rulesVersion: row[5],
                detail: row[4]
            )
        }
    }
}
