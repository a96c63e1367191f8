import DeltaEngine
import Foundation
package import InventoryCore
import SnapshotSources
import StateStore
package import TidegateSettings

/// Copies a state folder so that the copy is of one moment, while the shop goes on.
///
/// The database is copied by SQLite, then each baseline, which has at least the generation that the database
/// names; what a copy has beyond that is discarded when it is opened. The archive's files never change, so
/// they are linked where that can be done.
package struct Backup: Sendable {
    private let settings: Settings
    private let folder: StateFolder

    /// A baseline that is folded meanwhile may have left the generation behind.
    private static let attemptsMax = 3

    package init(_ settings: Settings) {
        self.settings = settings
        folder = StateFolder(path: settings.store.path)
    }

    /// Makes the copy.
    ///
    /// - Parameter path: of the new folder; it gets its name when it is whole.
    /// - Returns: how many files it has.
    /// - Throws: `Fault`; what was begun is removed.
    package func perform(into path: String) async throws -> Int {
        do {
            guard !FileManager.default.fileExists(atPath: path) else { throw Backup.exists(path) }
            let unfinished = path + ".partial"
            try? FileManager.default.removeItem(atPath: unfinished)
            do {
                let count = try await copy(into: StateFolder(path: unfinished))
                try FileManager.default.moveItem(atPath: unfinished, toPath: path)
                return count
            } catch {
                try? FileManager.default.removeItem(atPath: unfinished)
                throw error
            }
        } catch {
            throw Fault(error)
        }
    }

    private func copy(into copy: StateFolder) async throws -> Int {
        try copy.prepare()
        let archived = try await offPool { try link(from: folder.archivePath, to: copy.archivePath) }
        for attempt in 1... {
            let state = try StateDatabase.openForReading(folder)
            defer { try? state.close() }
            try? FileManager.default.removeItem(atPath: copy.databasePath)
            try await state.copy(to: copy.databasePath)
            do {
                return archived + 1 + (try await copyBaselines(state, into: copy))
            } catch {
                guard attempt < Backup.attemptsMax else { throw error }
            }
        }
        return archived
    }

    /// Copies each baseline and opens the copy at the generation that the copied database names.
    private func copyBaselines(_ state: StateDatabase, into copy: StateFolder) async throws -> Int {
        var count = 0
        for (source, generation) in try await state.generations() where generation > 0 {
            let from = SourceBaseline.path(of: source, in: folder)
            let to = SourceBaseline.path(of: source, in: copy)
            try await offPool {
                try Delivery.open(path: from).copy(to: to)
                _ = try ObservedBaseline.open(path: to, generation: generation)
            }
            count += 1
        }
        return count
    }

    private func link(from: String, to: String) throws -> Int {
        let names = try FileManager.default.contentsOfDirectory(atPath: from)
        for name in names {
            let (old, new) = ("\(from)/\(name)", "\(to)/\(name)")
            // Spools may be links to a delivered file; they are copied, or gone meanwhile.
            if name.hasSuffix(".zst"), Foundation.link(old, new) == 0 { continue }
            do {
                try Delivery.open(path: old).copy(to: new)
            } catch  where error.code == .notFound {
                continue
            }
        }
        return names.count
    }

    private static func exists(_ path: String) -> Fault {
        Fault(
            .usage,
            code: "folder_exists",
            place: path,
            message: "There is a file or folder of that name already.",
            hint: "Name a new folder, such as one with today's date."
        )
    }
}
