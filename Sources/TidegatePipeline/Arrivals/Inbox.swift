import DeltaEngine
import InventoryCore
import SnapshotFormats
package import SnapshotSources
import StateStore
package import TidegateSettings

/// What lies in a drop folder, told apart by what is known of it: nothing is taken twice, and nothing passed
/// over.
struct Inbox: Sendable {
    private let settings: SourceSettings
    private let state: StateDatabase
    /// Those of the baseline: an earlier version has not kept under which ones it made a digest.
    private let seeds: [UInt64]?
    private let now: Timestamp

    /// How often a file that cannot be opened holds up the ones after it.
    static let triesMax = 3

    init(_ source: SourceSettings, state: StateDatabase, seeds: [UInt64]?, at now: Timestamp = .now) {
        settings = source
        self.state = state
        self.seeds = seeds
        self.now = now
    }

    /// What is known of one file that lies in the folder.
    private enum Standing {
        case new
        /// Nothing of it is missing.
        case settled
        /// The same bytes as this one, under another time.
        case again(DeliveryRecord)
        /// It lay there when an earlier version of Tidegate took only the newest.
        case passedOver
        /// It was refused, and has not changed since; what it stated may be missing.
        case refused(isMissed: Bool)
    }

    /// Finds out what is to be taken, in its order; records what needs no run.
    ///
    /// - Throws: `Fault` where the folder cannot be read.
    func due() async throws -> InboxPlan {
        let known = try await state.deliveries(of: settings.id)
        let folder = settings.dropFolder
        let found = try await offPool { try folder.complete() }
        var plan = InboxPlan(found)
        var new: [DropFolder.Found] = []
        var noted: [DeliveryRecord] = []
        let byName = Dictionary(grouping: known, by: \.name)
        let lastTaken = known.first(where: \.wasRead)
        // Only this version tells when a delivery was written.
        let legacyEnd = known.filter { $0.modified == nil && $0.outcome == .taken }.map(\.at).max()
        for one in found {
            switch try await standing(of: one, byName[one.name] ?? [], legacyEnd, lastTaken?.at) {
            case .new: new.append(one)
            case .settled: plan.settled.append(one)
            case .again(let row):
                plan.settled.append(one)
                noted.append(again(one, row))
            case .passedOver:
                plan.settled.append(one)
                noted.append(DeliveryRecord(one, in: settings, outcome: .superseded, at: now))
            case .refused(let isMissed): if isMissed { plan.refused.append(one) }
            }
            if let lastTaken, one.name == lastTaken.name, plan.settled.last == one {
                plan.last = try await offPool { DropFolder.stated([one]).first { $0.fault == nil } }
            }
        }
        let stated = try await offPool { [new] in DropFolder.stated(new) }
        // What was taken before a mark was taken back does not tell any more what is older.
        let reset = try await state.resets(of: settings.id, limit: 1).first?.at
        func lastRead(_ scope: SnapshotScope) -> DeliveryRecord? {
            known.first { row in row.wasRead && row.scope == scope && reset.map { row.at > $0 } ?? true }
        }
        plan.take(stated, in: settings, after: lastRead(.full), lastRead(.partial), at: now)
        noted += plan.noted
        noted += try await superseded(plan.outdated)
        try await state.record(noted)
        plan.isEmptyFromTheStart = lastTaken == nil && found.isEmpty
        return plan
    }

    private func standing(
        of one: DropFolder.Found,
        _ known: [DeliveryRecord],
        _ legacyEnd: Timestamp?,
        _ lastTaken: Timestamp?
    ) async throws -> Standing {
        let size = Int64(one.sizeBytes)
        if let row = known.first(where: { $0.isOf(sizeBytes: size, modified: one.modified) }) {
            if row.outcome.isSettled { return .settled }
            // A full one is wanted until another delivery is taken, which may be newer; a partial one is not
            // tried for ever.
            let hasBadManifest = row.code == Fault.Code.badManifest.rawValue
            let isWanted = row.scope == .full && row.outcome != .stale && !hasBadManifest
            let isTriedAgain =
                isWanted && lastTaken.map { $0 < row.at } ?? true
                || row.outcome == .unreadable && row.tries < Inbox.triesMax
                || one.hasManifest(writtenAfter: row.at)
            // A mark may be wrong; a name is not, where names tell the order.
            let isOlderByName =
                row.scope == .full && row.outcome == .stale && settings.folder.orderBy == .name
            return isTriedAgain ? .new : .refused(isMissed: !isOlderByName)
        }
        // Only what came last under the name: an export that always has the same one may well say once more
        // what it said before the last time.
        let settled = known.first { $0.outcome.isSettled }
        if let row = settled, row.sizeBytes == size {
            if let digest = row.digest, try await self.digest(of: one, row.seeds ?? seeds) == digest {
                return .again(row)
            }
            // Where an earlier version has kept no digest, name and size have to do.
            if row.modified == nil, one.modified <= row.at { return .settled }
        }
        if let legacyEnd, one.modified <= legacyEnd { return .passedOver }
        return .new
    }

    /// The digest of the bytes; nothing where they cannot be read now: then the run that reads them says why.
    private func digest(of one: DropFolder.Found, _ seeds: [UInt64]?) async throws -> String? {
        guard let seeds else { return nil }
        return try await offPool {
            do {
                return try Delivery.open(one.file).contentDigest(seeds: seeds)
            } catch {
                return nil
            }
        }
    }

    /// What is kept of deliveries that need not be read: their bytes too, so that a touched one is known.
    func superseded(_ older: [DropFolder.Found]) async throws -> [DeliveryRecord] {
        var records: [DeliveryRecord] = []
        for one in older {
            var record = DeliveryRecord(one, in: settings, outcome: .superseded, at: now)
            record.digest = try await digest(of: one, seeds)
            record.seeds = record.digest == nil ? nil : seeds
            if let run = RunID(uploaded: one.name, to: settings) {
                record.run = run
                try await state.record(RunRecord(superseded: run, one, in: settings, at: now))
            }
            records.append(record)
        }
        return records
    }

    private func again(_ one: DropFolder.Found, _ row: DeliveryRecord) -> DeliveryRecord {
        let outcome: DeliveryRecord.Outcome = row.outcome == .superseded ? .superseded : .repeated
        var record = DeliveryRecord(one, in: settings, outcome: outcome, at: now)
        (record.digest, record.seeds, record.scope) = (row.digest, row.seeds ?? seeds, row.scope)
        (record.asOf, record.sequence) = (row.asOf, row.sequence)
        return record
    }
}

extension RunID {
    /// The run that a delivery was promised when it was sent to the service: its file is named after it.
    package init?(uploaded name: String, to source: SourceSettings) {
        guard source.kind == .upload, let stem = name.split(separator: ".").first else { return nil }
        self.init(String(stem))
    }
}

extension RunRecord {
    /// A run that was promised and is not made: who asks for it must hear what became of it.
    fileprivate init(
        superseded id: RunID,
        _ delivery: DropFolder.Found,
        in source: SourceSettings,
        at now: Timestamp
    ) {
        let reason = "A newer delivery states everything; this one was not read."
        self.init(
            id: id,
            state: .superseded(reason: reason, at: now),
            source: source.id,
            delivery: delivery.path,
            scope: SnapshotIntake.scope(of: delivery.contract, in: source),
            started: now
        )
    }
}

extension DeliveryRecord {
    /// Whether a run has read it: a touched file is known without one.
    fileprivate var wasRead: Bool { outcome == .taken || outcome == .repeated && run != nil }
}

extension Shop {
    /// Gives the delivery that the next run of a source reads; nothing of a single file, which is always the
    /// same.
    ///
    /// - Throws: `Fault` where the folder cannot be read.
    package func nextDelivery(of source: SourceSettings) async throws -> DropFolder.Found? {
        guard source.isFolder else { return nil }
        return try await inbox(of: try self.source(source.id)).due().next
    }

    /// The drop folder of a source.
    func inbox(of source: Source) async -> Inbox {
        let seeds = await source.baseline.view?.seeds
        return Inbox(source.settings, state: state, seeds: seeds.map { [$0.first, $0.second] })
    }
}
