import GRDB
package import InventoryCore

/// A file of the history that cannot be read.
package struct HistoryFileDamage: Hashable, Sendable {
    package let name: String
    package let message: String
    /// The times of what it had.
    package var since: Timestamp { extent.since }
    package var until: Timestamp { extent.until }
    fileprivate let extent: HistoryExtent
}

extension StateDatabase {
    /// Gives the names of the history's files that are not known to be damaged.
    package func historyFiles() async throws -> [String] {
        try await read("read the files of the history") { db in
            try HistoryCatalogue(db).sound.map(\.extent.name)
        }
    }

    /// Reads every file of the history to its end; gives those that are not what was written.
    ///
    /// - Throws: `Fault`.
    package func historyDamages() async throws -> [HistoryFileDamage] {
        let parts = try await read("read the files of the history") { db in try HistoryCatalogue(db).sound }
        return try await blocking { [folder] in
            try parts.compactMap { part in
                let extent = part.extent
                do {
                    let file = try HistoryFile(folder.historyPath + "/" + extent.name)
                    // The index alone could be of another file.
                    guard file.index.extent == extent else { throw HistoryFile.damaged(file.path) }
                    try file.verify()
                    return nil
                } catch let fault as Fault
                    where fault.code == .historyDamaged || fault.code == .historyMissing
                {
                    return HistoryFileDamage(
                        name: extent.name,
                        message: fault.message,
                        extent: extent
                    )
                }
            }
        }
    }

    /// Puts a damaged file aside, and notes which time the history lacks.
    ///
    /// - Throws: `Fault`.
    package func putAside(_ damage: HistoryFileDamage) async throws {
        try await write("note the loss of a file") { db in
            try db.noteDamage(of: damage.extent, damage.message)
        }
        try await blocking { [folder] in
            let path = folder.historyPath + "/" + damage.name
            try DurableFile.rename(path, to: path + HistoryFile.damagedEnding)
        }
    }
}
