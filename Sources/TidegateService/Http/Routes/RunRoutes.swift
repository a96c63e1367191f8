import Foundation
import HTTPTypes
import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Runs: lists, one with its plan and rejected rows, decisions, and new ones.
struct RunRoutes: Sendable {
    let desk: ServiceDesk

    private static let run = "/v1/shops/{shop}/runs/{run}"

    var routes: [Route] {
        [
            Route(
                .get,
                "/v1/shops/{shop}/runs",
                .read,
                query: Page.keys.union(["source", "state"]),
                answer: list
            ),
            Route(.post, "/v1/shops/{shop}/runs", .operate, answer: start),
            Route(.get, RunRoutes.run, .read) { call in
                let shown = try await ShownRun(call.value("run"), in: try desk.shop(call).shop)
                return Answer.line { $0.append(shown) }
            },
            Route(.get, "\(RunRoutes.run)/plan", .read, query: Page.keys, answer: plan),
            Route(.get, "\(RunRoutes.run)/rejected", .read, query: Page.keys, answer: rejected),
            Route(.get, "\(RunRoutes.run)/certificate", .read) { call in
                let shown = try await ShownRun(call.value("run"), in: try desk.shop(call).shop)
                return Answer.json(try shown.statedCertificate())
            },
            Route(.post, "\(RunRoutes.run)/approval", .operate, answer: approve),
            Route(.post, "\(RunRoutes.run)/rejection", .operate, answer: reject),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let page = try Page(call.query)
        let filter = RunFilter(
            source: call.query["source"].map { SourceID($0) },
            state: try call.query["state"].map { (text) throws(Fault) in try RunRoutes.state(text) },
            before: page.cursor.map { RunID($0) }
        )
        let runs = try await desk.shop(call).shop.state.runs(filter, limit: page.limit + 1)
        return page.answer(runs, next: { $0.id.text }) { run in JSONPieces.line { $0.append(run) } }
    }

    /// - Throws: `bad_parameter`.
    static func state(_ text: String) throws(Fault) -> RunRecord.State.Kind {
        if let kind = RunRecord.State.Kind(rawValue: text) { return kind }
        let known = RunRecord.State.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw .badParameter("state", "`state` is one of \(known).")
    }

    private func start(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call)
        let fields = try await call.fields(["source", "dry_run"])
        let settings = shop.shop.settings
        let source =
            if let name = try fields.text("source") { try settings.source(named: name) } else {
                try settings.onlySource()
            }
        if try fields.flag("dry_run") { return try await dryRun(of: source.id, shop) }
        let run = try shop.startRun(of: source.id)
        return RunRoutes.accepted(run, in: shop)
    }

    /// What a run would write now; nothing of it is remembered.
    private func dryRun(of source: SourceID, _ shop: any ShopService) async throws -> Response {
        let (plan, held) = try await shop.perform("dry run of \(source)") { shop, oro in
            var run = IntakeRun(shop: shop, source: try shop.source(source), oro: oro)
            let (plan, outcome) = try await run.plan()
            return (plan, outcome.held)
        }
        let items = plan.wishes.prefix(RunRoutes.dryWritesMax).map { wish in
            JSONPieces.line { $0.append(planned: wish) }
        }
        return Answer.json(
            JSONPieces.object([
                ("source", JSONPieces.string(source.text)),
                ("writes", Array("\(plan.wishes.count)".utf8)),
                ("unchanged", Array("\(plan.unchanged)".utf8)),
                ("held", JSONPieces.array(held.map { JSONPieces.string($0) })),
                ("items", JSONPieces.array(items)),
            ])
        )
    }

    /// Writes of a dry run that are listed; all are counted.
    private static let dryWritesMax = 1_000

    /// A run that will be made; it is under its name as soon as it begins.
    static func accepted(_ run: RunID, in shop: any ShopService) -> Response {
        Answer.object(status: .accepted, headers: [.location: "/v1/shops/\(shop.id)/runs/\(run)"]) { line in
            line.field("run", run.text)
        }
    }

    // MARK: one run

    /// What a run has written, or what the approval of a held one would have the shop show.
    private func plan(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        let page = try Page(call.query)
        let offset = try page.offset()
        let asked = try await shop.asked(call.value("run"))
        guard asked.state.kind == .held else {
            let replayed = try await ReplayedRun(asked.id.text, in: shop)
            let found = replayed.plan.wishes.dropFirst(offset).prefix(page.limit + 1)
            return try page.answer(counted: found) { wish in JSONPieces.line { $0.append(planned: wish) } }
        }
        let held = try await HeldRun(of: asked.id, in: shop)
        let found = held.wishes.dropFirst(offset).prefix(page.limit + 1)
        var response = try page.answer(counted: found) { wish in JSONPieces.line { $0.append(wish) } }
        response.headers[.heldPlan] = held.plan.text
        return response
    }

    private func rejected(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        let page = try Page(call.query)
        let offset = try page.offset()
        let run = try await ShownRun(call.value("run"), in: shop).record
        let rows = try await shop.state.rejectedRows(of: run.id, limit: offset + page.limit + 1)
        return try page.answer(counted: rows.dropFirst(offset)) { row in
            JSONPieces.line { $0.append(row, of: run.delivery) }
        }
    }

    // MARK: decisions

    private static let choiceKeys: Set<String> = [
        "location", "sku", "unit", "bin", "reason", "value", "plan", "who",
    ]

    private func choice(_ call: Call) async throws -> Approval.Choice {
        let fields = try await call.fields(RunRoutes.choiceKeys)
        let who = try call.who(fields)
        var choice = Approval.Choice(
            location: try fields.text("location").map { Location($0) },
            sku: try fields.text("sku").map { SKU($0) },
            reason: "\(who): \(try fields.reason())",
            plan: try fields.text("plan"),
            who: who
        )
        choice.unit = try fields.text("unit").map { StockUnit($0) }
        choice.bin = try fields.text("bin").map { Bin($0) }
        if let value = try fields.text("value") {
            guard let quantity = try? Quantity(decimal: Substring(value)) else {
                throw Fault.badBody("`value` is a plain decimal as text, such as \"12.5\".", place: "value")
            }
            choice.value = quantity
        }
        return choice
    }

    private func approve(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call)
        let (choice, run, logger) = (try await choice(call), call.value("run"), call.logger)
        let id = shop.id
        let summary = try await shop.perform("approval") { shop, oro in
            try await Approval(shop: shop, oro: oro, events: logger.runEvents(of: id)).approve(run, choice)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Answer.json(Array(try encoder.encode(summary)))
    }

    private func reject(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call)
        let (choice, run, logger) = (try await choice(call), call.value("run"), call.logger)
        let rejected = try await shop.perform("rejection") { shop, oro in
            try await Rejection(shop: shop, oro: oro, logger: logger).perform(run, choice)
        }
        return Answer.object { line in
            line.field("run", rejected.id.text)
            line.field("state", rejected.state.word)
        }
    }
}

extension HTTPField.Name {
    /// The name of the plan that is shown, for an approval of that and nothing else.
    static let heldPlan = HTTPField.Name.own("Tidegate-Plan")
}
