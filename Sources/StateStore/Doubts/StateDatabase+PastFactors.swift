import GRDB
package import InventoryCore
import Synchronization

extension StateDatabase {
    /// The units by which this process has settled last what is in doubt; nothing before it has.
    package var settledUnits: UnitTable? { keptUnits.withLock { $0 } }

    /// Notes by which units what is in doubt is settled now.
    package func keepSettled(_ units: UnitTable) { keptUnits.withLock { $0 = units } }

    /// Whether last clear values count by factors that are no more.
    package var hasPastFactors: Bool {
        get async throws {
            try await read("read what units held") { db in try db.text(.pastFactors) != nil }
        }
    }

    /// Notes what a change of the declared units makes of positions in doubt, and by what their last clear
    /// values count from now on.
    package func settle(_ changes: DoubtChanges, past: PastFactors) async throws {
        try await write("note which units have lost their factors") { db in
            try db.changeStock()
            try db.apply(changes)
            let text = String(decoding: past.text.bytes, as: UTF8.self)
            try db.set(.pastFactors, to: text.isEmpty ? nil : text)
        }
    }
}

extension Database {
    func pastFactors() throws -> PastFactors {
        guard let text = try text(.pastFactors) else { return PastFactors() }
        do {
            return try PastFactors(RuleText(bytes: Array(text.utf8)))
        } catch {
            throw Fault.damaged("what units held (line \(error.line))")
        }
    }
}
