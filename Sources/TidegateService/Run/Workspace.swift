import Foundation
package import InventoryCore
package import StateStore

/// The state folder, opened by the one process that may write in it.
package struct Workspace: Sendable {
    package let settings: Settings
    package let state: StateDatabase
    package let baseline: ObservedBaseline

    /// Takes the folder and opens what is in it; anything the database does not know of is swept away.
    ///
    /// - Throws: `Failure`: busy (75), not writable (73), damaged.
    package static func open(_ settings: Settings, command: String) async throws -> Workspace {
        do {
            let folder = StateFolder(path: settings.store.path)
            try folder.prepare()
            let lock = try FolderLock(folder: folder, command: command, at: .now)
            let state = try StateDatabase.open(lock: lock)
            let generation = try await state.generation()
            let baseline = try await offPool { try openBaseline(folder, generation: generation) }
            return Workspace(settings: settings, state: state, baseline: baseline)
        } catch {
            throw Failure(error)
        }
    }

    /// Opens the folder beside whoever works in it, to look and not to touch.
    ///
    /// - Throws: `Failure`: nothing there yet (66).
    package static func openForReading(_ settings: Settings) async throws -> Workspace {
        do {
            let folder = StateFolder(path: settings.store.path)
            let state = try StateDatabase.openForReading(folder)
            let path = baselinePath(folder, generation: try await state.generation())
            let baseline = try await offPool {
                FileManager.default.fileExists(atPath: path)
                    ? try ObservedBaseline.open(path: path) : .empty(path: path, generation: 0)
            }
            return Workspace(settings: settings, state: state, baseline: baseline)
        } catch {
            throw Failure(error)
        }
    }

    package func close() throws {
        try state.close()
    }

    /// Makes the next generation of the baseline durable; it counts only once the database names it.
    func accepting(_ deltas: [Delta]) async throws -> ObservedBaseline {
        let generation = baseline.generation + 1
        let path = Workspace.baselinePath(state.folder, generation: generation)
        return try await offPool {
            try baseline.accepting(deltas, generation: generation, path: path)
        }
    }

    /// Goes on with a baseline that the database has committed; the one before is not needed any more.
    func continuing(with next: ObservedBaseline) throws -> Workspace {
        if next.path != baseline.path { try Workspace.sweep(state.folder, keeping: next.path) }
        return Workspace(settings: settings, state: state, baseline: next)
    }

    private static func baselinePath(_ folder: StateFolder, generation: UInt64) -> String {
        "\(folder.baselinePath)/observed-\(generation).baseline"
    }

    private static func openBaseline(_ folder: StateFolder, generation: UInt64) throws -> ObservedBaseline {
        try FileManager.default.createDirectory(atPath: folder.baselinePath, withIntermediateDirectories: true)
        let path = baselinePath(folder, generation: generation)
        try sweep(folder, keeping: path)
        guard generation > 0 else { return .empty(path: path, generation: 0) }
        return try ObservedBaseline.open(path: path)
    }

    private static func sweep(_ folder: StateFolder, keeping path: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.baselinePath) {
            let other = "\(folder.baselinePath)/\(name)"
            if other != path { try FileManager.default.removeItem(atPath: other) }
        }
    }
}

extension Timestamp {
    /// The wall clock; only the shell asks it.
    package static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
