import InventoryCore
import SnapshotSources
import StateStore
import TidegateSettings

/// What a pass takes from a drop folder, and in which order.
struct InboxPlan: Sendable {
    /// All complete deliveries that lie there.
    let present: [DropFolder.Found]
    /// The newest full delivery that was not taken, if any: it states everything, so it goes first.
    fileprivate(set) var full: DropFolder.Found?
    /// Full deliveries before it, which need not be read once it is taken.
    fileprivate(set) var olderFull: [DropFolder.Found] = []
    /// Partial deliveries before it, the oldest first; they count only where it fails.
    fileprivate(set) var before: [DropFolder.Found] = []
    /// Partial deliveries after it, or all where there is no full one, the oldest first.
    fileprivate(set) var partials: [DropFolder.Found] = []
    /// What is known and needs no run; it may be put away.
    var settled: [DropFolder.Found] = []
    /// Those that were refused and still lie there, unless a full one came after them.
    var refused: [DropFolder.Found] = []
    /// Those whose manifests cannot be understood.
    fileprivate(set) var faults: [Fault] = []
    /// The delivery that was taken last, where it still lies there.
    var last: DropFolder.Found?
    /// Whether there is nothing and never was.
    var isEmptyFromTheStart = false
    /// New ones that are older than the newest full one that was taken.
    fileprivate(set) var outdated: [DropFolder.Found] = []
    /// To be recorded without a run.
    fileprivate(set) var noted: [DeliveryRecord] = []

    init(_ present: [DropFolder.Found]) {
        self.present = present
    }

    /// What `plan` would look at: the first to be taken, else the last that was.
    var next: DropFolder.Found? { full ?? partials.first ?? last }

    /// How many deliveries wait.
    var count: Int { (full == nil ? 0 : 1) + partials.count }

    /// Puts new deliveries in order.
    ///
    /// What is older than `lastFull`, the newest full one that was taken, says nothing any more. Where names
    /// tell the order, one that came too late is refused: it would take back what `lastPartial` has stated.
    mutating func take(
        _ stated: [DropFolder.Found],
        in source: SourceSettings,
        after lastFull: DeliveryRecord?,
        _ lastPartial: DeliveryRecord?,
        at now: Timestamp
    ) {
        var new: [DropFolder.Found] = []
        for one in stated {
            if let fault = one.fault {
                faults.append(fault)
                refused.append(one)
                var record = DeliveryRecord(one, in: source, outcome: .rejected, at: now)
                record.code = fault.code.rawValue
                // Its scope is not known, so it is looked at again once the manifest changes.
                noted.append(record)
            } else if let lastFull, lastFull.isNewer(than: one) {
                outdated.append(one)
                settled.append(one)
            } else if let trip = lastFull?.trip(onName: one, in: source)
                ?? lastPartial?.trip(onName: one, in: source)
            {
                faults.append(Fault(trip, path: one.path))
                var record = DeliveryRecord(one, in: source, outcome: .stale, at: now)
                if record.scope == .partial { refused.append(one) }
                record.code = trip.code.rawValue
                noted.append(record)
            } else {
                new.append(one)
            }
        }
        refused.removeAll { lastFull?.isNewer(than: $0) ?? false }
        let fulls = Set(new.filter { SnapshotIntake.scope(of: $0.contract, in: source) == .full })
        // Where all state of when they are, the one that was sent last need not be the newest.
        let isDated = new.allSatisfy { $0.contract?.asOf != nil }
        let isMixed = !fulls.isEmpty && fulls.count < new.count
        let order = InboxPlan.order(source, isMixed: isMixed || isDated, fulls.isEmpty)
        let sorted = order.sorted(new)
        let newest = sorted.lastIndex { fulls.contains($0) }
        full = newest.map { sorted[$0] }
        olderFull = newest.map { sorted[..<$0].filter(fulls.contains) } ?? []
        before = newest.map { sorted[..<$0].filter { !fulls.contains($0) } } ?? []
        partials = newest.map { Array(sorted[($0 + 1)...]) } ?? sorted
    }

    private static func order(_ source: SourceSettings, isMixed: Bool, _ isPartial: Bool) -> DeliveryOrder {
        switch source.folder.orderBy {
        case .sequence: .sequence
        case .asOf: .asOf
        case .name: .name
        case .time: .time
        // An upload's name says nothing, and its time when it came.
        case nil where isPartial: source.kind == .upload ? .statedElseTime : .stated
        case nil: isMixed ? .statedElseTime : .sequenceElseTime
        }
    }
}

extension DeliveryRecord {
    /// Whether what was taken is newer than a delivery that was found, which then need not be read.
    ///
    /// The time of the file says so, unless the file states to be newer. One that states to be older and was
    /// written later is read: a counter may have begun anew, and the guards refuse it loudly.
    fileprivate func isNewer(than found: DropFolder.Found) -> Bool {
        if let mine = sequence, let its = found.contract?.sequence, mine < its { return false }
        if let mine = asOf, let its = found.contract?.asOf, mine < its { return false }
        // A clock that was ahead when the file was written must not make all later ones older.
        return modified.map { found.modified < min($0, at) } ?? false
    }

    /// Gives the guard that trips on a delivery of the same scope whose name is older, where names tell the
    /// order.
    ///
    /// Names of full and of partial deliveries do not tell which came first.
    fileprivate func trip(onName found: DropFolder.Found, in source: SourceSettings) -> GuardTrip? {
        guard source.folder.orderBy == .name,
            SnapshotIntake.scope(of: found.contract, in: source) == scope,
            found.name.utf8.lexicographicallyPrecedes(name.utf8)
        else { return nil }
        let message = "By its name it is older than \(name), which was taken before."
        return GuardTrip(code: .stale, message: message)
    }
}
