import InventoryCore
import NIOPosix
import SnapshotSources
import StateStore
import TidegatePipeline
import TidegateSettings

/// What was sent to a source before: what lies in its folder, and what was recorded once it was read.
///
/// Nothing of it is kept in memory, so that who sends again after a restart is answered as before it.
struct ReceivedUploads: Sendable {
    private let source: SourceSettings
    private let state: StateDatabase
    private let events: EventPort?
    private let now: Timestamp

    init(of source: SourceSettings, state: StateDatabase, events: EventPort?, at now: Timestamp) {
        self.source = source
        self.state = state
        self.events = events
        self.now = now
    }

    /// One that came, whether it was read or waits for that.
    fileprivate struct Arrival {
        let run: RunID
        let sha256: String?
        let asOf: Timestamp?
        let sequence: Int64?
        let time: Timestamp
    }

    /// Gives the run of a delivery that is sent again.
    ///
    /// One that states a time or a number is the same where its bytes and both are. Without either the same
    /// bytes may well be true again: then it is the same only where nothing else came from the source
    /// since, and for `Shop.sentAgainSeconds` (spec, doubt, 3).
    func run(of digest: [UInt8], _ contract: UploadContract) async throws -> RunID? {
        let sha256 = digest.hexadecimal
        if contract.asOf == nil, contract.sequence == nil {
            guard let last = try await last(), last.sha256 == sha256,
                now < last.time.adding(seconds: Shop.sentAgainSeconds),
                try await !hasEvents(since: last.time), try await stands(last.run)
            else { return nil }
            return last.run
        }
        // The folder first: what is put away meanwhile was recorded before that.
        let waiting = try await found { try $0.found() }
        let read = try await state.deliveries(of: source.id, sha256: sha256).compactMap { Arrival($0) }
        for one in waiting.reversed() + read where one.sha256 == sha256 {
            guard one.asOf == contract.asOf, one.sequence == contract.sequence else { continue }
            if try await stands(one.run) { return one.run }
        }
        return nil
    }

    /// The newest that came, of whatever bytes.
    private func last() async throws -> Arrival? {
        let waiting = try await found { folder in
            DropFolder.stated([try folder.complete().max { $0.modified < $1.modified }].compactMap(\.self))
        }
        let read = try await state.lastArrived(of: source.id).flatMap { Arrival($0) }
        return (waiting + [read].compactMap(\.self)).max { $0.time < $1.time }
    }

    /// Whether an event has come since.
    ///
    /// Those that wait are looked at first: they go when their run is there.
    private func hasEvents(since time: Timestamp) async throws -> Bool {
        if let events, events.waiting(source.id) > 0 { return true }
        return try await state.tookEvents(of: source.id, since: time)
    }

    private func found(
        _ look: @escaping @Sendable (DropFolder) throws -> [DropFolder.Found]
    ) async throws -> [Arrival] {
        let folder = source.dropFolder
        return try await NIOThreadPool.singleton.runIfActive {
            try UploadFolder.prepare(folder.folder)
            return try look(folder).map { Arrival($0) }
        }
    }

    /// Whether a run is still to come, or has taken its delivery: one that was refused may be sent again with
    /// other headers.
    private func stands(_ run: RunID) async throws -> Bool {
        switch try await state.run(run)?.state.kind {
        case .rejected, .failed: false
        default: true
        }
    }
}

extension ReceivedUploads.Arrival {
    /// One that lies in the folder, under its run's name.
    fileprivate init(_ found: DropFolder.Found) {
        let stated = found.contract
        run = RunID(String(found.name.prefix { $0 != "." }))
        (sha256, asOf, sequence) = (stated?.sha256, stated?.asOf, stated?.sequence)
        time = found.modified
    }

    /// One that was read, or passed over; nothing where no run knows it.
    fileprivate init?(_ record: DeliveryRecord) {
        guard let run = record.run else { return nil }
        self.run = run
        (sha256, asOf, sequence) = (record.sha256, record.asOf, record.sequence)
        time = record.modified ?? record.at
    }
}
