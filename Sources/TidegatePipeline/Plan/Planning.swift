import InventoryCore
import OroClient
import StateStore
import TidegateSettings

/// Works out what the touched articles should show, and the writes that this needs; remembers nothing.
struct Planning: Sendable {
    let workspace: Workspace
    let index: LevelIndex
    let apportioner: Apportioner
    /// The rules, units and publishing by which the figures are made; its version names them.
    let text: RuleText

    /// What a plan holds besides its writes.
    struct Result: Sendable {
        let plan: PushPlan
        let wanted: Int
        /// The writes as the outbox takes them, in the plan's order.
        let writes: [AcceptedWrite]
        let exceptions: ExceptionChanges
        /// Both sides of the division of every article that was worked out, the others not among them.
        let certificate: ConservationCertificate
        /// What the figures were made by.
        let text: RuleText
        /// Whether every article was worked out.
        let isComplete: Bool
    }

    init(workspace: Workspace, shop: OroClient, at now: Timestamp) throws {
        let settings = workspace.settings
        self.workspace = workspace
        index = LevelIndex(state: workspace.state, shop: shop)
        apportioner = Apportioner(
            rules: settings.rules,
            units: try settings.units.table(),
            publishUnits: settings.oro.publishUnits,
            at: now
        )
        text = apportioner.text
    }

    /// Plans for the articles of the accepted deltas, and for those that are ruled otherwise than in the last
    /// run: by other rules, other units, or because a rule has begun or ended since.
    ///
    /// Of a first snapshot there are no deltas, and every article is new.
    func plan(
        accepted: [Delta],
        isFirst: Bool = false,
        since last: RunRecord?,
        isIndexFresh: Bool
    ) async throws -> Result {
        let open = try await workspace.state.openExceptions(limit: .max)
        let retried = Planning.retried(open)
        let scope = try await scope(since: last)
        let extent: Scope = isIndexFresh || isFirst ? .everything : scope
        let accepted = accepted.sorted(byBytesOf: \.key.sku)
        let skus = try await touched(accepted, retried: retried, extent)
        var draft = PlanDraft(
            apportioner,
            version: text.version,
            articles: skus.count
        )
        let asking = LevelIndex.Asking(open: open, retried: retried, isFresh: isIndexFresh)
        let steps = PlanSteps(self, accepted: accepted, former: scope.former, asking)
        try await steps.forEach(of: skus) { part in try draft.append(part) }
        if !open.isEmpty {
            draft.exceptions.mended = Planning.mended(
                open,
                touched: Set(skus),
                occurred: draft.exceptions.occurred,
                rules: apportioner.rules
            )
        }
        var isComplete = false
        if case .everything = extent { isComplete = true }
        let priority = workspace.settings.oro.push.priority
        return draft.finish(text, priority: priority, isComplete: isComplete)
    }

    // MARK: Whom it concerns

    /// Which articles have to be worked out besides those whose stock changed.
    private enum Scope {
        case nothingElse
        /// No run before, or nobody knows by which rules.
        case everything
        case concerned(RulingChange, former: Apportioner)

        var former: Apportioner? {
            if case .concerned(_, let former) = self { former } else { nil }
        }
    }

    private func scope(since last: RunRecord?) async throws -> Scope {
        guard let last, let version = last.rulesVersion else { return .everything }
        if try await workspace.state.worksOutEverythingNext() { return .everything }
        if version == text.version.text {
            let next = apportioner.rules.nextChange(after: last.started)
            guard let next, next <= apportioner.instant else { return .nothingElse }
        }
        guard let known = try await workspace.state.ruleText(version) else { return .everything }
        do {
            let former = try Apportioner(known, at: last.started)
            return .concerned(RulingChange(from: former, to: apportioner), former: former)
        } catch {
            // A text that another version wrote otherwise: working out everything is only slower.
            return .everything
        }
    }

    /// The articles to work out, in byte order; `accepted` is in that order, too.
    private func touched(_ accepted: [Delta], retried: Set<SKU>, _ scope: Scope) async throws -> [SKU] {
        var skus: [SKU] = []
        for delta in accepted where delta.key.sku != skus.last { skus.append(delta.key.sku) }
        var others: [SKU] = []
        switch scope {
        case .nothingElse: break
        case .everything: others = try await workspace.baseline.skus()
        case .concerned(let change, _):
            if !change.isEmpty { others = try await workspace.baseline.skus(concernedBy: change) }
        }
        if others.isEmpty, retried.isEmpty { return skus }
        if skus.isEmpty, retried.isEmpty { return others }
        return Set(skus).union(others).union(retried).sorted(byBytesOf: \.self)
    }

    static func shopUnits(_ levels: some Collection<StoredLevel>) -> [ShopUnit] {
        // A level that is gone for the moment still tells its unit.
        func isKnown(_ level: StoredLevel) -> Bool { level.id != nil || level.pending != nil }
        if levels.count == 1, let only = levels.first { return isKnown(only) ? [shopUnit(only)] : [] }
        let known = levels.filter(isKnown)
        guard known.count > 1 else { return known.map(shopUnit) }
        var units: [StockUnit: ShopUnit] = [:]
        for level in known { units[level.key.unit] = shopUnit(level) }
        return units.values.sorted { $0.unit < $1.unit }
    }

    private static func shopUnit(_ level: StoredLevel) -> ShopUnit {
        ShopUnit(unit: level.key.unit, precision: level.precision ?? 0, isPrimary: level.isPrimaryUnit)
    }

    // MARK: Exceptions

    /// Some of the articles that the shop did not have, or not everywhere, to see whether it has them now:
    /// those seen longest ago.
    private static func retried(_ open: [StoredException]) -> Set<SKU> {
        let unknown = open.filter { [.unknownSKU, .unknownLevel].contains($0.exception.code) }
            .sorted { $0.seen < $1.seen }
        return Set(
            unknown.prefix(LevelIndex.retriedMax).map { LevelKey.sku(ofSubject: $0.exception.subject) }
        )
    }

    /// Open exceptions about touched articles that did not occur again.
    private static func mended(
        _ open: [StoredException],
        touched: Set<SKU>,
        occurred: [InventoryException],
        rules: RuleSet
    ) -> [ExceptionKey] {
        let again = Set(occurred.map { ExceptionKey(code: $0.code, subject: $0.subject) })
        let ofFigures: Set<InventoryException.Code> = [
            .unknownSKU, .unknownLevel, .unknownUnit, .negativeStock, .oversold, .quantityTooLarge,
        ]
        return open.map { ExceptionKey(code: $0.exception.code, subject: $0.exception.subject) }.filter {
            key in
            guard !again.contains(key) else { return false }
            if key.code == .unknownLocation { return rules.role(of: Location(key.subject)) != nil }
            let sku = key.subject.split(separator: " ", maxSplits: 1).first.map { SKU(String($0)) }
            return ofFigures.contains(key.code)
                && (touched.contains(SKU(key.subject)) || sku.map(touched.contains) == true)
        }
    }
}

extension LevelKey {
    /// The article that a subject such as `AB-1 / item / Leeds` begins with.
    static func sku(ofSubject subject: String) -> SKU {
        SKU(subject.firstRange(of: " / ").map { String(subject[..<$0.lowerBound]) } ?? subject)
    }
}
