import GRDB
package import InventoryCore

/// Moves the history out of the database into files, merges files, and lets go of what is too old.
///
/// Only for the owner of the folder. Killed at any moment, the next call goes on: the transaction that names
/// a file takes what is in it out of the database, and a file that none names is removed.
package struct HistoryKeeping: Sendable {
    private let state: StateDatabase
    private let limits: Limits

    package struct Limits: Hashable, Sendable {
        /// Entries that wait in the database before they are moved.
        package var pendingMax = 50_000
        /// Acts that wait, however little they have changed.
        package var actsMax = 8_000
        /// Seconds that anything waits at most; looked at when something is kept.
        package var waitingSecondsMax: Int64 = 86_400
        /// Entries that one file takes from the database; as many are in memory at once.
        package var entriesAtOnce = 250_000
        /// Files of about one size that become one.
        package var filesMergedMin = 8
        /// No merged file has more entries.
        package var entriesMax = 32_000_000
        /// No merged file spans more seconds: whole files are let go of.
        package var spanSecondsMax: Int64 = 92 * 86_400
        /// Days of which changes are kept; nothing keeps all.
        package var keptDays: Int?

        package init() {}
    }

    package init(_ state: StateDatabase, limits: Limits = Limits()) {
        (self.state, self.limits) = (state, limits)
    }

    /// Does what is due.
    ///
    /// - Parameters:
    ///   - now: by which it is judged what is too old.
    ///   - isForced: whether everything is moved, however little it is.
    /// - Returns: whether a file was written.
    /// - Throws: `Fault`; what was not done is done by the next call.
    @discardableResult
    package func perform(at now: Timestamp, isForced: Bool = false) async throws -> Bool {
        var isChanged = false
        while try await isDue(at: now, isForced), try await move() { isChanged = true }
        while let inputs = try await mergeable() {
            try await merge(inputs)
            isChanged = true
        }
        if try await letGo(at: now) { isChanged = true }
        return isChanged
    }

    /// Removes files that no transaction has named, and those that were merged.
    package func removeLeftovers() async throws {
        let catalogue = try await catalogue()
        let names = Set(catalogue.parts.map(\.extent.name))
        try await blocking { [folder = state.folder] in
            for name in try DurableFile.names(in: folder.historyPath)
            where name.hasSuffix(SnapshotArchive.unfinishedEnding)
                || name.hasSuffix(HistoryFile.ending) && !names.contains(name)
            {
                try DurableFile.remove(folder.historyPath + "/" + name)
            }
        }
    }

    private func catalogue() async throws -> HistoryCatalogue {
        try await state.read("read the files of the history") { db in try HistoryCatalogue(db) }
    }

    // MARK: out of the database

    private func isDue(at now: Timestamp, _ isForced: Bool) async throws -> Bool {
        let extent = try await state.read("count what the history has to move") { db in
            try HistoryPending(db).extent()
        }
        if isForced { return extent.entries > 0 || extent.acts > 0 }
        let isOld = extent.oldest.map { $0.adding(seconds: limits.waitingSecondsMax) < now } ?? false
        return isOld || extent.entries >= limits.pendingMax || extent.acts >= limits.actsMax
    }

    /// Moves as much as one file takes; gives whether there was anything.
    private func move() async throws -> Bool {
        let limits = limits
        let (cut, entries, acts) = try await state.read("read what the history has to move") { db in
            let cut = try HistoryCut.next(db, limits.entriesAtOnce)
            let pending = HistoryPending(db)
            var stocks: [HistoryEntry] = []
            if let acts = cut.acts {
                try pending.forEachBlock(of: acts) { block in
                    var reader = block
                    while let entry = try reader.next() { stocks.append(entry) }
                }
            }
            let levels = try pending.levels(through: cut.levels)
            return (cut, HistoryEntry.sorted(stocks, levels), try cut.acts.map(pending.acts) ?? [])
        }
        guard !entries.isEmpty || !acts.isEmpty else { return false }
        let (extent, bytes) = try await blocking { [folder = state.folder] in
            let writer = try HistoryFileWriter(HistoryExtent(places: cut.place...cut.place), in: folder)
            for entry in entries { try writer.append(entry) }
            for act in acts { try writer.append(act) }
            let extent = try writer.finish()
            return (extent, try HistoryFile(folder.historyPath + "/" + extent.name).sizeBytes)
        }
        try await state.write("move the history") { db in
            try db.insert(extent, bytes: bytes)
            try cut.remove(from: db)
        }
        return true
    }

    // MARK: files

    /// Files next to each other of about one size, as many as become one.
    private func mergeable() async throws -> [HistoryCatalogue.Part]? {
        let parts = try await catalogue().parts
        for first in parts.indices {
            let run = parts[first...].prefix(limits.filesMergedMin)
            guard run.count == limits.filesMergedMin else { return nil }
            guard run.allSatisfy({ $0.damage == nil && !$0.extent.isBase }) else { continue }
            let sizes = run.map { size(of: $0.extent) }
            let entries = run.reduce(0) { $0 + $1.extent.entries }
            let since = run.map(\.extent.since).min() ?? Timestamp(microseconds: 0)
            let until = run.map(\.extent.until).max() ?? since
            guard Set(sizes).count == 1, entries <= limits.entriesMax,
                until < since.adding(seconds: limits.spanSecondsMax)
            else { continue }
            return Array(run)
        }
        return nil
    }

    /// How often a file is eight times what one takes from the database.
    private func size(of extent: HistoryExtent) -> Int {
        var (size, bound) = (0, limits.entriesAtOnce * 2)
        while extent.entries > bound, size < 20 { (size, bound) = (size + 1, bound * 8) }
        return size
    }

    private func merge(_ parts: [HistoryCatalogue.Part]) async throws {
        let places = parts[0].extent.places.lowerBound...parts[parts.count - 1].extent.places.upperBound
        try await replace(parts) { [folder = state.folder] files, stop in
            let writer = try HistoryFileWriter(HistoryExtent(places: places), in: folder)
            var merge = try HistoryMerge(files)
            while let entries = try merge.next() {
                try stop.check()
                for entry in entries { try writer.append(entry) }
            }
            for file in files {
                for block in file.index.acts.indices {
                    for act in try file.acts(block) { try writer.append(act) }
                }
            }
            return try writer.finish()
        }
    }

    /// Makes of all files that are too old one with the last state of each stock.
    private func letGo(at now: Timestamp) async throws -> Bool {
        guard let days = limits.keptDays else { return false }
        let begin = now.adding(seconds: -Int64(days) * 86_400)
        let old = try await catalogue().parts.prefix { $0.extent.until < begin }
        guard old.contains(where: { !$0.extent.isBase }), let first = old.first, let last = old.last
        else { return false }
        var extent = HistoryExtent(places: first.extent.places.lowerBound...last.extent.places.upperBound)
        extent.isBase = true
        try await replace(old.filter { $0.damage == nil }, since: last.extent.until) {
            [folder = state.folder, extent] files, stop in
            let writer = try HistoryFileWriter(extent, in: folder)
            var used: Set<Int64> = []
            var merge = try HistoryMerge(files)
            while let entries = try merge.next() {
                try stop.check()
                let state = entries.last { if case .stock = $0.event { true } else { false } }
                guard let state else { continue }
                used.insert(state.act)
                try writer.append(state)
            }
            for file in files {
                for block in file.index.acts.indices {
                    for act in try file.acts(block) where used.contains(act.number) { try writer.append(act) }
                }
            }
            return try writer.finish()
        }
        return true
    }

    private func replace(
        _ parts: [HistoryCatalogue.Part],
        since: Timestamp? = nil,
        _ write: @Sendable @escaping ([HistoryFile], StopFlag) throws -> HistoryExtent
    ) async throws {
        let stop = StopFlag()
        let (extent, bytes) = try await withTaskCancellationHandler {
            try await blocking { [folder = state.folder] in
                let files = try parts.map { try HistoryFile(folder.historyPath + "/" + $0.extent.name) }
                let extent = try write(files, stop)
                return (extent, try HistoryFile(folder.historyPath + "/" + extent.name).sizeBytes)
            }
        } onCancel: {
            stop.set()
        }
        try await state.write("name a file of the history") { db in
            try db.insert(extent, bytes: bytes)
            if let since { try db.set(.historySince, to: String(since.microseconds + 1)) }
        }
        try await blocking { [folder = state.folder] in
            for part in parts where part.extent.name != extent.name {
                try DurableFile.remove(folder.historyPath + "/" + part.extent.name)
            }
        }
    }
}
