import InventoryCore
import StateStore

/// The plans of a past run: which ones it committed, and what the archive has of them.
struct KeptPlans: Sendable {
    /// The oldest first; never empty.
    let committed: [CommittedPlan]
    private let record: RunRecord
    private let bytesByDigest: [String: [UInt8]]
    private let place: String

    /// Looks them up.
    ///
    /// - Throws: `Fault` with `plan_missing` (66) where the run has none, or none is kept.
    init(of record: RunRecord, in shop: Shop) async throws {
        self.record = record
        let archive = shop.copies.archive
        place = archive.folder.archivePath
        committed = record.planDigest == nil ? [] : try await shop.state.plans(of: record.id)
        guard !committed.isEmpty || record.events == nil || record.state.kind == .held else {
            throw KeptPlans.missing(
                "An earlier version took the events of the run \(record.id), and kept no plan of them.",
                hint: "Send what is right as newer events, or let the source deliver: that decides anew.",
                place
            )
        }
        guard !committed.isEmpty else {
            throw KeptPlans.missing(
                "The run \(record.id) was never accepted, so it has no plan; it is "
                    + "\(record.state.word).",
                hint: "Choose an accepted run: `tidegate runs` lists them.",
                place
            )
        }
        var kept: [String: [UInt8]] = [:]
        if record.events != nil, let bytes = try await shop.state.eventPlan(of: record.id) {
            kept[KeptPlans.digest(of: bytes)] = bytes
        }
        let files = try await offPool { () -> [String: [UInt8]]? in
            guard let plans = try archive.plans(of: record.id) else { return nil }
            let named = plans.map { (KeptPlans.digest(of: $0), $0) }
            return Dictionary(named) { first, _ in first }
        }
        kept.merge(files ?? [:]) { own, _ in own }
        // Of a run of events only what a person has approved is a file.
        guard files != nil || committed.allSatisfy({ kept[$0.digest] != nil }) else {
            throw KeptPlans.missing(
                archive.keepsSnapshots
                    ? "The plan of the run \(record.id) is not kept any more: plans go with the archive's "
                        + "snapshots, of which the newest \(archive.limits.snapshotsMax) are kept."
                    : "No plan is kept: `store.archive_keep` is 0.",
                hint: archive.keepsSnapshots
                    ? "Choose a newer run, or look in a backup; raise `store.archive_keep` to keep more."
                    : "Raise `store.archive_keep`; it counts for later runs.",
                place
            )
        }
        bytesByDigest = kept
    }

    /// The place of the plan with a number, counted from 1; without one, of that which the record names.
    ///
    /// - Throws: `unknown_plan` (64).
    func place(of number: Int?) throws(Fault) -> Int {
        guard let number else {
            return committed.lastIndex { $0.digest == record.planDigest } ?? committed.count - 1
        }
        guard committed.indices.contains(number - 1) else {
            throw Fault(
                .usage,
                code: "unknown_plan",
                message: "The run \(record.id) has no plan \(number); it has \(committed.count).",
                hint: "Leave --plan away for the newest."
            )
        }
        return number - 1
    }

    /// Gives a plan as it was committed.
    ///
    /// - Throws: `plan_damaged` (70).
    func plan(at number: Int) throws(Fault) -> PushPlan {
        let digest = committed[number].digest
        let unchanged = digest == record.planDigest ? record.counts.unchanged : 0
        guard let bytes = bytesByDigest[digest], let plan = PushPlan(bytes: bytes, unchanged: unchanged)
        else {
            throw Fault(
                .internalError,
                code: .planDamaged,
                place: place,
                message: "What is kept of the run \(record.id) is not the plan \(digest.prefix(12)) that it "
                    + "committed.",
                hint: "Put the file \(record.id).plans back from a backup; nothing else needs it."
            )
        }
        return plan
    }

    /// Gives all of them, the oldest first.
    ///
    /// - Throws: `plan_damaged` (70).
    func all() throws(Fault) -> [PushPlan] {
        var plans: [PushPlan] = []
        for number in committed.indices { plans.append(try plan(at: number)) }
        return plans
    }

    private static func digest(of bytes: [UInt8]) -> String {
        var digest = PlanDigest()
        digest.append(bytes)
        return digest.finish()
    }

    private static func missing(_ message: String, hint: String, _ place: String) -> Fault {
        Fault(.inputMissing, code: .planMissing, place: place, message: message, hint: hint)
    }
}
