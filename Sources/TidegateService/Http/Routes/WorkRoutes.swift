import Hummingbird
import InventoryCore
import TidegatePipeline

/// Audits, and the push.
struct WorkRoutes: Sendable {
    let desk: ServiceDesk

    private static let sampleMax = 100_000
    private static let rowsMax = 10_000

    var routes: [Route] {
        [
            Route(.post, "/v1/shops/{shop}/audits", .operate, answer: audit),
            Route(.get, "/v1/shops/{shop}/audits/last", .read) { call in
                guard let audit = try await desk.shop(call).shop.state.lastAudit() else {
                    throw Fault(
                        .inputMissing,
                        code: "no_audit",
                        message: "No audit has been made yet.",
                        hint: "Start one: POST to `/audits`."
                    )
                }
                return Answer.json(audit.json)
            },
            Route(.post, "/v1/shops/{shop}/push/pause", .operate) { call in
                let shop = try desk.shop(call)
                let fields = try await call.fields(["reason", "who"])
                try await shop.pausePush(reason: try fields.reason(), who: try call.who(fields))
                return Answer.empty
            },
            Route(.post, "/v1/shops/{shop}/push/resume", .operate) { call in
                let shop = try desk.shop(call)
                _ = try await call.fields(["reason", "who"])
                try await shop.resumePush()
                return Answer.empty
            },
        ]
    }

    /// Answers once the audit has ended: the connection may be closed before, the audit goes on.
    private func audit(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call)
        let fields = try await call.fields(["repair", "sample"])
        var options = AuditRun.Options()
        options.repairs = try fields.flag("repair")
        options.sample = try fields.integer("sample", in: 1...WorkRoutes.sampleMax)
        let report = try await shop.perform("audit") { [options] shop, oro in
            var run = AuditRun(shop: shop, oro: oro, options: options)
            return try await run.perform()
        }
        return Answer.json(try report.json(limit: WorkRoutes.rowsMax))
    }
}
