import InventoryCore
package import OroClient
import StateStore
import TidegateSettings

/// One audit: compares the shop's levels with what it has confirmed, records drift, and mends it on request.
package struct AuditRun {
    private let shop: Shop
    private let oro: OroClient
    private let options: Options
    private let events: RunEvents
    private let started = Timestamp.now
    private var report = AuditReport()
    private var found: [FoundDrift] = []
    /// Levels that show what was written under another name, and that no source states under this one.
    private var stranded: Set<LevelRow> = []

    package struct Options: Hashable, Sendable {
        /// Sends the published figures of drifted levels again.
        package var repairs = false
        /// How many levels to look at; nothing means all.
        package var sample: Int?

        package init() {}
    }

    /// Drifts kept for the report and for repair, about 30 MB; with more than that something else is wrong.
    package static let driftsMax = 100_000
    /// An audit that was broken off longer ago starts over: what it has seen is too old.
    package static let resumeSecondsMax: Int64 = 3600
    private static let rowsPerPage = 5_000
    /// With fewer levels a second reader only costs a request.
    private static let twoReadersMin = 4_000

    package init(shop: Shop, oro: OroClient, options: Options, events: @escaping RunEvents = { _ in }) {
        self.shop = shop
        self.oro = oro
        self.options = options
        self.events = events
    }

    private var state: StateDatabase { shop.state }
    private var index: LevelIndex { LevelIndex(state: shop.state, shop: oro, identity: shop.identity) }

    /// Audits.
    ///
    /// An audit of all levels is recorded page by page, so that one that was broken off can be continued.
    ///
    /// - Throws: `Fault`.
    package mutating func perform() async throws -> AuditReport {
        do {
            let began = ContinuousClock.now
            let requestsBefore = oro.requestsSent
            guard try await state.indexProgress().completed != nil else { throw AuditRun.nothingYet }
            try await shop.identity.require(oro)
            stranded = Set(try await MovedFigures(shop, oro).settle().map(\.row))
            if let sample = options.sample { try await look(at: sample) } else { try await lookAtAll() }
            let mended = options.repairs ? try await repair() : []
            finish(mended)
            report.requests = oro.requestsSent - requestsBefore
            let elapsed = (ContinuousClock.now - began).components
            report.seconds = Double(elapsed.seconds) + (Double(elapsed.attoseconds) / 1e15).rounded() / 1000
            try await state.remember(report)
            return report
        } catch {
            throw Fault(error)
        }
    }

    // MARK: look

    private mutating func look(at count: Int) async throws {
        let rows = try await state.auditSample(count: count)
        let strangers = try await ask(rows)
        try await state.record(found, extent: .levels(rows.map(\.row)), at: .now)
        try await settle(strangers)
        try await MovedFigures(shop, oro).settle()
    }

    private mutating func lookAtAll() async throws {
        var audit = try await begin()
        report.levels = audit.counts
        let walk = AuditWalk(shop: oro, middle: audit.middle)
        let known = try await state.resolvedLevelCount()
        var hasSight = false
        try await walk.forEachPage(after: audit) { page in
            if page.levels.isEmpty, !page.unnamed.isEmpty, !hasSight {
                try await index.requireSight()
                hasSight = true
            }
            let rows = try await state.auditRows(of: page.levels.map(\.id) + page.unnamed)
            var audited = AuditedPage()
            audited.rows = rows.values.map(\.row)
            var ours: [AuditRow] = []
            var quantities: [LevelID: Quantity] = [:]
            for level in page.levels {
                guard let row = rows[level.id], row.level.key == level.key else {
                    audited.strangers.append(level.id)
                    continue
                }
                ours.append(row)
                quantities[level.id] = level.quantity
            }
            audited.confirmed = ours.map(\.level.id)
            audited.found = try await compare(ours) { quantities[$0].map { .quantity($0) } ?? .gone }
            report.levels.read += page.levels.count + page.unnamed.count
            report.levels.hidden += page.unnamed.count
            report.levels.new += audited.strangers.count
            keep(audited.found)
            audit[page.half] = page.progress
            audit.counts = report.levels
            try await state.record(audited, of: audit, at: .now)
            events(.progressed(StepProgress(.audit, done: report.levels.read, of: known)))
        }
        // What the broken off part of it saw was an hour ago at most, and may be over.
        if report.resumedFrom != nil { keepOnly(try await AuditRepair(shop, oro).lookAgain(found)) }
        let missed = try await lookForMissing(audit)
        try await settle(try await state.strangers() + missed)
        keep(try await MovedFigures(shop, oro).found(besides: found))
        try await state.finish(audit, found: found, at: .now)
    }

    /// Continues an audit that was broken off not long ago, or begins one.
    private mutating func begin() async throws -> AuditProgress {
        let since = started.adding(seconds: -AuditRun.resumeSecondsMax)
        if let open = try await state.openAudit(since: since) {
            report.resumedFrom = open.started
            let rows = try await state.auditRows(driftingSince: open, limit: AuditRun.driftsMax)
            let grace = Int64(shop.settings.audit.graceSeconds)
            keep(
                rows.compactMap { row in
                    guard let seen = row.level.seen, !row.isInMotion else { return nil }
                    let shown = ShownLevel.quantity(seen.quantity)
                    let drift = Drift(row.level, shows: shown, graceSeconds: grace, now: .now)
                    return drift.map { FoundDrift(row: row.row, drift: $0) }
                }
            )
            return open
        }
        let count = try await state.resolvedLevelCount()
        let middle = count >= AuditRun.twoReadersMin ? try await state.middleLevelID() : nil
        let isNumeric = middle?.text.utf8.allSatisfy { (0x30...0x39).contains($0) } == true
        return try await state.beginAudit(middle: isNumeric ? middle : nil, at: .now)
    }

    /// Asks for the levels that the walk did not meet by their ids: they may have been made meanwhile.
    ///
    /// - Returns: those that are another SKU's now.
    private mutating func lookForMissing(_ audit: AuditProgress) async throws -> [LevelID] {
        var after: LevelRow?
        var strangers: [LevelID] = []
        while true {
            let rows = try await state.auditRows(unseenBy: audit, after: after, limit: AuditRun.rowsPerPage)
            strangers += try await ask(rows)
            guard rows.count == AuditRun.rowsPerPage, let last = rows.last else { return strangers }
            after = last.row
        }
    }

    /// Asks for levels by their ids and compares them; gives those that are another SKU's now.
    private mutating func ask(_ rows: [AuditRow]) async throws -> [LevelID] {
        guard !rows.isEmpty else { return [] }
        let answer = try await oro.named(rows.map(\.level.id))
        let sawNothing = report.levels.read == report.levels.hidden
        if answer.levels.isEmpty, sawNothing { try await index.requireSight() }
        let shown = Dictionary(answer.levels.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let hidden = Set(answer.unnamed)
        func isMoved(_ row: AuditRow) -> Bool { shown[row.level.id].map { $0.key != row.level.key } ?? false }
        let still = rows.filter { !hidden.contains($0.level.id) && !isMoved($0) }
        report.levels.read += isSample ? answer.levels.count : 0
        report.levels.hidden += rows.count { hidden.contains($0.level.id) }
        keep(try await compare(still) { id in shown[id].map { .quantity($0.quantity) } ?? .gone })
        // One that is stranded and gone is nobody's: its id is let go of.
        let stranded = stranded
        func isOver(_ row: AuditRow) -> Bool { stranded.contains(row.row) && shown[row.level.id] == nil }
        return rows.filter { !hidden.contains($0.level.id) && (isMoved($0) || isOver($0)) }.map(\.level.id)
    }

    private var isSample: Bool { options.sample != nil }

    /// Asks again for levels that the state does not know, or knows as another SKU's, and gives each id to
    /// the SKU that carries it now.
    private mutating func settle(_ strangers: [LevelID]) async throws {
        guard !strangers.isEmpty else { return }
        let before = try await state.auditRows(of: strangers)
        let confirmation = try await index.confirm(strangers)
        let moved = before.values.filter { row in
            confirmation.shown[row.level.id].map { $0.key != row.level.key } ?? false
        }
        let skus = Array(Set(moved.map(\.level.key.sku))).sorted()
        let levels = Dictionary(
            try await state.levels(of: skus).map { ($0.row, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let rows = Dictionary(moved.map { ($0.level.id, $0.row) }, uniquingKeysWith: { first, _ in first })
        let drifts = try await compare(moved) { id in
            let level = rows[id].flatMap { levels[$0] }
            return .moved(to: confirmation.shown[id]?.key, level?.id != nil ? level?.published : nil)
        }
        keep(drifts)
        if isSample { try await state.record(drifts, extent: .levels(drifts.map(\.row)), at: .now) }
        let twice = Dictionary(
            confirmation.duplicates.map { ($0.kept, $0.other) },
            uniquingKeysWith: { first, _ in first }
        )
        let kept = try await state.auditRows(of: Array(twice.keys))
        report.levels.compared -= kept.values.count { !$0.isInMotion }
        keep(try await compare(Array(kept.values)) { id in twice[id].map { .twice($0) } ?? .gone })
        if !isSample { report.levels.new = max(0, report.levels.new - moved.count - kept.count) }
    }

    /// Compares levels of ours with what the shop shows, and gives what differs.
    private mutating func compare(
        _ rows: [AuditRow],
        shows: (LevelID) -> ShownLevel
    ) async throws -> [FoundDrift] {
        var still = rows.filter { !$0.isInMotion }
        var orders = ExplainedDrops.unknown
        let hasDropped = still.contains { row in
            if case .quantity(let shown) = shows(row.level.id) { shown < row.level.published } else { false }
        }
        if hasDropped, shop.settings.orders != nil {
            (still, orders) = try await ExplainedDrops.look(at: still, in: shop, oro)
        }
        report.levels.inMotion += rows.count - still.count
        let names = try await FollowedNames(still.filter { !$0.wasWritten }.map(\.level.key.sku), in: shop)
        let grace = Int64(shop.settings.audit.graceSeconds)
        let followed = still.filter { !stranded.contains($0.row) }
        var drifts = try await compareStranded(still.filter { stranded.contains($0.row) }, shows: shows)
        var unwritten: [AuditRow] = []
        for row in followed {
            guard row.wasWritten || names.standing(of: row.level.key.sku) != .unstated else {
                report.levels.foreign += 1
                continue
            }
            report.levels.compared += 1
            let drift = Drift(
                row.level,
                shows: shows(row.level.id),
                explained: orders[row.level.key],
                graceSeconds: grace,
                now: .now
            )
            guard let drift else { continue }
            drifts.append(FoundDrift(row: row.row, drift: drift))
            if !row.wasWritten { unwritten.append(row) }
        }
        guard !unwritten.isEmpty else { return drifts }
        // Of what we never wrote only the units that are published are ours.
        let wanted = try await WantedFigures(
            of: unwritten.flatMap { names.stocks(of: $0.level.key.sku) },
            in: shop
        )
        let others = Set(unwritten.filter { wanted[$0.level.key] == nil }.map(\.row))
        report.levels.foreign += others.count
        report.levels.compared -= others.count
        return drifts.filter { !others.contains($0.row) }
    }

    /// Looks whether stranded levels still show what was written into them, less what was sold since; of
    /// those that show something else somebody has taken care.
    private mutating func compareStranded(
        _ rows: [AuditRow],
        shows: (LevelID) -> ShownLevel
    ) async throws -> [FoundDrift] {
        var drifts: [FoundDrift] = []
        var released: [LevelRow: Quantity] = [:]
        for row in rows {
            guard case .quantity(let shown) = shows(row.level.id) else { continue }
            report.levels.compared += 1
            let written = WrittenFigure(row.level.published, hasMoved: true)
            guard FigureOwner(of: written, shows: shown, under: .unstated) == .nobody else {
                released[row.row] = shown
                continue
            }
            let drift = Drift(row.level, shows: .stranded(shown), graceSeconds: 0, now: .now)
            if let drift { drifts.append(FoundDrift(row: row.row, drift: drift)) }
        }
        try await state.releaseStranded(released, at: .now)
        stranded.subtract(released.keys)
        return drifts
    }

    private mutating func keep(_ drifts: [FoundDrift]) {
        for drift in drifts {
            report.counts[drift.drift.kind, default: 0] += 1
            if found.count < AuditRun.driftsMax { found.append(drift) } else { report.unlisted += 1 }
        }
    }

    /// Looks once more and mends; gives what shows its figure now.
    private mutating func repair() async throws -> Set<LevelRow> {
        let repair = AuditRepair(shop, oro)
        keepOnly(try await repair.lookAgain(found))
        let mended = try await repair.mend(found)
        return mended.union(try await repair.mendMoved(found))
    }

    /// Forgets drifts that are over.
    private mutating func keepOnly(_ left: [FoundDrift]) {
        for drift in found { report.counts[drift.drift.kind, default: 0] -= 1 }
        for drift in left { report.counts[drift.drift.kind, default: 0] += 1 }
        report.counts = report.counts.filter { $0.value > 0 }
        found = left
    }

    private mutating func finish(_ mended: Set<LevelRow>) {
        report.rows = found.sorted {
            $0.drift.distance != $1.drift.distance
                ? $0.drift.distance > $1.drift.distance : $0.drift.key < $1.drift.key
        }.map { one in
            let outcome: AuditReport.Outcome =
                one.drift.isTolerated ? .tolerated : mended.contains(one.row) ? .repaired : .open
            return AuditReport.Row(drift: one.drift, outcome: outcome)
        }
    }

    private static let nothingYet = Fault(
        .inputMissing,
        code: "state_missing",
        message:
            "The shop's levels have never been read to the end, so there is nothing to compare them with.",
        hint: "Run `tidegate sync` first."
    )
}
