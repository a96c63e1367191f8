import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Runs, one run, and what a held one waits for.
struct RunPages: Sendable {
    let pages: PageDesk

    private static let decisionKeys: Set<String> = ["decision", "location", "reason", "who", "plan"]

    var routes: [Route] {
        [
            pages.page("/runs", query: ["state", "source", "before", "kind"], list),
            pages.page("/runs/{run}", show),
            pages.form("/runs") { visit in
                let fields = try await visit.call.form(["source"])
                let settings = visit.shop.settings
                let source =
                    if let name = try fields.text("source") { try settings.source(named: name) } else {
                        try settings.onlySource()
                    }
                _ = try visit.served.startRun(of: source.id)
                return PageFrame.redirect(to: visit.link.to("runs", query: [("done", "started")]))
            },
            pages.page("/plans/{run}", plan),
            pages.form("/plans/{run}", decide),
        ]
    }

    private func list(_ visit: Visit) async throws -> Response {
        let query = visit.call.query
        let filter = RunFilter(
            source: query["source"].map { SourceID($0) },
            state: try query["state"].map { (text) throws(Fault) in try RunRoutes.state(text) },
            before: query["before"].map { RunID($0) },
            isOfEvents: try RunPages.isOfEvents(query)
        )
        let state = visit.shop.state
        let runs = try await state.runs(filter, limit: RunsView.rowsShown + 1)
        let usual = RunFilter(isOfEvents: false)
        let latest = filter == usual ? runs : try await state.runs(usual, limit: RunsView.rowsShown)
        let view = RunsView(runs, latest: latest, try await visit.served.servedSources(), filter, visit)
        return visit.frame("Runs", place: "runs").page(view, by: "runs")
    }

    /// Deliveries are usual: of stock events there is a run for every few.
    private static func isOfEvents(_ query: [String: String]) throws(Fault) -> Bool? {
        switch query["kind"] {
        case nil: return query["state"] == nil ? false : nil
        case "all": return nil
        case "events": return true
        default: throw .badParameter("kind", "`kind` is all or events.")
        }
    }

    private func show(_ visit: Visit) async throws -> Response {
        let state = visit.shop.state
        let record = try await visit.shop.run(withPrefix: visit.call.value("run"))
        let view = RunView(
            record,
            held: try await state.heldCount(of: record.id),
            rejected: try await state.rejectedRows(of: record.id, limit: RunView.rejectedShown + 1),
            seconds: visit.served.stepSeconds(of: record.id),
            reverts: try await state.reverts(of: record.id).map(\.id),
            visit
        )
        return visit.frame("Run \(record.id)", place: "runs").page(view, by: "run")
    }

    private func plan(_ visit: Visit) async throws -> Response {
        let record = try await visit.shop.asked(visit.call.value("run"))
        let held = try await HeldRun(of: record.id, in: visit.shop)
        // Whoever types a reason must not lose it.
        return visit.frame("Held: \(record.id)", place: "runs", refreshes: false)
            .page(PlanView(held, of: record, visit), by: "plan")
    }

    private func decide(_ visit: Visit) async throws -> Response {
        let fields = try await visit.call.form(RunPages.decisionKeys)
        let run = visit.call.value("run")
        let choice = Approval.Choice(
            location: try fields.text("location").map { Location($0) },
            reason: "\(try fields.person()): \(try fields.reason())",
            plan: try fields.text("plan")
        )
        let logger = visit.call.logger
        switch try fields.text("decision") {
        case "approve":
            let id = visit.served.id
            let summary = try await visit.served.perform("approval") { shop, oro in
                try await Approval(shop: shop, oro: oro, events: logger.runEvents(of: id)).approve(
                    run,
                    choice
                )
            }
            let done = summary.state == .held ? "part-approved" : "approved"
            return PageFrame.redirect(to: visit.link.to("runs", summary.run.text, query: [("done", done)]))
        case "reject":
            let rejected = try await visit.served.perform("rejection") { shop, oro in
                try await Rejection(shop: shop, oro: oro, logger: logger).perform(run, choice)
            }
            return PageFrame.redirect(
                to: visit.link.to("runs", rejected.id.text, query: [("done", "rejected")])
            )
        default: throw Fault.badBody("Choose to approve or to reject.", place: "decision")
        }
    }
}
