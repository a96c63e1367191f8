package import InventoryCore
import SnapshotFormats
package import SnapshotSources
package import StateStore

/// Keeps the bytes of accepted runs, so that a figure can be traced to its row and the baseline can be made
/// again.
///
/// A run puts them aside (`take`) before its commit and compresses them (`finish`) after its push, so that
/// stock that ends does not wait for compression. What a killed process has left is found by `leftovers` at
/// the next start. The archive never holds other bytes than were accepted: `finish` compares their mark.
package struct ArchiveCopy: Sendable {
    /// What became of a run's copy.
    package enum Ending: Hashable, Sendable {
        /// It is in the archive.
        case kept
        /// The run has put nothing aside, or the archive keeps none.
        case none
        /// The bytes that were accepted cannot be had any more.
        case lost

        /// For the run's record.
        package var message: String? {
            guard self == .lost else { return nil }
            return "The archive has no copy of this snapshot: the bytes put aside are not those accepted."
        }
    }

    let archive: SnapshotArchive
    private let state: StateDatabase

    /// As much as is read, marked and compressed at once; whole pieces, as marks are made of them.
    private static let chunkBytes = 4 * ContentMark.pieceBytes

    package init(state: StateDatabase, keep: Int) {
        var limits = SnapshotArchive.Limits()
        limits.snapshotsMax = keep
        archive = SnapshotArchive(folder: state.folder, limits: limits)
        self.state = state
    }

    /// Puts the bytes of a run aside; to be done before the run is committed.
    ///
    /// - Throws: `Fault`: `cannot_write_state`, or `delivery_changed` where they are not those read.
    package func take(_ delivery: Delivery, _ content: AcceptedContent, for run: RunID) async throws {
        guard archive.keepsSnapshots else { return }
        try await offPool { [archive] in
            try delivery.take(aside: archive.spoolPath(of: run))
            try archive.seal(run, mark: content.json())
        }
    }

    /// Gives the committed runs whose bytes are still to be compressed, the oldest first, and removes what
    /// else killed processes have left.
    ///
    /// Only for the owner of the folder, while no run is on its way: its bytes would be taken for those of a
    /// run that failed.
    ///
    /// - Throws: `Fault`.
    package func leftovers() async throws -> [RunID] {
        let spools = try await offPool { [archive] in
            try archive.removeLeftovers()
            return try archive.unfinished()
        }
        var committed: [RunID] = []
        for spool in spools {
            // Only the commit gives a run the digest of its plan.
            let isCommitted = try await state.run(spool.run)?.planDigest != nil
            if isCommitted, spool.mark != nil, archive.keepsSnapshots {
                committed.append(spool.run)
            } else {
                try await offPool { [archive] in try archive.discardSpool(of: spool.run) }
            }
        }
        return committed
    }

    /// Finishes what `leftovers` gave, and notes in the record of a run that it has no copy.
    ///
    /// - Throws: `Fault`; what was not finished is found again at the next start.
    package func finish(leftovers: [RunID]) async throws {
        for run in leftovers { try await note(try await finish(run), of: run) }
    }

    /// Says in the record of a run that it has no copy; not while something else writes that record.
    ///
    /// - Throws: `Fault`.
    package func note(_ ending: Ending, of run: RunID) async throws {
        guard let message = ending.message, var record = try await state.run(run) else { return }
        record.state = record.state.adding(message)
        try await state.record(record)
    }

    /// Compresses what a run has put aside into the archive, if it still has the accepted bytes.
    ///
    /// Bytes that a loss of power took are read once more where they were delivered, if they are still there.
    ///
    /// - Throws: `Fault` where the archive cannot be written; the bytes stay aside then.
    package func finish(_ run: RunID) async throws -> Ending {
        try await givingWay { [self] in
            guard let spool = try archive.spool(of: run) else { return .none }
            let ending = try ending(of: spool)
            try archive.discardSpool(of: run)
            return ending
        }
    }

    private func ending(of spool: Spool) throws -> Ending {
        guard archive.keepsSnapshots else { return .none }
        // Killed after the copy was named.
        if try archive.holdsSnapshot(of: spool.run) { return .kept }
        guard let content = spool.mark.flatMap(AcceptedContent.init(json:)) else { return .lost }
        for path in [spool.path, content.path].compactMap(\.self)
        where try compress(path, as: content, of: spool.run, accepted: spool.sealed) {
            return .kept
        }
        return .lost
    }

    /// Takes the bytes of a run whose copy is gone from where they still lie, or only looks for them there.
    ///
    /// - Returns: whether the file has the bytes that were accepted.
    /// - Throws: `Fault` where the archive cannot be written.
    func take(_ path: String, again run: RunRecord, _ content: AcceptedContent, keeps: Bool) async throws
        -> Bool
    {
        try await offPool { [self] in
            try compress(path, as: content, of: run.id, accepted: run.started, keeps: keeps)
        }
    }

    /// Compresses a file; gives whether its bytes were those accepted: of others nothing is kept.
    private func compress(
        _ path: String,
        as content: AcceptedContent,
        of run: RunID,
        accepted: Timestamp?,
        keeps: Bool = true
    ) throws -> Bool {
        do {
            let source = try Delivery.open(path: path).bytes()
            let writer = keeps ? try archive.begin(run, accepted: accepted) : nil
            // A writer that is released without `finish` leaves nothing.
            guard try copy(source, to: writer, content.keySeeds).digest == content.digest else {
                return false
            }
            try writer?.finish()
            return true
        } catch let fault as Fault where fault.kind != .cannotWriteState {
            // Gone, cut off or damaged: not the bytes that were accepted.
            return false
        }
    }

    private func copy(
        _ source: any ByteSource,
        to writer: ArchiveWriter?,
        _ seeds: KeySeeds
    ) throws -> ContentMark {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: ArchiveCopy.chunkBytes)
        defer { buffer.deallocate() }
        guard let base = buffer.baseAddress else { return ContentMark() }
        var mark = ContentMark()
        while true {
            var count = 0
            while count < buffer.count {
                let room = UnsafeMutableRawBufferPointer(start: base + count, count: buffer.count - count)
                let length = try source.read(into: room)
                guard length > 0 else { break }
                count += length
            }
            mark.append(base, count, seeds)
            try writer?.append(UnsafeRawBufferPointer(start: base, count: count))
            guard count == buffer.count else { return mark }
        }
    }
}
