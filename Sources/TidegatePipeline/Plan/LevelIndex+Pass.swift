import InventoryCore
import OroClient
import StateStore

extension LevelIndex {
    /// How old the names of an interrupted pass may be that the next one takes over.
    static let resumeSecondsMax: Int64 = 3600
    /// How old figures may be that were read and never compared with what is wanted.
    static let figureSecondsMax: Int64 = 600
    /// Pages that one run reads beside its push: some seconds of the shop's time.
    static let pagesPerRun = 20
    /// Fewer levels than this can all be gone.
    private static let missingMin = 20

    /// Reads the whole index unless that was finished before.
    ///
    /// Of an interrupted reading the names are taken over while they are fresh; its quantities are read
    /// again, because the levels may have changed since.
    ///
    /// - Returns: whether it was read now.
    func complete() async throws -> Bool {
        try await identity?.requireAddress(of: shop)
        let progress = try await state.indexProgress()
        if progress.completed != nil {
            try await readOldFigures()
            return false
        }
        try await identity?.require(shop)
        let oldest = Timestamp.now.adding(seconds: -LevelIndex.resumeSecondsMax)
        if let cursor = progress.cursor, let began = progress.began, began > oldest {
            try await readFigures(to: LevelID(cursor))
        } else {
            try await state.beginIndexPass(at: .now)
        }
        _ = try await readOn(pagesMax: .max)
        await identity?.noteConfirmed()
        return true
    }

    /// Reads on where the last run stopped, a bounded number of pages; begins anew when half of the time has
    /// passed for which names are believed.
    ///
    /// Names are confirmed by it, and levels found that are new, renamed or gone.
    func refresh(
        freshSeconds: Int64,
        pagesMax: Int = pagesPerRun,
        at now: Timestamp = .now
    ) async throws {
        let progress = try await state.indexProgress()
        guard let completed = progress.completed else { return }
        if progress.began == nil {
            guard completed.adding(seconds: freshSeconds / 2) < now else { return }
            try await identity?.require(shop)
            try await state.beginIndexPass(at: now)
        }
        try await identity?.require(shop)
        _ = try await readOn(pagesMax: pagesMax)
    }

    /// Reads pages of the open pass; gives whether it has come to its end.
    private func readOn(pagesMax: Int) async throws -> Bool {
        let progress = try await state.indexProgress()
        var after = progress.cursor.map { LevelID($0) }
        var hasSight = false
        var (pages, read) = (0, 0)
        while pages < pagesMax {
            try Task.checkCancellation()
            let page = try await shop.levelIndex(after: after)
            guard !page.isLast, let last = page.last else {
                if after == nil { try await requireEmptyShop() }
                try await finish()
                return true
            }
            if page.levels.isEmpty, !hasSight {
                try await requireSight()
                hasSight = true
            }
            try await store(page.levels, cursor: last.text, notesNew: progress.completed != nil)
            after = last
            pages += 1
            read += page.levels.count
            onRead?(read)
        }
        return false
    }

    /// An empty list is believed only of a shop of which nothing is known, by a role that may view products.
    private func requireEmptyShop() async throws {
        guard try await state.resolvedLevelCount() == 0 else {
            throw Fault.productsHidden("it lists no level at all")
        }
        do throws(Fault) {
            guard try await shop.listsProducts() else {
                throw Fault.productsHidden("it lists neither a level nor a product")
            }
        } catch {
            throw error.code == .shopPermission ? Fault.productsHidden("it lists no level at all") : error
        }
    }

    /// Ends the pass; what it did not show is asked for by its ids before it is forgotten.
    private func finish() async throws {
        let missing = try await state.missingOfPass()
        let known = try await state.resolvedLevelCount()
        guard missing.count <= LevelIndex.missingMin || missing.count * 2 <= known else {
            throw Fault.productsHidden("it lists only \(known - missing.count) of \(known) known levels")
        }
        if !missing.isEmpty { try await confirm(missing) }
        _ = try await state.finishIndexPass(at: .now)
    }

    // MARK: figures

    /// Reads the figures again that no run has used yet, where that was long ago.
    private func readOldFigures() async throws {
        let oldest = Timestamp.now.adding(seconds: -LevelIndex.figureSecondsMax)
        guard try await state.unusedFigures(before: oldest) else { return }
        try await identity?.require(shop)
        try await readFigures(to: nil)
        try await state.noteFiguresRead(at: .now)
    }

    /// Reads what the levels show now, up to one of them, where we never wrote them.
    private func readFigures(to end: LevelID?) async throws {
        var after: LevelID?
        while true {
            try Task.checkCancellation()
            let page = try await shop.quantities(after: after)
            let part = page.quantities.prefix { level, _ in
                end.map { !LevelWalk.isBefore($0, level) } ?? true
            }
            try await state.setReadFigures(Array(part), at: .now)
            guard part.count == page.quantities.count, !page.isLast, let last = page.last else { return }
            after = last
        }
    }
}
