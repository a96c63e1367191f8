import InventoryCore
import StateStore

/// A plan while articles are added to it, step by step; of an article that needs no write only its rows in
/// the certificate stay.
struct PlanDraft {
    private let apportioner: Apportioner
    /// How the articles were apportioned in the last run, where that was by other rules.
    private let former: Apportioner?
    private let version: RuleSetVersion
    private var levels: [SKU: [StoredLevel]] = [:]
    private var known: [LevelKey: StoredLevel] = [:]
    private var plan: PushPlan.Draft
    private var rows: [LevelKey: (row: LevelRow, stock: SKU)] = [:]
    private var certificate: CertificateDraft
    var exceptions = ExceptionChanges()

    /// Writes that room is made for at once, some 70 bytes each.
    private static let roomMax = 1 << 20

    /// Makes the draft of a plan for so many articles.
    init(_ apportioner: Apportioner, version: RuleSetVersion, former: Apportioner?, articles: Int) {
        self.apportioner = apportioner
        let levels = articles * (apportioner.rules.fences.count + 1)
        plan = PushPlan.Draft(writesMax: min(levels, PlanDraft.roomMax))
        self.version = version
        self.former = former
        certificate = CertificateDraft(rules: apportioner.rules, version: version)
    }

    /// The products that show stock of these articles, or did so in the last run.
    func shown(for skus: [SKU]) -> [SKU] {
        Set(skus.flatMap { [$0] + aliases(of: $0) }).sorted()
    }

    private func aliases(of sku: SKU) -> [SKU] {
        apportioner.rules.aliases(of: sku) + (former?.rules.aliases(of: sku) ?? [])
    }

    /// Takes the levels of the articles that are added next, in place of those before.
    mutating func take(levels: [SKU: [StoredLevel]]) {
        self.levels = levels
        known.removeAll(keepingCapacity: true)
        learn(levels)
    }

    mutating func take(more levels: [SKU: [StoredLevel]]) {
        self.levels.merge(levels) { $1 }
        learn(levels)
    }

    private mutating func learn(_ levels: [SKU: [StoredLevel]]) {
        // One that is gone may be found again, and must not get an older wish then.
        for level in levels.values.joined() where level.id != nil || level.pending != nil {
            known[level.key] = level
        }
    }

    /// Divides an article's stock by the present rules.
    func apportion(_ sku: SKU, _ positions: [Position]) -> Apportionment {
        apportion(sku, positions, by: apportioner)
    }

    /// Whether the shop has the article, and a level that is wanted is not known to be there.
    func lacksLevels(_ apportionment: Apportionment) -> Bool {
        apportionment.wanted.contains { known[$0.key] == nil } && !isUnknown(apportionment.stock.sku)
    }

    /// Adds an article; in byte order of the articles.
    mutating func add(_ apportionment: Apportionment, _ positions: [Position]) throws {
        let sku = apportionment.stock.sku
        exceptions.occurred += apportionment.exceptions
        for allocation in apportionment.allocations {
            try certificate.add(allocation, figures: apportionment.figures.pools)
        }
        let isUnknown = isUnknown(sku)
        if isUnknown, positions.contains(where: { $0.net != .zero }) {
            exceptions.occurred.append(PlanDraft.unknown(sku))
        }
        var named: Set<LevelKey> = []
        for level in apportionment.wanted {
            named.insert(level.key)
            let stored = known[level.key]
            if let stored { add(level, stored, of: sku) }
            if !isUnknown, stored == nil || stored?.standing == .unknown {
                exceptions.occurred.append(PlanDraft.unknown(level.key))
            }
        }
        for level in forgotten(sku, positions, beside: named) {
            add(WantedLevel(key: level.key, quantity: .zero), level, of: sku)
        }
    }

    func finish(_ text: RuleText, priority: PushPriority, isComplete: Bool) -> Planning.Result {
        let plan = plan.finish(rulesVersion: version.text)
        return Planning.Result(
            plan: plan,
            wanted: plan.writes.count + plan.unchanged,
            writes: plan.writes.map { write in
                AcceptedWrite(
                    write,
                    row: rows[write.key]?.row,
                    priority: priority.place(of: write, at: apportioner.instant),
                    stock: rows[write.key]?.stock
                )
            },
            exceptions: exceptions,
            certificate: certificate.finish(),
            text: text,
            isComplete: isComplete
        )
    }

    private mutating func add(_ level: WantedLevel, _ stored: StoredLevel, of sku: SKU) {
        let current = CurrentLevel(published: stored.published, pending: stored.pending)
        if plan.add(level, current: current) { rows[level.key] = (stored.row, sku) }
    }

    private func apportion(_ sku: SKU, _ positions: [Position], by apportioner: Apportioner) -> Apportionment
    {
        apportioner.apportion(
            sku,
            positions: positions,
            shopUnits: Planning.shopUnits(levels[sku] ?? []),
            aliasUnits: { Planning.shopUnits(levels[$0] ?? []) }
        )
    }

    /// Levels that show stock of the article and that the rules do not name any more, such as those of a
    /// fence that was deleted: their stock is somebody else's now, so they must not go on showing it.
    ///
    /// Those are ours that we have written, and those that the last run's rules named.
    private func forgotten(
        _ sku: SKU,
        _ positions: [Position],
        beside named: Set<LevelKey>
    ) -> [StoredLevel] {
        let shown = [sku] + Set(aliases(of: sku)).subtracting([sku])
        let rest = shown.flatMap { levels[$0] ?? [] }.filter { level in
            level.id != nil && !named.contains(level.key) && level.expected ?? .zero != .zero
        }
        guard !rest.isEmpty else { return [] }
        let before = former.map { Set(apportion(sku, positions, by: $0).wanted.map(\.key)) } ?? []
        return rest.filter { $0.isOurs || before.contains($0.key) }.sorted { $0.key < $1.key }
    }

    // MARK: Exceptions

    /// Whether the shop was found not to have the article.
    private func isUnknown(_ sku: SKU) -> Bool {
        (levels[sku] ?? []).allSatisfy { $0.id == nil && ($0.pending == nil || $0.standing == .unknown) }
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
}
