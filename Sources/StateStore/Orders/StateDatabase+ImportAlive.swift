import GRDB
package import InventoryCore

// Beside the cursor, and not in it: whoever reads orders saves the cursor as a whole, and would take back
// what came meanwhile.
extension StateDatabase {
    /// Keeps that the ERP's import has taken every order placed until then.
    ///
    /// - Returns: whether that is later than what was known.
    /// - Throws: `Fault`.
    package func keepImportAlive(through time: Timestamp) async throws -> Bool {
        try await write("keep that the import is alive") { db in
            let known = try db.number(.importAlive)
            guard known.map({ $0 < time.microseconds }) ?? true else { return false }
            try db.set(.importAlive, to: String(time.microseconds))
            return true
        }
    }
}
