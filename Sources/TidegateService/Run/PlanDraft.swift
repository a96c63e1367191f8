import InventoryCore
import StateStore

/// A plan while articles are added to it, step by step; of an article that needs no write only its rows in
/// the certificate stay.
struct PlanDraft {
    private let apportioner: Apportioner
    /// How the articles were apportioned in the last run, where that was by other rules.
    private let former: Apportioner?
    private let version: RuleSetVersion
    private var plan: PushPlan.Draft
    /// For each write in the order added the row of its level, and the article whose stock that shows.
    private var targets: [(row: LevelRow, stock: SKU)] = []
    private var certificate: CertificateDraft
    var exceptions = ExceptionChanges()

    /// Writes that room is made for at once, some 70 bytes each.
    private static let roomMax = 1 << 20

    /// Makes the draft of a plan for so many articles.
    init(_ apportioner: Apportioner, version: RuleSetVersion, former: Apportioner?, articles: Int) {
        self.apportioner = apportioner
        let levels = articles * (apportioner.rules.fences.count + 1)
        plan = PushPlan.Draft(writesMax: min(levels, PlanDraft.roomMax))
        targets.reserveCapacity(min(levels, PlanDraft.roomMax))
        self.version = version
        self.former = former
        certificate = CertificateDraft(rules: apportioner.rules, version: version)
    }

    /// Adds an article; in byte order of the articles.
    mutating func add(_ article: PlanSteps.WorkedArticle) throws {
        let (apportionment, levels) = (article.apportionment, article.levels)
        exceptions.occurred += apportionment.exceptions
        for allocation in apportionment.allocations {
            try certificate.add(allocation, figures: apportionment.figures.pools)
        }
        let isUnknown = levels.isUnknown
        if isUnknown, article.positions.contains(where: { $0.net != .zero }) {
            exceptions.occurred.append(PlanDraft.unknown(levels.sku))
        }
        for level in apportionment.wanted {
            let stored = levels.level(level.key)
            if let stored { add(level, stored, of: levels.sku) }
            if !isUnknown, stored == nil || stored?.standing == .unknown {
                exceptions.occurred.append(PlanDraft.unknown(level.key))
            }
        }
        for level in forgotten(article) {
            add(WantedLevel(key: level.key, quantity: .zero), level, of: levels.sku)
        }
    }

    func finish(_ text: RuleText, priority: PushPriority, isComplete: Bool) -> Planning.Result {
        let (plan, order) = plan.finish(rulesVersion: version.text)
        return Planning.Result(
            plan: plan,
            wanted: plan.writes.count + plan.unchanged,
            writes: zip(plan.writes, order).map { write, number in
                AcceptedWrite(
                    write,
                    row: targets[Int(number)].row,
                    priority: priority.place(of: write, at: apportioner.instant),
                    stock: targets[Int(number)].stock
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
        if plan.add(level, current: current) { targets.append((stored.row, sku)) }
    }

    /// Levels that show stock of the article and that the rules do not name any more, such as those of a
    /// fence that was deleted: their stock is somebody else's now, so they must not go on showing it.
    ///
    /// Those are ours that we have written, and those that the last run's rules named.
    private func forgotten(_ article: PlanSteps.WorkedArticle) -> [StoredLevel] {
        let (levels, wanted) = (article.levels, article.apportionment.wanted)
        func isForgotten(_ level: StoredLevel) -> Bool {
            level.id != nil && level.expected ?? .zero != .zero && !wanted.contains { $0.key == level.key }
        }
        var rest = levels.own.filter(isForgotten)
        let aliases = Set(apportioner.rules.aliases(of: levels.sku, andBy: former?.rules))
        for alias in aliases where alias != levels.sku { rest += levels[alias].lazy.filter(isForgotten) }
        guard !rest.isEmpty else { return [] }
        let before =
            former.map { Set(levels.apportion(article.positions, by: $0).wanted.map(\.key)) } ?? []
        return rest.filter { $0.isOurs || before.contains($0.key) }.sorted { $0.key < $1.key }
    }

    // MARK: Exceptions

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
