import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateSettings

extension Shop {
    /// Gives the guards that trip on a delivery as such: its contract, the high-water mark, bytes that came
    /// before.
    func promised(
        _ intake: SnapshotIntake,
        _ observation: borrowing Observation,
        _ mark: HighWaterMark,
        after last: HighWaterMark?,
        at now: Timestamp
    ) async throws -> [GuardTrip] {
        let statistics = observation.statistics
        var trips = intake.trips(
            on: statistics,
            sha256: observation.sha256,
            changesValues: observation.deltas.contains { $0.after != nil },
            accepted: last,
            mark: mark,
            at: now
        )
        // A few rows are the same again by chance, as when the only change is taken back.
        if statistics.rows >= Shop.replayedRowsMin, let digest = mark.digest,
            try await state.wasSuperseded(digest, of: mark.source)
        {
            let message =
                "The same \(statistics.rows) rows were accepted before, and others since: an old file "
                + "that came once more?"
            trips.append(GuardTrip(code: .replayed, message: message))
        }
        return trips
    }

    /// Whether a delivery is the last one, read once more.
    ///
    /// The same bytes under a later time, or another name, are a delivery of their own: they state once more
    /// what is not there any more. An upload has no name of its own, and whoever hears no answer sends it
    /// again, packed otherwise perhaps: it is a delivery of its own where it says so, or came long after.
    func isRepeated(
        _ intake: SnapshotIntake,
        _ mark: HighWaterMark,
        after last: HighWaterMark?
    ) async throws -> Bool {
        guard let last, last.digest == mark.digest else { return false }
        if let asOf = mark.asOf, last.asOf.map({ asOf > $0 }) ?? true { return false }
        if let sequence = mark.sequence, last.sequence.map({ sequence > $0 }) ?? true { return false }
        if intake.isUpload, mark.asOf != nil || mark.sequence != nil { return true }
        guard let taken = try await state.lastCounted(of: mark.source), let modified = taken.modified else {
            return true
        }
        if intake.isUpload {
            guard intake.delivery.modified < modified.adding(seconds: Shop.sentAgainSeconds) else {
                return false
            }
            return try await !state.tookEvents(of: mark.source, since: modified)
        }
        return taken.name == intake.delivery.filePath.name.text && intake.delivery.modified <= modified
    }

    /// Seconds for which the same bytes are the same upload, where no time and no number says otherwise.
    package static let sentAgainSeconds: Int64 = 3600

    /// Fewer rows than this may be the same again by chance.
    static let replayedRowsMin = 100
}

extension DeliveryRecord {
    /// What is kept of a delivery that was read.
    init(
        _ intake: SnapshotIntake,
        of source: SourceID,
        digest: String,
        seeds: KeySeeds,
        rows: Int,
        outcome: Outcome,
        code: String?,
        at now: Timestamp
    ) {
        let delivery = intake.delivery
        self.init(
            source: source,
            name: delivery.filePath.name.text,
            path: delivery.path,
            outcome: outcome,
            at: now
        )
        sizeBytes = Int64(delivery.sizeBytes)
        modified = delivery.modified
        self.digest = digest
        self.seeds = [seeds.first, seeds.second]
        scope = intake.scope
        asOf = intake.contract.asOf
        sequence = intake.contract.sequence
        sha256 = intake.contract.sha256
        self.rows = rows
        self.code = code
    }

    /// What is kept of a delivery that was found and not taken.
    init(_ found: DropFolder.Found, in source: SourceSettings, outcome: Outcome, at now: Timestamp) {
        self.init(source: source.id, name: found.name, path: found.path, outcome: outcome, at: now)
        sizeBytes = Int64(found.sizeBytes)
        modified = found.modified
        scope = SnapshotIntake.scope(of: found.contract, in: source)
        asOf = found.contract?.asOf
        sequence = found.contract?.sequence
        sha256 = found.contract?.sha256
    }

    /// The same after a run of it failed; nothing where the fault says nothing of the delivery itself.
    func failing(with fault: Fault) -> DeliveryRecord? {
        var failed = self
        failed.code = fault.code.rawValue
        switch fault.kind {
        // A damaged baseline says nothing of the delivery, which is taken once that is mended.
        case .badInput where !fault.isOfBaseline:
            let isStale = fault.code.rawValue == GuardTrip.Code.stale.rawValue
            failed.outcome = isStale ? .stale : .rejected
        case .unavailable where [.notReadable, .readFailed].contains(fault.code):
            failed.outcome = .unreadable
        default: return nil
        }
        return failed
    }
}

extension Fault {
    /// Whether the baseline that a delivery is compared with is the reason.
    var isOfBaseline: Bool { code.rawValue.hasPrefix("baseline_") }
}

extension SnapshotStatistics {
    /// Tells of rows whose times were ignored.
    var futureTimesSentence: String? {
        guard futureTimes > 0 else { return nil }
        let rows = futureTimes == 1 ? "1 row states a time" : "\(futureTimes) rows state times"
        return "\(rows) in the future; such times are ignored."
    }
}
