import DeltaEngine
import InventoryCore
import SnapshotFormats
import StateStore
import TidegateSettings

/// A delivery that was read and judged.
struct JudgedDelivery: ~Copyable {
    let intake: SnapshotIntake
    let observation: Observation
    let judgement: Judgement
    let mark: HighWaterMark
    /// Locations of the delivery that another source states.
    let refused: [Location: SourceID]
    /// Positions in doubt after it, of all sources.
    let doubts: DoubtBook
    /// Those before it, with what was counted of them.
    let known: KnownDoubts
    /// What it changes in them.
    let changes: DoubtChanges
    /// What it has grown, where other sources may come to count it.
    let growth: GrowthRecord?
    /// Whether its bytes are others than those of the last one.
    let isNew: Bool
    /// Whether it is the upload before it, sent again.
    let isSentAgain: Bool
    /// Whether the delivery before it was held as a whole, so that its doubts are not those of the baseline's
    /// bytes.
    let followsHeldWhole: Bool

    /// Which columns that may be empty are not; nothing where there are none.
    let stated: StatedColumns?
    /// The last run of the source that was taken.
    let before: RunRecord?
    /// Whether positions of the source were in doubt before it.
    let hadDoubts: Bool
    /// Its differences, without those that the delivery before had as well and that still wait.
    let counts: DeltaCounts
    /// Positions of which later events make another change than the delivery's own.
    let overridden: OverriddenPositions
    /// What it changes in what is known of the source's events.
    let events: DeliveryEvents

    /// Whether it has to be looked at position by position.
    var isPartlyTaken: Bool {
        !judgement.trips.isEmpty || !refused.isEmpty || !observation.unclear.isEmpty || hadDoubts
            || !events.isEmpty
    }

    /// SKUs with positions that may count otherwise than before: they are no longer in doubt, or something
    /// has appeared elsewhere.
    var recounted: Set<SKU> {
        var skus = Set(changes.ended.map(\.key.sku))
        for doubt in changes.set where doubt.grown > .zero { skus.insert(doubt.key.sku) }
        return skus
    }

    /// Judges what was found out about a delivery of a source.
    ///
    /// - Throws: `Fault`.
    static func judge(
        _ observation: consuming Observation,
        of intake: SnapshotIntake,
        run: RunID,
        at started: Timestamp,
        _ source: Source,
        in shop: Shop
    ) async throws -> JudgedDelivery {
        var observation = observation
        let mark = HighWaterMark(
            source: source.id,
            asOf: intake.contract.asOf,
            sequence: intake.contract.sequence,
            digest: observation.digest,
            newestRow: observation.statistics.asOf
        )
        let last = try await shop.state.highWaterMark(of: source.id)
        let before = try await shop.state.lastComparable(of: source.id)
        observation.count(as: before)
        let refused = await shop.locations(stated: observation.statistics, notBy: source.id)
        let stated = try await statedColumns(of: intake, observation, source, before)
        var statement = statement(of: observation, intake, run, at: started, source)
        statement.promised = try await shop.promised(intake, observation, mark, after: last, at: started)
        if let former = before?.statedColumns, let trip = stated?.trip(after: StatedColumns(former)) {
            statement.promised.append(trip)
        }
        statement.refused = Set(refused.keys)
        statement.isRepeated = try await shop.isRepeated(intake, mark, after: last)
        statement.hasSameBytes = last?.digest == mark.digest
        let decision = try await shop.state.decision(about: observation.digest, of: source.id)
        statement.isRejected = decision?.kind == .rejected
        let (doubts, units) = (try await shop.state.knownDoubts(), try shop.settings.units.table())
        var book = doubts.book
        let known = try await known(observation, statement, doubts: book, units, last, before)
        if intake.scope == .full, !known.doubts.isEmpty {
            let holder = try await shop.state.firstHolder(of: source.id) ?? run
            statement.joinWholes(with: holder)
        }
        let events = try await shop.events(meeting: observation, intake, mark, after: last, source, started)
        let met = try await meet(statement, known, events, observation, source, in: shop)
        let judgement = met.judgement
        let time = DeliveryTime(asOf: mark.asOf ?? observation.statistics.asOf, arrived: started)
        var taking = DoubtBook.Taking(source.id, asOf: time.asOf, units: units, rules: shop.settings.rules)
        try await shop.lookBack(from: judgement.doubts.set, met.known, before, for: &taking)
        let growth = shop.growth(of: judgement.accepted, units, past: book.past, time)
        let changes = book.take(judgement, taking)
        let counts = counts(observation.deltas, intake.scope, judgement, met.known, met.overridden)
        return JudgedDelivery(
            intake: intake,
            observation: observation,
            judgement: judgement,
            mark: mark,
            refused: refused,
            doubts: book,
            known: doubts,
            changes: changes,
            growth: growth,
            isNew: last?.digest != mark.digest,
            isSentAgain: statement.isRepeated && intake.isUpload,
            followsHeldWhole: try await shop.state.isLastHeldWhole(of: source.id),
            stated: stated,
            before: before,
            hadDoubts: !met.known.doubts.isEmpty,
            counts: counts,
            overridden: met.overridden,
            events: met.events
        )
    }

    private static func meet(
        _ statement: DeliveryStatement,
        _ known: KnownOfSource,
        _ events: DeliveryEvents,
        _ observation: borrowing Observation,
        _ source: Source,
        in shop: Shop
    ) async throws -> Met {
        let met = try await Met(statement, known, events, observation, shop.settings.guards)
        guard met.judgement.holdsAll, !events.events.emptied.isEmpty else { return met }
        var held = events
        held.isHeldWhole = true
        try await shop.rehome(&held, observation, source)
        return try await Met(statement, known, held, observation, shop.settings.guards)
    }

    /// What a delivery states, judged with the events that it meets.
    private struct Met {
        let events: DeliveryEvents
        let known: KnownOfSource
        let judgement: Judgement
        let overridden: OverriddenPositions

        init(
            _ statement: DeliveryStatement,
            _ known: KnownOfSource,
            _ events: DeliveryEvents,
            _ observation: borrowing Observation,
            _ thresholds: GuardThresholds
        ) async throws {
            var (statement, known) = (statement, known)
            overridden = OverriddenPositions(try await statement.take(events, observation, &known))
            judgement = Judgement(statement, known: known, thresholds: thresholds)
            (self.events, self.known) = (events, known)
        }
    }

    /// What a delivery leaves out, or what a guard holds, is a difference in each delivery until it is taken:
    /// it counts when it is new, and when it is taken.
    private static func counts(
        _ deltas: [Delta],
        _ scope: SnapshotScope,
        _ judgement: Judgement,
        _ known: KnownOfSource,
        _ overridden: OverriddenPositions
    ) -> DeltaCounts {
        var counts = DeltaCounts()
        let doubts = known.doubts
        let taken =
            doubts.isEmpty ? [] : Set(judgement.accepted.lazy.map(\.key).filter { doubts.contains($0) })
        var reasons: [PositionKey: Doubt.Reason] = [:]
        for doubt in judgement.doubts.set { reasons[doubt.key] = doubt.reason }
        // What later events have decided is not the delivery's to change.
        for delta in judgement.accepted where overridden.contains(delta.key) { counts.count(delta) }
        for delta in deltas where delta.kind != .removed || scope == .full {
            if overridden.contains(delta.key) { continue }
            var reason = reasons.isEmpty ? nil : reasons[delta.key]
            if !doubts.isEmpty, let known = doubts.standing(of: delta), !taken.contains(delta.key) {
                if known.isTold { continue }
                reason = reason ?? known.reason
            }
            // Nobody knows whether it has changed.
            if reason?.isUnclear == true { continue }
            counts.count(delta)
        }
        return counts
    }

    private static func statement(
        of observation: borrowing Observation,
        _ intake: SnapshotIntake,
        _ run: RunID,
        at started: Timestamp,
        _ source: Source
    ) -> DeliveryStatement {
        var statement = DeliveryStatement(
            source: source.id,
            run: run,
            scope: intake.scope,
            arrived: started
        )
        statement.deltas = observation.deltas
        statement.statistics = observation.statistics
        statement.unclear = observation.unclear
        statement.isFirst = observation.observed.isFirst || observation.observed.view.count == 0
        statement.isIdentical = observation.isIdentical
        statement.mapping = observation.mapping
        return statement
    }

    private static func statedColumns(
        of intake: SnapshotIntake,
        _ observation: borrowing Observation,
        _ source: Source,
        _ before: RunRecord?
    ) async throws -> StatedColumns? {
        let format = source.settings.format
        let rules = [format.columns.committed, format.columns.unusable]
        guard rules.contains(where: { $0?.isColumn ?? false }) else { return nil }
        let former = before?.statedColumns.map { StatedColumns($0) }
        if observation.isIdentical { return former }
        return try await offPool { try StatedColumns(in: intake.open(), format, former: former) }
    }

    private static func known(
        _ observation: borrowing Observation,
        _ statement: DeliveryStatement,
        doubts: DoubtBook,
        _ units: UnitTable,
        _ mark: HighWaterMark?,
        _ before: RunRecord?
    ) async throws -> KnownOfSource {
        var known = KnownOfSource()
        known.units = units
        (known.doubts, known.past) = (doubts.doubts(of: statement.source), doubts.past)
        known.asOf = mark?.asOf
        if let last = before {
            known.mapping = last.mapping
            known.keylessRows = last.keylessRows
            // Without a mark it was taken back, and so was when the last delivery was true.
            if mark != nil { known.asOf = known.asOf ?? last.asOf }
            known.accepted = AcceptedShape(
                rows: last.counts.rows - last.counts.rejected,
                positions: last.counts.positions,
                endsInsideLine: last.endsInsideLine ?? true
            )
        }
        // A first one is its own baseline.
        if !observation.observed.isFirst {
            let skus = observation.skusToLookUp(units, statement.scope, known.doubts)
            let view = observation.observed.view
            if !skus.isEmpty { known.positions = try await offPool { try view.positions(of: skus) } }
        }
        return known
    }
}

extension Shop {
    /// Whether rows that were not looked at, since their bytes are known, may say something about what is in
    /// doubt.
    func readsAgain(
        _ judged: borrowing JudgedDelivery,
        of source: SourceID,
        at now: Timestamp
    ) async throws -> Bool {
        guard judged.observation.isIdentical, judged.hadDoubts else { return false }
        // Others came in between and put positions in doubt: what these list is not missing.
        if judged.isNew || judged.followsHeldWhole { return true }
        return try await knowsMoreUnits(judged.known.book.doubts(of: source), at: now)
    }

    /// Whether all that the sources know has now been stated for the first time, and one of them states
    /// everything.
    func isFirstFull(_ judged: borrowing JudgedDelivery, of source: SourceID) async -> Bool {
        guard judged.observation.observed.isFirst || judged.observation.observed.view.count == 0 else {
            return false
        }
        var isFull = judged.intake.scope == .full
        for other in sources where other.id != source {
            guard let view = await other.baseline.view, view.count > 0 else { return false }
            isFull = isFull || other.settings.scope == .full
        }
        return isFull
    }
}

extension DeliveryStatement {
    /// Has all that is held whole wait with a run: decided apart, a part of it would stand beside the rest.
    fileprivate mutating func joinWholes(with holder: RunID) {
        for code in GuardTrip.Code.ofWholes { plans[code] = holder }
    }
}
