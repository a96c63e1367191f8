import DeltaEngine
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore

/// What a pass over a delivery found: how it differs from the baseline, and the rows that nobody can use.
struct Observation: ~Copyable, Sendable {
    /// What the baseline can take.
    let observed: Observed
    /// In the order of the snapshot, removals last; none of a first one, of which every position is new.
    let deltas: [Delta]
    var statistics: SnapshotStatistics
    /// The first rejected rows; the count of all is in the statistics.
    let rejectedRows: [RejectedRow]
    /// Whether the bytes are those of the last accepted snapshot, so that no row was looked at.
    let isIdentical: Bool
    /// By what its keys and quantities were read; nothing of identical bytes.
    let mapping: String?
    /// SHA-256 of the file as it lies there, where its contract states one.
    let sha256: String?
    /// Names the unpacked bytes: equal ones have equal digests as long as the baseline file lives.
    let digest: String
    /// Under which the digest was made.
    let seeds: KeySeeds

    /// Makes deltas and statistics of what was observed.
    ///
    /// - Throws: `Fault`.
    static func of(
        _ observed: consuming Observed,
        _ intake: SnapshotIntake,
        _ rejectedRows: [RejectedRow]
    ) throws -> Observation {
        let sha256 = try intake.sha256()
        return try of(observed, rejectedRows, sha256: sha256)
    }

    private static func of(
        _ observed: consuming Observed,
        _ rejectedRows: [RejectedRow],
        sha256: String?
    ) throws -> Observation {
        let (summary, view) = (observed.summary, observed.view)
        let deltas = try observed.deltas()
        let statistics = try SnapshotStatistics(summary, deltas, of: view)
        return Observation(
            observed: observed,
            deltas: deltas,
            statistics: statistics,
            rejectedRows: rejectedRows,
            isIdentical: summary.isIdentical,
            mapping: summary.mapping?.text,
            sha256: sha256,
            digest: summary.content.digest,
            seeds: view.seeds
        )
    }

    /// The same delivery, compared with what the baseline is by now: `touched` are positions that it has
    /// taken changes of since.
    ///
    /// - Returns: nothing where the delivery has to be read once more.
    /// - Throws: `Fault`.
    consuming func rebased(
        on baseline: ObservedBaseline,
        over touched: Set<PositionKey>
    ) throws -> Observation? {
        guard observed.generation != baseline.generation else { return self }
        let (rejectedRows, sha256) = (rejectedRows, sha256)
        guard let observed = try baseline.rebase(observed, over: touched) else { return nil }
        return try Observation.of(observed, rejectedRows, sha256: sha256)
    }

    /// What the baseline takes where these of the deltas are accepted, and those of `overridden` positions,
    /// which are not the delivery's own.
    consuming func change(
        accepting accepted: [Delta],
        overridden: OverriddenPositions = OverriddenPositions()
    ) -> BaselineChange {
        guard !accepted.isEmpty || observed.isFirst else { return .nothing }
        // Its rows were not looked at: what is removed has been missing for long.
        if isIdentical { return .held(accepted) }
        let all = deltas.count
        guard !overridden.isEmpty else { return .observed(observed, accepted: accepted, of: all, with: []) }
        var (own, others): ([Delta], [Delta]) = ([], [])
        own.reserveCapacity(accepted.count)
        for delta in accepted {
            if overridden.contains(delta.key) {
                others.append(delta)
            } else {
                own.append(delta)
            }
        }
        return .observed(observed, accepted: own, of: all, with: others)
    }
}

extension Observation {
    /// The rows of which the key can be read and something else cannot.
    var unclear: [UnclearRow] {
        rejectedRows.compactMap { row in
            row.key.map { UnclearRow(key: $0, reason: row.reason.doubt, line: row.line) }
        }
    }

    /// More rows that are missing are no change of units, and would cost too much memory here.
    private static let missingLookedUpMax = 20_000

    /// The SKUs whose positions have to be looked up before judging: those of unclear rows, and where no
    /// units are declared those with a new position, which may be in another unit, and those with a row in a
    /// unit that is not declared; of a full delivery those with a missing row, which may be stated in another
    /// unit.
    ///
    /// What lies beside a row of an unknown unit is in doubt with it: that is found out once.
    func skusToLookUp(_ units: UnitTable, _ scope: SnapshotScope, _ doubts: SourceDoubts) -> [SKU] {
        var skus = Set(unclear.map(\.key.sku))
        if units.isEmpty {
            for delta in deltas where delta.before == nil { skus.insert(delta.key.sku) }
        } else {
            var factors = UnitFactors(units)
            for delta in deltas where delta.after != nil {
                let factor = factors.perBase(erp: delta.key.unit, of: delta.key.sku)
                if factor == nil, doubts.reason(of: delta.key) != .unitUnknown { skus.insert(delta.key.sku) }
            }
            // Of a partial delivery those whose unit may have changed.
            let added = scope == .full ? [] : Set(deltas.lazy.filter { $0.before == nil }.map(\.key.sku))
            let missing = deltas.filter { $0.after == nil && (scope == .full || added.contains($0.key.sku)) }
            if missing.count <= Observation.missingLookedUpMax { skus.formUnion(missing.map(\.key.sku)) }
        }
        return skus.sorted(byBytesOf: \.self)
    }

    /// Counts rows as the run before did that read the same bytes, since they were not looked at again.
    mutating func count(as before: RunRecord?) {
        guard isIdentical, let before, before.digest == digest else { return }
        statistics.rows = before.counts.rows
        statistics.rejected = before.counts.rejected
        statistics.positions = before.counts.positions
        statistics.rejectedLines = before.counts.rejected
        statistics.keylessRows = before.keylessRows
        statistics.endsInsideLine = before.endsInsideLine ?? false
    }
}

extension RejectedRow.Reason {
    /// What such a row makes of its position.
    fileprivate var doubt: Doubt.Reason {
        switch self {
        case .collision: .collision
        case .duplicate: .conflict
        default: .unreadable
        }
    }
}

extension SnapshotStatistics {
    /// What was counted of a delivery that was compared with this view, or built into it.
    fileprivate init(_ summary: DiffSummary, _ deltas: [Delta], of view: BaselineView) throws {
        self.init()
        rows = summary.rows
        rejected = summary.rejected
        rejectedLines = summary.rejectedLines
        rejectedUnlisted = summary.rejected - summary.rejectedListed
        keylessRows = summary.keylessRows
        repeatedHeaders = summary.repeatedHeaders
        endsInsideLine = summary.endsInsideLine
        asOf = summary.newestAsOf
        futureTimes = summary.futureTimes
        guard !summary.isIdentical else {
            // Its rows were not looked at again: it is what was judged and accepted before.
            positions = view.count
            nonZeroPositions = view.count
            return
        }
        for (location, counted) in summary.locations {
            positions += counted.positionsAfter
            locations[location] = LocationStatistics(counted)
        }
        let hasStock = summary.locations.values.contains { $0.netAfter != 0 }
        nonZeroPositions = hasStock ? positions : try SnapshotStatistics.nonZeroPositions(deltas, of: view)
    }

    /// Counts what the delivery states other than 0, where the totals leave it open.
    private static func nonZeroPositions(_ deltas: [Delta], of view: BaselineView) throws -> Int {
        let touched = Set(deltas.map(\.key))
        var count = deltas.count { $0.after.map { $0 != .zero } ?? false }
        try view.forEach { position in
            if position.net != .zero, !touched.contains(position.key) { count += 1 }
        }
        return count
    }
}

extension LocationStatistics {
    fileprivate init(_ counted: LocationDiff) {
        self.init()
        positionsBefore = counted.positionsBefore
        positionsAfter = counted.positionsAfter
        newlyZero = counted.newlyZero
        absent = counted.absent
        totalAbsent = counted.netAbsent
        totalBefore = counted.netBefore
        totalAfter = counted.netAfter
    }
}
