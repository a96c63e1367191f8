import InventoryCore
import StateStore

extension StateFolder {
    /// Lets the state belong to a simulator at another address: for tests that start a shop again with other
    /// products, whose levels are the same as far as the state knows them.
    func follow(shopAt url: String) async throws {
        let lock = try FolderLock(folder: self, command: "test", at: Timestamp(microseconds: 0))
        let state = try StateDatabase.open(lock: lock)
        try await state.bind(to: "\(url)/admin", at: Timestamp(microseconds: 0))
        try state.close()
    }
}
