import InventoryCore
package import OroClient
import StateStore
import TidegateSettings

/// One audit: compares the shop's levels with what it has confirmed, records drift, and mends it on request.
package struct AuditRun {
    private let shop: Shop
    private let oro: OroClient
    private let options: Options
    private let started = Timestamp.now
    private var report = AuditReport()
    private var found: [FoundDrift] = []

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

    package init(shop: Shop, oro: OroClient, options: Options) {
        self.shop = shop
        self.oro = oro
        self.options = options
    }

    private var state: StateDatabase { shop.state }

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
            if let sample = options.sample { try await look(at: sample) } else { try await lookAtAll() }
            let mended = options.repairs ? try await repair() : []
            finish(mended)
            report.requests = oro.requestsSent - requestsBefore
            let elapsed = (ContinuousClock.now - began).components
            report.seconds = Double(elapsed.seconds) + (Double(elapsed.attoseconds) / 1e15).rounded() / 1000
            return report
        } catch {
            throw Fault(error)
        }
    }

    // MARK: look

    private mutating func look(at count: Int) async throws {
        let rows = try await state.auditSample(count: count)
        let answer = await oro.readBack(rows.map(\.level.id))
        guard case .levels(let quantities) = answer else { throw Fault(unread: answer) }
        report.levels.read = quantities.count
        keep(try await compare(rows) { quantities[$0].map { .quantity($0) } ?? .gone })
        try await state.record(found, extent: .levels(rows.map(\.row)), at: .now)
    }

    private mutating func lookAtAll() async throws {
        var audit = try await begin()
        report.levels = audit.counts
        let walk = AuditWalk(shop: oro, middle: audit.middle)
        try await walk.forEachPage(after: audit) { page in
            let rows = try await state.auditRows(of: page.quantities.map(\.0))
            let quantities = Dictionary(page.quantities, uniquingKeysWith: { _, last in last })
            var audited = AuditedPage()
            audited.rows = rows.values.map(\.row)
            audited.strangers = page.quantities.map(\.0).filter { rows[$0] == nil }
            let known = page.quantities.compactMap { rows[$0.0] }
            audited.found = try await compare(known) { quantities[$0].map { .quantity($0) } ?? .gone }
            report.levels.read += page.quantities.count
            report.levels.new += audited.strangers.count
            keep(audited.found)
            audit[page.half] = page.progress
            audit.counts = report.levels
            try await state.record(audited, of: audit, at: .now)
        }
        try await lookForMissing(audit)
        try await lookForDuplicates()
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
    private mutating func lookForMissing(_ audit: AuditProgress) async throws {
        var after: LevelRow?
        while true {
            let rows = try await state.auditRows(unseenBy: audit, after: after, limit: AuditRun.rowsPerPage)
            if !rows.isEmpty {
                let answer = await oro.readBack(rows.map(\.level.id))
                guard case .levels(let quantities) = answer else { throw Fault(unread: answer) }
                keep(try await compare(rows) { quantities[$0].map { .quantity($0) } ?? .gone })
            }
            guard rows.count == AuditRun.rowsPerPage, let last = rows.last else { return }
            after = last.row
        }
    }

    /// Looks up the levels that the state does not know: they are new, or second ones of known levels.
    private mutating func lookForDuplicates() async throws {
        let strangers = try await state.strangers()
        guard !strangers.isEmpty else { return }
        let named = try await oro.named(strangers)
        let levels = try await state.levels(of: Array(Set(named.map(\.key.sku))).sorted())
        let ids = Dictionary(
            levels.compactMap { level in level.id.map { (level.key, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
        let seconds = Dictionary(
            named.compactMap { level in ids[level.key].map { ($0, level.id) } },
            uniquingKeysWith: { first, _ in first }
        )
        let gone = Set(found.lazy.filter { $0.drift.kind == .missing }.map(\.drift.level))
        let rows = try await state.auditRows(of: seconds.keys.filter { !gone.contains($0) })
        report.levels.new -= rows.count
        report.levels.compared -= rows.values.count { !$0.isInMotion }
        keep(try await compare(Array(rows.values)) { id in seconds[id].map { .twice($0) } ?? .gone })
    }

    /// Compares levels of ours with what the shop shows, and gives what differs.
    private mutating func compare(
        _ rows: [AuditRow],
        shows: (LevelID) -> ShownLevel
    ) async throws -> [FoundDrift] {
        let still = rows.filter { !$0.isInMotion }
        report.levels.inMotion += rows.count - still.count
        let doubtful = still.filter { !$0.wasWritten }.map(\.level.key.sku)
        let listed = doubtful.isEmpty ? [:] : try await shop.stock().positions(of: doubtful)
        let grace = Int64(shop.settings.audit.graceSeconds)
        var drifts: [FoundDrift] = []
        for row in still {
            guard row.wasWritten || listed[row.level.key.sku]?.isEmpty == false else {
                report.levels.foreign += 1
                continue
            }
            report.levels.compared += 1
            let drift = Drift(row.level, shows: shows(row.level.id), graceSeconds: grace, now: .now)
            if let drift { drifts.append(FoundDrift(row: row.row, drift: drift)) }
        }
        return drifts
    }

    private mutating func keep(_ drifts: [FoundDrift]) {
        for drift in drifts {
            report.counts[drift.drift.kind, default: 0] += 1
            if found.count < AuditRun.driftsMax { found.append(drift) } else { report.unlisted += 1 }
        }
    }

    // MARK: mend

    /// Wishes the published figures again and pushes; gives the rows that show them now.
    private func repair() async throws -> Set<LevelRow> {
        let repairable = found.filter { $0.drift.isRepairable }
        guard try await state.repair(repairable, priority: shop.settings.oro.push.priority, at: .now) > 0
        else { return [] }
        let pusher = Pusher(state: state, shop: oro, settings: shop.settings)
        let outcome = try await pusher.push()
        if let trouble = outcome.trouble { throw trouble }
        let skus = Array(Set(repairable.map(\.drift.key.sku))).sorted()
        let levels = try await state.levels(of: skus)
        let published = Dictionary(levels.map { ($0.row, $0) }, uniquingKeysWith: { first, _ in first })
        return Set(
            repairable.filter { one in
                let level = published[one.row]
                return level?.pending == nil && level?.published == one.drift.published && level?.id != nil
            }.map(\.row)
        )
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

extension Fault {
    /// A shop that does not say what its levels show.
    fileprivate init(unread answer: ReadBackAnswer) {
        switch answer {
        case .trouble(let trouble): self.init(trouble)
        case .levels: self.init(.outage("its levels could not be read"))
        }
    }
}
