import Hummingbird
import InventoryCore

/// The table of routes (spec, service, 3).
package struct ServiceRoutes: Sendable {
    let all: [Route]

    /// An owner loop that has not turned for so long is stuck.
    private static let heartbeatSecondsMax = 10.0

    /// Makes the table.
    package init(_ desk: ServiceDesk) {
        all =
            ServiceRoutes.plain(desk) + StandingRoutes(desk: desk).routes + RunRoutes(desk: desk).routes
            + SourceRoutes(desk: desk).routes + SKURoutes(desk: desk).routes
            + OrderRoutes(desk: desk).routes
            + ExceptionRoutes(desk: desk).routes + RuleRoutes(desk: desk).routes
            + WorkRoutes(desk: desk).routes + StreamRoute(desk: desk).routes
            + UploadRoute(desk: desk).routes + EventRoutes(desk: desk).routes
            + AcknowledgementRoutes(desk: desk).routes + PageRoutes(desk: desk).routes
    }

    /// What belongs to no shop.
    private static func plain(_ desk: ServiceDesk) -> [Route] {
        [
            Route(.get, "/v1/shops", .read) { call in
                guard call.caller.sources == nil else {
                    try call.caller.require(.read, shop: nil, source: nil)
                    return Answer.empty
                }
                let shops = desk.shops.keys.filter { call.caller.mayReach($0) }.sorted()
                let items = shops.map { shop in
                    JSONPieces.line { $0.object { $0.field("shop", shop.text) } }
                }
                return Answer.json(
                    JSONPieces.object([
                        ("items", JSONPieces.array(items)), ("next", JSONPieces.string(nil)),
                    ])
                )
            },
            Route(.get, "/metrics", .read) { _ in
                Answer.text(await desk.probes.metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
            },
            Route(.get, "/healthz", nil) { _ in
                let now = ContinuousClock.now
                let stopped = desk.shops.values.filter {
                    $0.heartbeat.duration(to: now) > .seconds(heartbeatSecondsMax)
                }
                return health(await desk.probes.illnesses() + stopped.map { "\($0.id) does not turn." })
            },
            Route(.get, "/readyz", nil) { _ in
                health(await desk.probes.obstacles())
            },
            Route(.get, "/openapi.yaml", nil) { _ in
                Answer.text(PackageResources.openapi_yaml, type: "application/yaml")
            },
        ]
    }

    /// Reasons are for the log and the command line: whoever asks here need not be known.
    private static func health(_ reasons: [String]) -> Response {
        Answer.object(status: reasons.isEmpty ? .ok : .serviceUnavailable) { line in
            line.field("status", reasons.isEmpty ? "ok" : "failing")
            line.field("reasons", reasons.count)
        }
    }
}
