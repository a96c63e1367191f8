import InventoryCore
import StateStore
import TidegatePipeline

/// Why a SKU shows what it shows: from what the ERP states to the levels of the shop.
struct SKUView: Sendable {
    let sku: String
    let mark: StateMark
    let sentence: String
    let bridges: [String]
    let levels: [LevelRow]
    let positions: [PositionRow]
    let doubts: [DoubtRow]
    let fences: [FenceRow]
    let past: SKUPast
    let exceptions: [ExceptionRow]
    let rules: String
    let story: String

    struct LevelRow: Sendable {
        let sku: String
        let place: String
        let wanted: String
        let published: String
        let mark: StateMark
        let at: ShownTime?
    }

    struct PositionRow: Sendable {
        let location: String
        /// In their own units.
        let rows: String
        let net: String
        let site: String
    }

    struct DoubtRow: Sendable {
        let place: String
        let reason: String
        let since: ShownTime
        let range: String
        let held: ShownLink?
    }

    struct FenceRow: Sendable {
        let fence: String
        let site: String
        let rule: String
        let target: String
        let filled: String
        let dedicated: String
        let quota: String?
        let mark: StateMark
    }

    struct ExceptionRow: Sendable {
        let words: String
        let href: String
        let message: String
        let firstStep: String
    }

    init(_ flow: SKUFlow, _ past: SKUPast, _ visit: Visit) {
        let (link, now) = (visit.link, visit.now)
        sku = flow.sku.text
        levels = flow.levels.map { LevelRow($0, of: flow.sku, at: now) }
        let late = levels.filter { $0.mark.tone == StateMark.Tone.bad.rawValue }.count
        let busy = levels.filter { $0.mark.tone == StateMark.Tone.busy.rawValue }.count
        mark =
            late > 0
            ? StateMark(.bad, "cannot be written")
            : !flow.doubts.isEmpty
                ? StateMark(.warn, "in doubt")
                : busy > 0
                    ? StateMark(.busy, "under way")
                    : flow.levels.isEmpty ? StateMark(.idle, "shown nowhere") : StateMark(.good, "as wanted")
        sentence = SKUView.sentence(flow)
        bridges = flow.sites.enumerated().map { SKUBridge($1, number: $0, flow).chart.html }
        positions = flow.places.map { place in
            PositionRow(
                location: place.location.text.isEmpty ? "(no name)" : place.location.text,
                rows: place.rows.map { "\($0.net.shown) \($0.key.unit)" }.joined(separator: ", "),
                net: place.net.shown,
                site: place.fence.map { "all for \($0)" } ?? place.site?.text ?? "no site: not offered"
            )
        }
        doubts = flow.doubts.map { DoubtRow($0, link, at: now) }
        fences = flow.sites.flatMap { site in site.fences.map { FenceRow($0, at: site.id) } }
        self.past = past
        exceptions = flow.exceptions.map { stored in
            let code = stored.exception.code
            return ExceptionRow(
                words: code.words,
                href: stored.group.map { link.to("exceptions", "\($0)") }
                    ?? link.to("exceptions", query: [("code", code.rawValue)]),
                message: stored.exception.message,
                firstStep: PageText.marked(code.firstStep)
            )
        }
        rules = String(flow.rulesVersion.prefix(12))
        story = "/v1/shops/\(PageLink.escaped(visit.served.id.text))/skus/\(PageLink.escaped(flow.sku.text))"
    }

    private static func sentence(_ flow: SKUFlow) -> String {
        let own = flow.levels.filter { $0.key.sku == flow.sku }
        let shown = own.map { level in
            let place = level.key.warehouse.map { " in \($0)" } ?? ""
            return "\(level.receipts?.level.published?.shown ?? "nothing yet")\(place)"
        }
        var net = QuantityTotal.zero
        for site in flow.sites { net.add(site.stock) }
        let set = flow.sites.flatMap(\.fences).map(\.filled)
        var apart = QuantityTotal.zero
        for one in set { apart.add(one) }
        let place =
            shown.isEmpty ? "The shop has no level of it" : "The shop shows \(shown.joined(separator: ", "))"
        return "\(place): \(net.shown) in stock, \(apart.shown) set apart for fences."
    }
}

extension LevelKey {
    /// Unit and warehouse, with the SKU where it is another than this.
    func place(besides sku: SKU) -> String {
        let parts = [self.sku == sku ? nil : self.sku.text, unit.text, warehouse]
        return parts.compactMap(\.self).joined(separator: " · ")
    }
}

extension SKUView.LevelRow {
    fileprivate init(_ level: SKUFlow.Level, of sku: SKU, at now: Timestamp) {
        self.sku = level.key.sku.text
        place = level.key.place(besides: sku)
        wanted = level.wanted?.shown ?? "as it is"
        let stored = level.receipts?.level
        published = stored?.published?.shown ?? "not known"
        mark =
            switch stored?.wish?.standing {
            case .waiting: StateMark(.busy, "waits to be written")
            case .claimed: StateMark(.busy, "is on its way")
            case .unresolved: StateMark(.busy, "is looked up in the shop")
            case .unknown: StateMark(.bad, "the shop does not have it")
            case .refused: StateMark(.bad, "refused by the shop")
            case nil: stored?.published == nil ? StateMark(.idle, "not shown") : StateMark(.good, "confirmed")
            }
        at = level.receipts?.applied.map { ShownTime($0.at, at: now) }
    }
}

extension SKUView.DoubtRow {
    fileprivate init(_ doubt: Doubt, _ link: PageLink, at now: Timestamp) {
        place = "\(doubt.key.place) \(doubt.key.unit)"
        reason = doubt.reason.rawValue.replacing("_", with: " ")
        since = ShownTime(doubt.since, at: now)
        range = doubt.interval.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "never clearly stated"
        held =
            doubt.waitsForDecision
            ? doubt.run.map { ShownLink(href: link.to("plans", $0.text), text: "decide") } : nil
    }
}

extension SKUView.FenceRow {
    fileprivate init(_ share: SKUFlow.FenceShare, at site: SiteID) {
        fence = share.id.text
        self.site = site.text
        rule = share.rule ?? "no rule now"
        target = share.target.shown
        filled = share.filled.shown
        dedicated = share.dedicated.shown
        quota = share.quota.map { "\(share.consumed.shown) of \($0.shown)" }
        mark =
            share.filled < share.target ? StateMark(.warn, "short") : StateMark(.good, "filled")
    }
}
