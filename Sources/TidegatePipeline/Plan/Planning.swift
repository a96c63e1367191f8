import InventoryCore
import OroClient
import StateStore
import TidegateSettings

/// Works out what the touched SKUs should show, and the wishes that this needs; remembers nothing.
struct Planning: Sendable {
    let shop: Shop
    var index: LevelIndex
    let apportioner: Apportioner
    /// The rules, units and publishing by which the figures are made; its version names them.
    let text: RuleText
    /// What the shop has sold and the ERP does not know yet; nothing where orders are not read.
    var orders: ShopOrders?

    /// A plan with everything that becomes durable with it.
    struct Result: Sendable {
        var plan: PushPlan
        let wanted: Int
        /// The wishes as the outbox takes them, in the plan's order.
        var wishes: [AcceptedWish]
        /// Every SKU that was worked out, and the second products that show their stock; known only where
        /// figures are held.
        let skus: Set<SKU>
        let exceptions: ExceptionChanges
        /// Both sides of the division, for every SKU that was worked out.
        let certificate: ConservationCertificate
        /// What the figures were made by.
        let rules: FigureRules
        /// Whether every SKU was worked out.
        let isComplete: Bool
        /// What the history keeps of every SKU that was worked out.
        var stocks: [HistoryStocks] = []
        /// Whether nothing had been stated before.
        var isFirst = false
        /// Levels that had moved by then were worked out, too.
        var movedUntil: Timestamp?
        /// SKUs with figures that would rise if orders could be read.
        var waiting: Set<SKU> = []
        /// SKUs of whose stock the ERP does not know all that was ordered.
        var ordered: [SKU] = []
        /// Whether a timed rule or a quota's period has begun or ended since the last figures.
        var hasTurned = false
    }

    init(shop: Shop, oro: OroClient, at now: Timestamp) throws {
        self.shop = shop
        index = LevelIndex(state: shop.state, shop: oro, identity: shop.identity)
        apportioner = try shop.settings.apportioner(at: now)
        text = apportioner.text
        orders = ShopOrders(shop, at: now)
    }

    /// Plans the SKUs of the accepted deltas, and those whose rules or units changed since the last figures
    /// or whose timed rule has begun or ended.
    ///
    /// A first snapshot has no deltas: every SKU is planned.
    ///
    /// `cleared` are SKUs of which a position is no longer in doubt; `counting` says what is known of how
    /// much is in doubt.
    func plan(
        accepted: [Delta],
        cleared: Set<SKU> = [],
        isFirst: Bool = false,
        on stock: ShopStock,
        isIndexFresh: Bool,
        counting: DoubtCounting? = nil
    ) async throws -> Result {
        let outline = try await outline(
            accepted: accepted,
            cleared: cleared,
            isFirst: isFirst,
            on: stock,
            isIndexFresh: isIndexFresh
        )
        var draft = PlanDraft(apportioner, version: text.version, skus: outline.skus.count)
        let steps = try await PlanSteps(self, stock, outline)
        try await steps.forEach(of: outline.skus) { part in try draft.append(part) }
        return try await finish(draft, outline, on: stock, counting)
    }

    /// Finds out what there is to plan.
    func outline(
        accepted: [Delta],
        cleared: Set<SKU>,
        isFirst: Bool,
        on stock: ShopStock,
        isIndexFresh: Bool
    ) async throws -> PlanOutline {
        let again = isIndexFresh ? LevelIndex.AskedAgain() : try await index.askAgain()
        let scope = try await scope()
        let extent: Scope = isIndexFresh || isFirst ? .everything : scope
        let accepted = accepted.sorted(byBytesOf: \.key.sku)
        let moved = try await shop.state.movedSKUs()
        let named = try await stated(moved.skus + again.lacks.compactMap(\.concerned), in: stock)
        let others = try await others(extent, in: stock)
        let skus = touched(accepted, others: cleared.union(named), others)
        let reasons = PlanReasons(cleared: cleared, moved: named)
        var outline = PlanOutline(accepted: accepted, skus: skus, again: again, reasons: reasons)
        (outline.isFirst, outline.isIndexFresh) = (isFirst, isIndexFresh)
        outline.reasons.isFirst = isFirst
        if case .concerned = extent { outline.reasons.ruled = others }
        if case .everything = extent { outline.isComplete = true }
        if case .concerned = scope { outline.hasTurned = true }
        (outline.former, outline.movedUntil) = (scope.former, moved.until)
        outline.open = try await open(of: skus, again.lacks, former: scope.former)
        return outline
    }

    /// Puts a plan together whose parts are in the draft.
    func finish(
        _ draft: consuming PlanDraft,
        _ outline: PlanOutline,
        on stock: ShopStock,
        _ counting: DoubtCounting?
    ) async throws -> Result {
        let told = [outline.open, draft.exceptions.occurred].joined()
        let isLocationTold = told.contains { $0.code == .unknownLocation }
        let counts = isLocationTold ? stock.positionCounts(after: outline.accepted) : [:]
        // A row that is removed still names its location, so that its level goes to 0.
        draft.exceptions.occurred.removeAll {
            $0.code == .unknownLocation && counts[$0.subject.location ?? ""] == 0
        }
        if !outline.open.isEmpty {
            draft.exceptions.mended = Planning.mended(
                outline.open,
                touched: Set(outline.skus),
                retried: Set(outline.again.lacks.map(\.key)),
                occurred: draft.exceptions.occurred,
                rules: apportioner.rules,
                isStated: { counts[$0, default: 0] > 0 }
            )
        }
        // Asked only where figures are held, which is rare.
        let hasHeld = try await !shop.state.heldFigures().isEmpty
        let (skus, rules) = (outline.skus, apportioner.rules)
        var result = draft.finish(
            FigureRules(text: text, at: apportioner.instant),
            priority: shop.settings.oro.push.priority,
            isComplete: outline.isComplete,
            skus: hasHeld ? Set(skus).union(rules.aliases(of: skus)) : [],
            doubts: try await doubtTotals(of: stock, after: outline.accepted, counting)
        )
        result.movedUntil = outline.movedUntil
        (result.isFirst, result.hasTurned) = (outline.isFirst, outline.hasTurned)
        return result
    }

    /// Plans these SKUs and no others, as stock and rules are now; `skus` come in byte order.
    func plan(only skus: [SKU], on stock: ShopStock) async throws -> Result {
        var draft = PlanDraft(apportioner, version: text.version, skus: skus.count)
        let asking = LevelIndex.Asking(open: [], again: LevelIndex.AskedAgain(), isFresh: false)
        let steps = try await PlanSteps(self, stock, accepted: [], former: nil, asking)
        try await steps.forEach(of: skus) { part in try draft.append(part) }
        return draft.finish(
            FigureRules(text: text, at: apportioner.instant),
            priority: shop.settings.oro.push.priority,
            isComplete: false,
            skus: Set(skus),
            doubts: try await doubtTotals(of: stock, after: [])
        )
    }

    /// Of products whose levels have moved the SKUs with stock, which some of them may only show.
    ///
    /// One without stock is not ours: worked out as a SKU of its own it would be set to 0.
    func stated(_ moved: [SKU], in stock: ShopStock) async throws -> [SKU] {
        guard !moved.isEmpty else { return [] }
        // What a product has shown of another's stock can still be ordered of it.
        let former = orders == nil ? [] : Array(try await shop.state.stocks(shownBy: moved).values)
        let shown = moved.flatMap { apportioner.rules.stocks(shownAs: $0) }
        let candidates = Set(moved + shown + former).sorted()
        let positions = try await stock.positions(of: candidates)
        return candidates.filter { positions[$0]?.isEmpty == false }
    }

    // MARK: Which SKUs are planned

    /// Which SKUs have to be worked out besides those whose stock changed.
    private enum Scope {
        case nothingElse
        /// No run before, or it is not known by which rules.
        case everything
        case concerned(RulingChange, former: Apportioner)

        var former: Apportioner? {
            if case .concerned(_, let former) = self { former } else { nil }
        }
    }

    private func scope() async throws -> Scope {
        guard let made = try await shop.state.figuresMadeBy() else { return .everything }
        if try await shop.state.worksOutEverythingNext() { return .everything }
        guard apportioner.makesOthers(than: made) else { return .nothingElse }
        guard let known = try await shop.state.ruleText(made.version) else { return .everything }
        do {
            let former = try Apportioner(known, at: made.at)
            let turned = apportioner.turned(since: made.at)
            let change = RulingChange(from: former, to: apportioner, turned: turned)
            return .concerned(change, former: former)
        } catch {
            // Another version may write rules differently. Planning every SKU is only slower.
            return .everything
        }
    }

    /// The SKUs that are worked out beside those whose stock has changed, in byte order.
    private func others(_ scope: Scope, in stock: ShopStock) async throws -> [SKU] {
        switch scope {
        case .nothingElse: []
        case .everything: try await stock.skus()
        case .concerned(let change, _): change.isEmpty ? [] : try await stock.skus(concernedBy: change)
        }
    }

    /// The SKUs to work out, in byte order; `accepted` and `others` are in that order, too.
    private func touched(_ accepted: [Delta], others named: Set<SKU>, _ others: [SKU]) -> [SKU] {
        var skus: [SKU] = []
        for delta in accepted where delta.key.sku != skus.last { skus.append(delta.key.sku) }
        return skus.merged(with: others).merged(with: named.sorted(byBytesOf: \.self))
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
        ShopUnit(
            unit: level.key.unit,
            precision: level.precision ?? 0,
            isPrimary: level.isPrimaryUnit,
            conversionRate: level.conversionRate
        )
    }

    // MARK: Exceptions

    /// The open exceptions that a plan of these SKUs may end or has to know of: an export can have left
    /// hundreds of thousands of others.
    func open(
        of skus: [SKU],
        _ retried: [InventoryException],
        former: Apportioner?
    ) async throws -> [InventoryException] {
        let shown = skus.flatMap { apportioner.rules.aliases(of: $0, andBy: former?.rules) }
        let concerned = shown.isEmpty ? skus : Array(Set(skus).union(shown))
        let known =
            try await shop.state.openExceptions(of: concerned)
            + shop.state.openExceptions(code: .unknownLocation, limit: .max)
        var seen: Set<ExceptionKey> = []
        return (known.map(\.exception) + retried).filter { seen.insert($0.key).inserted }
    }

    /// Open exceptions about touched SKUs that did not occur again, and those `retried` of which nothing is
    /// stated any more.
    static func mended(
        _ open: [InventoryException],
        touched: Set<SKU>,
        retried: Set<ExceptionKey> = [],
        occurred: [InventoryException],
        rules: RuleSet,
        isStated: (Location) -> Bool = { _ in true }
    ) -> [ExceptionKey] {
        let again = Set(occurred.map(\.key))
        let ofFigures: Set<InventoryException.Code> = [
            .unknownSKU, .unknownLevel, .unknownUnit, .unitFactorsDiffer, .negativeStock, .oversold,
            .quantityTooLarge, .orderUnitUnknown, .unattributedOrder, .figureStranded,
        ]
        return open.filter { exception in
            guard !again.contains(exception.key) else { return false }
            if exception.code == .unknownLocation {
                // One without a name has no field for it.
                let location = exception.subject.location ?? ""
                return rules.role(of: location) != nil || !isStated(location)
            }
            if retried.contains(exception.key) { return true }
            if exception.code == .figureStranded, let product = exception.subject.sku,
                rules.stocks(shownAs: product).contains(where: touched.contains)
            {
                return true
            }
            return ofFigures.contains(exception.code) && exception.concerned.map(touched.contains) == true
        }.map(\.key)
    }
}
