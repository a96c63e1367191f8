package import InventoryCore
import StateStore
import TidegateSettings

extension Shop {
    /// Moves the history into its files where enough of it waits, and lets go of what is too old.
    ///
    /// For when nothing urgent waits: it reads and writes files beside whatever else goes on.
    ///
    /// - Throws: `Fault`; nothing is lost, and the next call goes on.
    package func keepHistory(at now: Timestamp, isForced: Bool = false) async throws {
        var limits = HistoryKeeping.Limits()
        limits.keptDays = settings.store.historyDays == 0 ? nil : settings.store.historyDays
        try await HistoryKeeping(state, limits: limits).perform(at: now, isForced: isForced)
    }
}
