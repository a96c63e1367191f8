import InventoryCore
import StateStore

/// A plan under construction: parts are added one after another.
struct PlanDraft {
    private let apportioner: Apportioner
    private let version: RuleSetVersion
    private var plan: PushPlan.Draft
    private var targets: [PlanPart.Target] = []
    private var certificate: CertificateDraft
    private var hints: NearHints
    /// Of exceptions that are about no SKU.
    private var told: Set<ExceptionKey> = []
    private var waiting: Set<SKU> = []
    private var ordered: [SKU] = []
    private var stocks: [HistoryStocks] = []
    var exceptions = ExceptionChanges()

    /// Wishes that room is made for at once, some 70 bytes each.
    private static let roomMax = 1 << 20

    /// Makes an empty draft with room for this many SKUs.
    init(_ apportioner: Apportioner, version: RuleSetVersion, skus: Int) {
        self.apportioner = apportioner
        let levels = skus * (apportioner.rules.fences.count + 1)
        plan = PushPlan.Draft(wishesMax: min(levels, PlanDraft.roomMax))
        targets.reserveCapacity(min(levels, PlanDraft.roomMax))
        self.version = version
        hints = NearHints(rules: apportioner.rules, units: apportioner.units)
        certificate = CertificateDraft(rules: apportioner.rules, version: version)
    }

    /// Adds what the plan says of later SKUs.
    mutating func append(_ part: PlanPart) throws {
        plan.append(part.plan)
        targets += part.targets
        waiting.formUnion(part.waiting)
        ordered += part.ordered
        if let counted = part.stocks { stocks.append(counted) }
        try certificate.append(part.certificate)
        for exception in part.exceptions {
            guard exception.subject.sku != nil || told.insert(exception.key).inserted else { continue }
            exceptions.occurred.append(hints.adding(to: exception))
        }
    }

    func finish(
        _ rules: FigureRules,
        priority: PushPriority,
        isComplete: Bool,
        skus: Set<SKU>,
        doubts: DoubtTotals
    ) -> Planning.Result {
        let (plan, order) = plan.finish(rulesVersion: version.text)
        return Planning.Result(
            plan: plan,
            wanted: plan.wishes.count + plan.unchanged,
            wishes: zip(plan.wishes, order).map { wish, number in
                AcceptedWish(
                    wish,
                    row: targets[Int(number)].row,
                    priority: priority.rank(of: wish, at: apportioner.instant),
                    stock: targets[Int(number)].stock
                )
            },
            skus: skus,
            exceptions: exceptions,
            certificate: certificate.finish(doubts: doubts),
            rules: rules,
            isComplete: isComplete,
            stocks: stocks,
            waiting: waiting,
            ordered: ordered
        )
    }
}
