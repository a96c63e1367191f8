import DeltaEngine
import Foundation
import InventoryCore
import SnapshotSources
import StateStore
package import TidegateSettings

/// Copies a state folder so that the copy is of one moment, while the shop goes on.
///
/// The database is copied by SQLite, then each baseline, which has at least the generation that the database
/// names; what a copy has beyond that is discarded when it is opened. So is the inbox of events, of which the
/// copied database says what is in effect. The files of archive and
/// history never change, so they are linked where that can be done.
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
        if FileManager.default.fileExists(atPath: path) { throw Backup.exists(path) }
        let unfinished = path + ".partial"
        do {
            Backup.remove(unfinished)
            let count = try await fill(StateFolder(path: unfinished))
            try FileManager.default.moveItem(atPath: unfinished, toPath: path)
            return count
        } catch {
            Backup.remove(unfinished)
            throw Fault(error)
        }
    }

    /// Removes what an earlier attempt has left, if anything.
    private static func remove(_ path: String) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    private func fill(_ target: StateFolder) async throws -> Int {
        try target.prepare()
        let (from, to) = (folder.archivePath, target.archivePath)
        let archived = try await offPool { try Backup.link(from: from, to: to) }
        for _ in 1..<Backup.attemptsMax {
            if let count = try? await copyState(into: target) { return archived + 1 + count }
        }
        return archived + 1 + (try await copyState(into: target))
    }

    /// Copies the database and the baselines that go with it.
    private func copyState(into target: StateFolder) async throws -> Int {
        Backup.remove(target.databasePath)
        let state = try StateDatabase.openForReading(folder)
        try await state.copy(to: target.databasePath)
        try state.close()
        let copied = try StateDatabase.openForReading(target)
        let generations = try await copied.generations()
        let marks = try await copied.inboxMarks()
        let files = try await copied.historyFiles()
        try copied.close()
        // After the database: the owner may have merged some meanwhile, and then it is copied once more.
        try await offPool { [folder] in
            for file in files { try Backup.link(file, from: folder.historyPath, to: target.historyPath) }
        }
        let inboxes = try await copyInbox(marks, into: target)
        return inboxes + files.count + (try await copyBaselines(generations, into: target))
    }

    /// Copies the events that are not in effect yet at these marks; gives how many files that are.
    ///
    /// After the database: what came since is in the copy and waits there, what was taken since is kept for a
    /// while.
    private func copyInbox(_ marks: [SourceID: InboxMark], into target: StateFolder) async throws -> Int {
        Backup.remove(target.inboxPath)
        let copy = try await offPool { [folder] in
            try EventInbox.copy(of: folder, to: target.inboxPath)
        }
        guard let copy else { return 0 }
        guard copy.isWhole(at: marks) else { throw Backup.overtaken(folder) }
        return 1
    }

    private static func overtaken(_ folder: StateFolder) -> Fault {
        Fault(
            .busy,
            code: .busy,
            place: folder.inboxPath,
            message: "More events were taken meanwhile than are kept.",
            hint: "Run the command again when fewer events come."
        )
    }

    /// Copies each baseline and opens the copy at the generation that the copied database names.
    private func copyBaselines(
        _ generations: [SourceID: UInt64],
        into target: StateFolder
    ) async throws -> Int {
        var count = 0
        for (source, generation) in generations where generation > 0 {
            let from = SourceBaseline.path(of: source, in: folder)
            let to = SourceBaseline.path(of: source, in: target)
            try await offPool {
                try Delivery.open(path: from).copy(to: to)
                _ = try ObservedBaseline.open(path: to, generation: generation)
            }
            count += 1
        }
        return count
    }

    private static func link(from: String, to: String) throws -> Int {
        let names = try FileManager.default.contentsOfDirectory(atPath: from)
        for name in names {
            let (old, new) = ("\(from)/\(name)", "\(to)/\(name)")
            // Spools may be links to a delivered file; they are copied, or gone meanwhile.
            if name.hasSuffix(".zst"), Foundation.link(old, new) == 0 { continue }
            guard FileManager.default.fileExists(atPath: old) else { continue }
            try Delivery.open(path: old).copy(to: new)
        }
        return names.count
    }

    /// Links a file that never changes, or copies it to another disk.
    private static func link(_ name: String, from: String, to: String) throws {
        let (old, new) = ("\(from)/\(name)", "\(to)/\(name)")
        if FileManager.default.fileExists(atPath: new) || Foundation.link(old, new) == 0 { return }
        try Delivery.open(path: old).copy(to: new)
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
