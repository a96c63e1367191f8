package import InventoryCore
import SnapshotSources
package import StateStore

/// The plan of a past run, as it was committed, with what can be proved of where it came from.
///
/// What is shown are the bytes that the digest of the plan covers: they were kept when the run was committed,
/// since no archive gives back what the shop showed then.
package struct ReplayedRun: Sendable {
    package let record: RunRecord
    package let plan: PushPlan
    /// Of the bytes that were found; it is that of the run's record.
    package let digest: String
    /// Which of the run's plans it is, counted from 1, and how many there are.
    package let number: Int
    package let count: Int
    package let committed: Timestamp
    package let certificate: CertificateMatch
    /// Whether the text of its rules is kept, and has the version that it is kept under.
    package let knowsRules: Bool
    package let snapshot: ArchivedBytes

    /// How the run's certificate stands to the plan.
    package enum CertificateMatch: String, Sendable {
        case same
        /// It is of another plan of the run, or of one that a killed process never committed.
        case other
        /// It was written before certificates named their plan.
        case unnamed
        case missing
        /// Runs of events and orders write none, unless a person approves what they held.
        case none
    }

    /// What the archive has of the bytes that the run read.
    package enum ArchivedBytes: Hashable, Sendable {
        /// The run followed a change of rules or a person's word, and read no delivery.
        case none
        /// They are those that were accepted; kept of this run.
        case accepted(RunID)
        /// They are there, and nothing tells any more what they were.
        case unproved(RunID)
        /// They are put aside, and not compressed yet.
        case waiting
        /// They were never kept, or newer ones have taken their place.
        case gone
        /// They are not what was accepted.
        case damaged(RunID)

        package var word: String {
            switch self {
            case .none: "none"
            case .accepted: "accepted"
            case .unproved: "unproved"
            case .waiting: "waiting"
            case .gone: "gone"
            case .damaged: "damaged"
            }
        }
    }

    /// Finds the run whose name begins with `prefix`, and the plan of this number: without one, the plan that
    /// its record names.
    ///
    /// - Throws: `Fault`: no such run or plan (66), several runs (64), damaged (70).
    package init(_ prefix: String, plan number: Int? = nil, in shop: Shop) async throws {
        do {
            record = try await shop.run(withPrefix: prefix)
            let found = try await KeptPlans(of: record, in: shop)
            let place = try found.place(of: number)
            let committed = found.committed[place]
            plan = try found.plan(at: place)
            digest = committed.digest
            self.committed = committed.at
            (self.number, count) = (place + 1, found.committed.count)
            certificate = try await ReplayedRun.match(committed.digest, record, in: shop)
            knowsRules =
                try await shop.state.ruleText(plan.rulesVersion)?.version.text == plan.rulesVersion
            snapshot = try await ReplayedRun.bytes(of: record, in: shop)
        } catch {
            throw Fault(error)
        }
    }

    private static func match(
        _ digest: String,
        _ record: RunRecord,
        in shop: Shop
    ) async throws -> CertificateMatch {
        let archive = shop.copies.archive
        guard let json = try await offPool({ try archive.certificate(of: record.id) }) else {
            return record.events == nil ? .missing : .none
        }
        guard let named = StatedCertificate(json: json)?.plan else { return .unnamed }
        return named == digest ? .same : .other
    }

    /// Looks at the archived bytes; those of an earlier run where this one read the same ones again.
    private static func bytes(of record: RunRecord, in shop: Shop) async throws -> ArchivedBytes {
        guard !record.delivery.isEmpty, let digest = record.digest else { return .none }
        let archive = shop.copies.archive
        let deliveries = try await shop.state.deliveries(of: record.source, digest: digest)
        let runs = [record.id] + deliveries.compactMap(\.run).filter { $0 != record.id }
        let seeds = deliveries.lazy.compactMap(\.seeds).first
        return try await offPool {
            for run in runs where try archive.holdsSnapshot(of: run) {
                guard let seeds else { return .unproved(run) }
                let path = try archive.find(run).path
                return try isAccepted(path, digest, seeds) ? .accepted(run) : .damaged(run)
            }
            for run in runs where try archive.hasCopy(of: run) { return .waiting }
            return .gone
        }
    }

    private static func isAccepted(_ path: String, _ digest: String, _ seeds: [UInt64]) throws -> Bool {
        do throws(Fault) {
            return try Delivery.open(path: path).contentDigest(seeds: seeds) == digest
        } catch {
            // Cut off or damaged.
            guard error.kind != .cannotWriteState else { throw error }
            return false
        }
    }

    /// Refuses where the archive has other bytes than were accepted.
    ///
    /// - Throws: `Fault` with `snapshot_damaged` (70).
    package func requireSound() throws(Fault) {
        guard case .damaged(let run) = snapshot else { return }
        throw Fault(
            .internalError,
            code: "snapshot_damaged",
            message:
                "The plan is as it was committed, but the archive's copy of the run \(run) is not what was "
                + "accepted.",
            hint: "Put the copy back from a backup, and look at the others with `tidegate recover`."
        )
    }
}

extension ReplayedRun {
    /// Where the plan comes from, in words.
    package var lines: [String] {
        let others = count > 1 ? " (\(number) of \(count); see --plan)" : ""
        return [
            "run         \(record.id)  \(record.state.word)",
            "plan        \(digest)\(others)",
            "committed   \(committed), \(plan.wishes.count) writes; the bytes kept have this digest",
            "certificate \(certificateText)",
            "rules       \(plan.rulesVersion), " + (knowsRules ? "kept" : "not kept any more"),
            "snapshot    \(snapshotText)",
        ]
    }

    private var certificateText: String {
        switch certificate {
        case .same: "names this plan"
        case .other: "names another plan of the run, or one that was never committed"
        case .unnamed: "names no plan: an earlier version wrote it"
        case .missing: "not kept any more"
        case .none: "none: runs of events and orders write none"
        }
    }

    private var snapshotText: String {
        switch snapshot {
        case .none: "the run read no delivery"
        case .accepted(record.id): "in the archive, with the bytes that were accepted"
        case .accepted(let run): "in the archive as of the run \(run), with the bytes that were accepted"
        case .unproved: "in the archive; nothing tells any more which bytes were accepted"
        case .waiting: "put aside, not compressed yet"
        case .gone: "not in the archive: newer ones have taken its place, or it was never kept"
        case .damaged: "in the archive, but NOT with the bytes that were accepted"
        }
    }
}

extension JSONLine {
    /// Writes where a plan comes from, as `runs replay --summary` prints it.
    package mutating func append(_ replayed: ReplayedRun) {
        open()
        field("run", replayed.record.id.text)
        field("state", replayed.record.state.word)
        field("plan", replayed.digest)
        field("number", replayed.number)
        field("plans", replayed.count)
        field("committed", replayed.committed.description)
        field("writes", replayed.plan.wishes.count)
        field("certificate", replayed.certificate.rawValue)
        field("rules_version", replayed.plan.rulesVersion)
        field("rules_kept", replayed.knowsRules)
        field("snapshot", replayed.snapshot.word)
        close()
    }
}
