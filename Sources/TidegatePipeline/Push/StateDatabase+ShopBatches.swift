package import InventoryCore
package import OroClient
package import StateStore
package import TidegateSettings

/// How long findings about a shop are trusted; after that it may have been updated.
private let knownSecondsMax: Int64 = 7 * 86400
/// How long a queue counts as stalled without an operation that could show the contrary.
private let stalledSecondsMax: Int64 = 900

extension StateDatabase {
    /// The engine's options, with what is known of the shop; nothing is asked or tried.
    ///
    /// A configured mode wins over what is known, but batches are not sent to a shop that said it has none.
    func pushOptions(_ settings: OroSettings, at now: Timestamp) async throws -> PushOptions {
        var options = settings.pushOptions
        if let known = try await knownBatches(), known.shop == settings.url,
            now < known.at.adding(seconds: knownSecondsMax)
        {
            options.batchSupport = known.support
        }
        if let known = try await knownPace(), known.shop == settings.url,
            now < known.at.adding(seconds: knownSecondsMax)
        {
            options.learnt = known.learnt
            if let since = known.stalledSince {
                let isRecent = now < since.adding(seconds: stalledSecondsMax)
                let waiting = try await questionedOperations()
                options.isQueueStalled = isRecent || !waiting.isEmpty
            }
        }
        return options
    }

    /// Remembers what the push has learnt of the shop.
    func remember(
        _ engine: PushEngine,
        after options: PushOptions,
        of settings: OroSettings,
        at now: Timestamp
    ) async throws {
        if options.mode != .single, engine.batchSupport != options.batchSupport, engine.batchesDenied == nil {
            try await record(KnownBatches(support: engine.batchSupport, shop: settings.url, at: now))
        }
        let isNew = engine.learnt != options.learnt || engine.isQueueStalled != options.isQueueStalled
        guard isNew else { return }
        let stalledSince = engine.isQueueStalled ? now : nil
        try await record(
            KnownPace(learnt: engine.learnt, stalledSince: stalledSince, shop: settings.url, at: now)
        )
    }

    /// Remembers what an examination of the shop has found.
    package func remember(_ report: ShopReport, of settings: OroSettings, at now: Timestamp) async throws {
        let support: PushOptions.BatchSupport
        // What the version has: a right can be granted tomorrow, and the push sees that itself.
        switch (report.knowsBatches, report.takesSynchronousBatches) {
        case (true, true): support = .synchronous
        case (true, false): support = .asynchronous
        case (false, _): support = .none
        default: return
        }
        try await record(KnownBatches(support: support, shop: settings.url, at: now))
    }
}

extension Settings {
    /// Keeps what an examination found for the next push, if there is a state folder.
    ///
    /// A folder in use by another process is left alone: that process learns by itself.
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
