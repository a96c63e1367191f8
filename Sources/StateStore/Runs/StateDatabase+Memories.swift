import GRDB
import InventoryCore

/// What the service has to know after a restart, as small texts under names of its own.
extension StateDatabase {
    /// No text is longer.
    private static let memoryBytesMax = 65_536

    /// Gives the text that was kept under a name; nothing where there is none.
    ///
    /// - Throws: `Fault`.
    package func memory(_ name: String) async throws -> String? {
        try await read("read what the service remembers") { db in
            try String.fetchOne(
                db,
                sql: "SELECT value FROM settings WHERE key = ?",
                arguments: ["service." + name]
            )
        }
    }

    /// Keeps a text under a name, in place of the one before; nothing forgets it.
    ///
    /// - Throws: `Fault`.
    package func remember(_ text: String?, as name: String) async throws {
        precondition((text?.utf8.count ?? 0) <= StateDatabase.memoryBytesMax, "a memory is small")
        try await write("remember for the service") { db in
            guard let text else {
                return try db.execute(
                    sql: "DELETE FROM settings WHERE key = ?",
                    arguments: ["service." + name]
                )
            }
            try db.execute(
                sql: """
                    INSERT INTO settings VALUES (?, ?)
                        ON CONFLICT(key) DO UPDATE SET value = excluded.value
                    """,
                arguments: ["service." + name, text]
            )
        }
    }
}
