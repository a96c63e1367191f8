import InventoryCore
import StateStore

/// A plan while parts are added to it, one after another.
struct PlanDraft {
    private let apportioner: Apportioner
    private let version: RuleSetVersion
    private var plan: PushPlan.Draft
    private var targets: [PlanPart.Target] = []
    private var certificate: CertificateDraft
    var exceptions = ExceptionChanges()

    /// Writes that room is made for at once, some 70 bytes each.
    private static let roomMax = 1 << 20

    /// Makes the draft of a plan for so many articles.
    init(_ apportioner: Apportioner, version: RuleSetVersion, articles: Int) {
        self.apportioner = apportioner
        let levels = articles * (apportioner.rules.fences.count + 1)
        plan = PushPlan.Draft(writesMax: min(levels, PlanDraft.roomMax))
        targets.reserveCapacity(min(levels, PlanDraft.roomMax))
        self.version = version
        certificate = CertificateDraft(rules: apportioner.rules, version: version)
    }

    /// Adds what the plan says of later articles.
    mutating func append(_ part: PlanPart) throws {
        plan.append(part.plan)
        targets += part.targets
        try certificate.append(part.certificate)
        exceptions.occurred += part.exceptions
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
}
