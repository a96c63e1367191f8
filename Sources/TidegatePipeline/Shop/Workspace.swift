import Foundation
package import InventoryCore
package import StateStore
package import TidegateSettings

/// The state folder, opened by the one process that may write in it.
package struct Workspace: Sendable {
    package let settings: Settings
    package let state: StateDatabase
    package let baseline: OpenBaseline

    /// Takes the folder and opens what is in it; anything the database does not know of is swept away.
    ///
    /// - Throws: `Fault`: busy (75), not writable (73), damaged.
    package static func open(_ settings: Settings, command: String) async throws -> Workspace {
        do {
            let folder = StateFolder(path: settings.store.path)
            try folder.prepare()
            let lock = try FolderLock(folder: folder, command: command, at: .now)
            let state = try StateDatabase.open(lock: lock)
            let generation = try await state.generation()
            let baseline = try await offPool {
                try OpenBaseline(
                    in: folder,
                    generation: generation,
                    memoryMegabytesMax: settings.store.memoryMegabytesMax
                )
            }
            return Workspace(settings: settings, state: state, baseline: baseline)
        } catch {
            throw Fault(error)
        }
    }

    /// Opens the folder beside whoever works in it, to look and not to touch.
    ///
    /// - Throws: `Fault`: nothing there yet (66).
    package static func openForReading(_ settings: Settings) async throws -> Workspace {
        do {
            let folder = StateFolder(path: settings.store.path)
            let state = try StateDatabase.openForReading(folder)
            let baseline = try await offPool { try OpenBaseline(lookingIn: folder) }
            guard let baseline else { throw Workspace.nothingYet(folder) }
            return Workspace(settings: settings, state: state, baseline: baseline)
        } catch {
            throw Fault(error)
        }
    }

    private static func nothingYet(_ folder: StateFolder) -> Fault {
        Fault(
            .inputMissing,
            code: "state_missing",
            message: "\(folder.path): No run has been made yet.",
            hint: "Run `tidegate sync` first, or name the folder with `store.path`."
        )
    }

    package func close() throws {
        try state.close()
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
