import InventoryCore
import StateStore
import TidegateSettings

/// What there is to tell of exceptions and held runs.
struct AlertTold: Sendable {
    private let shop: String
    private let owners: [InventoryException.Owner: String]

    init(_ settings: Settings) {
        shop = settings.shop.text
        owners = settings.owners
    }

    /// Exceptions that come with a held run, of which the run tells.
    private static let ofHeldRuns: Set<InventoryException.Code> = [.stockHeld, .figuresHeld, .shownUnstated]

    /// What follows from a change of what alerts are about.
    func steps(
        for subject: AlertSubject,
        told: [AlertPlan.Told],
        by plan: AlertPlan
    ) -> [AlertPlan.Step] {
        switch subject {
        case .exception(let group, let examples):
            if group.closed != nil { return plan.steps(ended: alert(.ended, group, []), told: told) }
            if AlertTold.ofHeldRuns.contains(group.code) { return [] }
            return plan.steps(opened: alert(.opened, group, examples), told: told)
        case .run(let run):
            guard run.state.kind == .held else {
                return plan.steps(ended: alert(.ended, run), told: told)
            }
            return plan.steps(opened: alert(.held, run), told: told)
        }
    }

    /// What follows from an exception that is open past its deadline.
    func steps(
        overdue subject: AlertSubject,
        told: [AlertPlan.Told],
        by plan: AlertPlan
    ) -> [AlertPlan.Step] {
        guard case .exception(let group, let examples) = subject, group.closed == nil else { return [] }
        return plan.steps(opened: alert(.overdue, group, examples), told: told)
    }

    private func alert(
        _ kind: Alert.Kind,
        _ group: ExceptionGroup,
        _ examples: [InventoryException]
    ) -> Alert {
        let code = group.code
        let one = group.count == 1 ? examples.first?.subject : nil
        return Alert(
            kind,
            shop: shop,
            severity: code.severity,
            owner: code.owner,
            ownerName: name(code.owner),
            code: code.rawValue,
            reference: "\(group.number)",
            subject: (one ?? group.cause.subject).description,
            message: kind == .ended ? code.entry.ending : group.cause.message(of: group.count, examples),
            firstStep: code.firstStep,
            count: group.count,
            at: kind == .ended ? group.closed ?? group.seen : group.opened
        )
    }

    private func alert(_ kind: Alert.Kind, _ run: RunRecord) -> Alert {
        Alert(
            kind,
            shop: shop,
            severity: .critical,
            owner: .operations,
            ownerName: name(.operations),
            code: nil,
            reference: run.id.text,
            subject: "run \(run.id) of \(run.source)",
            message: run.message ?? "A guard holds a part of it.",
            firstStep: "`tidegate runs show \(run.id) --held`, then `tidegate approve` or `reject`.",
            count: 1,
            at: run.finished ?? run.started
        )
    }

    /// What `alerts test` tells.
    func test(at now: Timestamp) -> Alert {
        Alert(
            .test,
            shop: shop,
            severity: .notice,
            owner: .integration,
            ownerName: name(.integration),
            code: nil,
            reference: "test",
            subject: "",
            message: "If you can read this, alerts of this shop reach you.",
            firstStep: "",
            count: 0,
            at: now
        )
    }

    private func name(_ owner: InventoryException.Owner) -> String {
        owners[owner] ?? owner.rawValue.replacing("_", with: " ")
    }
}
