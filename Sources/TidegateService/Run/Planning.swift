import InventoryCore
import OroClient
import StateStore

/// Works out what the touched articles should show, and the writes that this needs; remembers nothing.
struct Planning: Sendable {
    let workspace: Workspace
    let index: LevelIndex
    let apportioner: Apportioner
    /// Names the rules, units and publishing by which the figures are made.
    let version: String

    private static let levelsPerPage = 10_000

    /// What a plan holds besides its writes.
    struct Result: Sendable {
        let plan: PushPlan
        let wanted: Int
        /// The writes as the outbox takes them, in the plan's order.
        let writes: [AcceptedWrite]
        let exceptions: ExceptionChanges
        /// Both sides of the division of every article that was worked out, the others not among them.
        let certificate: ConservationCertificate
        /// Whether every article was worked out anew.
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
        version = apportioner.figuresVersion
    }

    /// Plans for the articles of the accepted deltas, and for all where rules, units or validity changed.
    func plan(accepted: [Delta], since last: RunRecord?, isIndexFresh: Bool) async throws -> Result {
        let open = try await workspace.state.openExceptions(limit: .max)
        let retried = Planning.retried(open)
        let isComplete = last.map(rulesChanged) ?? true
        let skus = try await touched(accepted, retried: retried, all: isComplete || isIndexFresh)
        var stocks: [SKU: SKU] = [:]
        for sku in skus { for alias in apportioner.rules.aliases(of: sku) { stocks[alias] = sku } }
        let shown = Set(skus).union(stocks.keys)
        let levels = try await index.levels(of: shown.sorted(), retried: retried, isFresh: isIndexFresh)
        var positions = await workspace.baseline.positions(of: skus)
        for delta in accepted { Planning.apply(delta, to: &positions[delta.key.sku, default: []]) }

        var wanted: [WantedLevel] = []
        var exceptions = ExceptionChanges()
        var certificate = CertificateDraft(rules: apportioner.rules)
        var known = Dictionary(
            // One that is gone may be found again, and must not get an older wish then.
            levels.values.joined().lazy.filter { $0.id != nil || $0.pending != nil }.map { ($0.key, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for sku in skus {
            let stock = positions[sku] ?? []
            let units = Planning.shopUnits(levels[sku] ?? [])
            let isUnknown = Planning.isUnknown(levels[sku] ?? [])
            let apportionment = apportioner.apportion(
                sku,
                positions: stock,
                shopUnits: units,
                aliasUnits: { Planning.shopUnits(levels[$0] ?? []) }
            )
            exceptions.occurred += apportionment.exceptions
            for allocation in apportionment.allocations {
                try certificate.add(allocation, figures: apportionment.figures.pools)
            }
            if isUnknown, stock.contains(where: { $0.net != .zero }) {
                exceptions.occurred.append(Planning.unknown(sku))
            }
            for level in apportionment.wanted {
                let stored = known[level.key]
                if stored != nil { wanted.append(level) }
                if !isUnknown, stored == nil || stored?.standing == .unknown {
                    exceptions.occurred.append(Planning.unknown(level.key))
                }
            }
        }
        if isComplete, last != nil {
            for level in try await forgotten(beside: wanted) {
                known[level.key] = level
                wanted.append(WantedLevel(key: level.key, quantity: .zero))
            }
        }
        let touched = Set(skus)
        exceptions.mended = Planning.mended(
            open,
            touched: touched,
            occurred: exceptions.occurred,
            all: isComplete
        )
        let plan = PushPlan(wanted: wanted, rulesVersion: version) { key in
            known[key].map { CurrentLevel(published: $0.published, pending: $0.pending) }
        }
        return Result(
            plan: plan,
            wanted: wanted.count,
            writes: plan.writes.map { write in
                AcceptedWrite(
                    write,
                    row: known[write.key]?.row,
                    priority: 1000 - write.relativeChange,
                    stock: stocks[write.key.sku] ?? (touched.contains(write.key.sku) ? write.key.sku : nil)
                )
            },
            exceptions: exceptions,
            certificate: certificate.finish(),
            isComplete: isComplete
        )
    }

    /// Levels that once were written and that the rules do not name any more, such as those of a fence that
    /// was deleted: their stock is somebody else's now, so they must not go on showing it.
    private func forgotten(beside wanted: [WantedLevel]) async throws -> [StoredLevel] {
        let named = Set(wanted.lazy.map(\.key))
        var forgotten: [StoredLevel] = []
        var row: LevelRow?
        while true {
            let page = try await workspace.state.writtenLevels(after: row, limit: Planning.levelsPerPage)
            forgotten += page.filter { !named.contains($0.key) }
            guard page.count == Planning.levelsPerPage, let last = page.last else { return forgotten }
            row = last.row
        }
    }

    private func rulesChanged(since last: RunRecord) -> Bool {
        if last.rulesVersion != version { return true }
        guard let next = apportioner.rules.nextChange(after: last.started) else { return false }
        return next <= .now
    }

    private func touched(_ accepted: [Delta], retried: Set<SKU>, all: Bool) async throws -> [SKU] {
        var skus = Set(accepted.lazy.map(\.key.sku)).union(retried)
        if all { skus.formUnion(try await workspace.baseline.skus()) }
        return skus.sorted()
    }

    private static func apply(_ delta: Delta, to positions: inout [Position]) {
        positions.removeAll { $0.key == delta.key }
        if let after = delta.after { positions.append(Position(key: delta.key, net: after)) }
    }

    static func shopUnits(_ levels: [StoredLevel]) -> [ShopUnit] {
        var units: [StockUnit: ShopUnit] = [:]
        // A level that is gone for the moment still tells its unit.
        for level in levels where level.id != nil || level.pending != nil {
            units[level.key.unit] = ShopUnit(
                unit: level.key.unit,
                precision: level.precision ?? 0,
                isPrimary: level.isPrimaryUnit
            )
        }
        return units.values.sorted { $0.unit < $1.unit }
    }

    /// Whether the shop was found not to have the article.
    private static func isUnknown(_ levels: [StoredLevel]) -> Bool {
        levels.allSatisfy { $0.id == nil && ($0.pending == nil || $0.standing == .unknown) }
    }

    private static func unknown(_ sku: SKU) -> InventoryException {
        InventoryException(
            code: .unknownSKU,
            subject: sku.text,
            message: "The ERP has stock of \(sku), and OroCommerce has no inventory level of that SKU."
        )
    }

    private static func unknown(_ key: LevelKey) -> InventoryException {
        let place = [key.unit.text, key.warehouse].compactMap(\.self).joined(separator: " in ")
        return InventoryException(
            code: .unknownLevel,
            subject: key.subject,
            message: "OroCommerce has no inventory level of \(key.sku) for \(place)."
        )
    }

    /// Some of the articles that the shop did not have, to
    /// see whether it has them now: those seen longest ago.
    private static func retried(_ open: [StoredException]) -> Set<SKU> {
        let unknown = open.filter { $0.exception.code == .unknownSKU }.sorted { $0.seen < $1.seen }
        return Set(unknown.prefix(LevelIndex.retriedMax).map { SKU($0.exception.subject) })
    }

    /// Open exceptions about touched articles that did not occur again.
    private static func mended(
        _ open: [StoredException],
        touched: Set<SKU>,
        occurred: [InventoryException],
        all: Bool
    ) -> [ExceptionKey] {
        let again = Set(occurred.map { ExceptionKey(code: $0.code, subject: $0.subject) })
        let ofFigures: Set<InventoryException.Code> = [
            .unknownSKU, .unknownLevel, .unknownUnit, .negativeStock, .oversold, .quantityTooLarge,
        ]
        return open.map { ExceptionKey(code: $0.exception.code, subject: $0.exception.subject) }.filter {
            key in
            guard !again.contains(key) else { return false }
            if key.code == .unknownLocation { return all }
            let sku = key.subject.split(separator: " ", maxSplits: 1).first.map { SKU(String($0)) }
            return ofFigures.contains(key.code)
                && (touched.contains(SKU(key.subject)) || sku.map(touched.contains) == true)
        }
    }
}
