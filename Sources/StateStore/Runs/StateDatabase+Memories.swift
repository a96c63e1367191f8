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
            try db.text(named: "service." + name)
        }
    }

    /// Keeps a text under a name, in place of the one before; nothing forgets it.
    ///
    /// - Throws: `Fault`.
    package func remember(_ text: String?, as name: String) async throws {
        precondition((text?.utf8.count ?? 0) <= StateDatabase.memoryBytesMax, "a memory is small")
        try await write("remember for the service") { db in
            try db.set(named: "service." + name, to: text)
        }
    }
}
