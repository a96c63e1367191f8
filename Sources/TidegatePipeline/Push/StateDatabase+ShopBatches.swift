package import InventoryCore
package import OroClient
package import StateStore
package import TidegateSettings

/// What is found out about a shop holds until it may have been updated.
private let knownSecondsMax: Int64 = 7 * 86400

extension StateDatabase {
    /// The engine's options, with what is known of the shop; nothing is tried out for it.
    ///
    /// A mode that is configured goes before what is known, except that batches are not sent to a shop that
    /// has answered that it does not have them.
    func pushOptions(_ settings: OroSettings, at now: Timestamp) async throws -> PushOptions {
        var options = settings.pushOptions
        guard let known = try await knownBatches(), known.shop == settings.url,
            now < known.at.adding(seconds: knownSecondsMax)
        else { return options }
        options.batchSupport = known.support
        return options
    }

    /// Remembers what the push has learnt of the shop, where that is news.
    func remember(
        _ learnt: PushOptions.BatchSupport,
        after options: PushOptions,
        of settings: OroSettings,
        at now: Timestamp
    ) async throws {
        guard options.mode != .single, learnt != options.batchSupport else { return }
        try await record(KnownBatches(support: learnt, shop: settings.url, at: now))
    }

    /// Remembers what an examination of the shop has found.
    package func remember(_ report: ShopReport, of settings: OroSettings, at now: Timestamp) async throws {
        let support: PushOptions.BatchSupport
        switch (report.takesBatches, report.takesSynchronousBatches) {
        case (true, true): support = .synchronous
        case (true, false): support = .asynchronous
        case (false, _): support = .none
        default: return
        }
        try await record(KnownBatches(support: support, shop: settings.url, at: now))
    }
}

extension Settings {
    /// Keeps what an examination has found for the next push, where there is a state folder to keep it in.
    ///
    /// A folder that another process works in is left alone: that process learns as it goes.
    package func remember(_ report: ShopReport) async throws {
        let folder = StateFolder(path: store.path)
        guard folder.holdsState else { return }
        do {
            let lock = try FolderLock(folder: folder, command: "tidegate check", at: .now)
            let state = try StateDatabase.open(lock: lock)
            try await state.remember(report, of: oro, at: .now)
            try state.close()
        } catch let error as Fault where error.code == .busy {
            return
        } catch {
            throw Fault(error)
        }
    }
}
