import FoundationEssentials
import InventoryCore
import StateStore
import Testing

@Suite struct StateFolderTests {
    @Test("the folder and its parts are made, and making them again changes nothing")
    func makesFolder() throws {
        let state = try TemporaryState()
        let deep = StateFolder(path: state.folder.path + "/a/b//")
        try deep.prepare()
        try deep.prepare()
        #expect(FileManager.default.fileExists(atPath: state.folder.path + "/a/b/archive"))
        #expect(deep.databasePath == state.folder.path + "/a/b/state.sqlite")
        #expect(!deep.holdsState)
    }

    @Test("a folder that cannot be made is an error that says which, why and what to do")
    func cannotMake() throws {
        let state = try TemporaryState()
        let file = state.folder.path + "/file"
        #expect(FileManager.default.createFile(atPath: file, contents: Data()))
        let failure = #expect(throws: Fault.self) { try StateFolder(path: file).prepare() }
        #expect(failure?.code == .cannotWriteState)
        #expect(failure?.place == file)
        #expect(failure?.message == "Cannot make the folder: Not a directory.")
        #expect(failure?.hint.contains("store.path") == true)
        #expect(throws: Fault.self) { try StateFolder(path: file + "/below").prepare() }
    }

    @Test("the second process is told who holds the folder")
    func secondIsRefused() throws {
        let state = try TemporaryState()
        let first = try FolderLock(folder: state.folder, command: "tidegate sync", at: TemporaryState.now)
        let failure = #expect(throws: Fault.self) {
            try FolderLock(folder: state.folder, command: "tidegate push", at: TemporaryState.now)
        }
        #expect(failure?.code == .busy)
        let process = ProcessInfo.processInfo.processIdentifier
        #expect(failure?.message.contains("process \(process), `tidegate sync`, since 2026-") == true)
        first.release()
        let second = try FolderLock(folder: state.folder, command: "tidegate push", at: TemporaryState.now)
        second.release()
        second.release()
    }

    @Test("a lock file left by a killed process does not lock")
    func staleLockFile() throws {
        let state = try TemporaryState()
        let left = "4242\n2026-01-01T00:00:00Z\ntidegate sync\n"
        #expect(FileManager.default.createFile(atPath: state.folder.lockPath, contents: Data(left.utf8)))
        let lock = try FolderLock(folder: state.folder, command: "tidegate sync", at: TemporaryState.now)
        lock.release()
    }
}
