import Foundation
import HTTPTypes
package import Hummingbird
import InventoryCore
import Logging
import Metrics
import TidegatePipeline
import Tracing

/// Answers requests that come in by one door: finds the route, lets the caller in or not, and makes every
/// error a `Problem`.
package struct ServiceResponder: HTTPResponder {
    let routes: RouteTable
    let door: Door
    let logger: Logger

    package func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let clock = ContinuousClock.now
        let id = ServiceResponder.id(of: request, context)
        var logger = logger
        logger[metadataKey: "request"] = .string(id)
        var route = "none"
        var response: Response
        do {
            response = try await answer(request, id, &logger, &route)
        } catch {
            let unreadable = error as? Unreadable
            let problem =
                unreadable.map { Problem($0.fault, status: .badRequest) } ?? Problem(Fault(answering: error))
            if problem.status.code >= 500, problem.fault.kind != .busy {
                logger.error(
                    "request failed",
                    metadata: ["error": .string(problem.fault.sentence), "route": .string(route)]
                )
            }
            logger[metadataKey: "code"] = .string(problem.fault.code.rawValue)
            response = ProblemView.response(problem, to: request) ?? problem.response()
            if let refused = error as? MethodRefused { response.headers[.allow] = refused.allow }
        }
        response.headers[.requestID] = id
        if request.method == .head { response = response.createHeadResponse() }
        let elapsed = clock.duration(to: .now)
        logger.debug(
            "request answered",
            metadata: [
                "method": .string(request.method.rawValue), "route": .string(route),
                "status": .stringConvertible(response.status.code),
                "seconds": .stringConvertible(elapsed / .seconds(1)),
            ]
        )
        Metrics.Timer(
            label: "http.server.request.duration",
            dimensions: [
                ("http.route", route), ("http.request.method", ServiceResponder.label(request.method)),
                ("http.response.status_code", "\(response.status.code)"),
            ],
            preferredDisplayUnit: .seconds
        ).recordNanoseconds(Int64(elapsed / .nanoseconds(1)))
        return response
    }

    private func answer(
        _ request: Request,
        _ id: String,
        _ logger: inout Logger,
        _ route: inout String
    ) async throws -> Response {
        let address = try Address(request.head.path ?? "/")
        let found: Route
        var values: [String: String]
        switch routes.find(request.method, address.path) {
        case .route(let one, let named): (found, values) = (one, named)
        case .methods(let methods, let pattern):
            route = pattern
            throw MethodRefused(methods)
        case .nothing: throw ServiceResponder.noSuchPath
        }
        route = found.pattern
        var shop = values["shop"].map { ShopID($0) }
        var source = values["source"].map { SourceID($0) }
        let now = Timestamp.now
        var caller = Caller.anyone
        if let scope = found.scope {
            caller = try door.caller(request.head, hookToken: found.isHook ? values["token"] : nil, at: now)
            if let own = found.pageShop(address.query, for: caller) {
                (shop, values["shop"]) = (own, own.text)
            }
            if found.asksSource { source = try caller.source(asked: address.query["source"]) }
            try caller.require(scope, shop: shop, source: source)
        }
        logger[metadataKey: "caller"] = .string(caller.id)
        if let known = found.query, let other = address.query.keys.filter({ !known.contains($0) }).min() {
            throw Fault(
                .usage,
                code: "unknown_parameter",
                place: String(other.prefix(60)),
                message: "The query has a key that is not known here.",
                hint: known.isEmpty
                    ? "Leave the query away." : "Known are \(known.sorted().joined(separator: ", "))."
            )
        }
        let call = Call(
            request: request,
            route: found.pattern,
            values: values,
            query: address.query,
            caller: caller,
            door: door,
            id: id,
            logger: logger,
            now: now
        )
        let context = RunContext(shop: shop, source: source)
        return try await RunContext.$current.withValue(context) {
            try await withSpan("\(request.method.rawValue) \(found.pattern)", ofKind: .server) { span in
                span.attributes["http.route"] = found.pattern
                return try await found.answer(call)
            }
        }
    }

    private static let noSuchPath = Fault(
        .inputMissing,
        code: "no_such_path",
        message: "There is nothing under this path.",
        hint: "See `/openapi.yaml` for the paths."
    )

    /// The id that the sender gave, where it is harmless, else our own.
    private static func id(of request: Request, _ context: BasicRequestContext) -> String {
        let stated = request.headers[.requestID] ?? ""
        let isUsable =
            (1...64).contains(stated.utf8.count)
            && stated.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || [45, 46, 95].contains($0)
            }
        return isUsable ? stated : context.id
    }

    /// Senders choose methods; labels must be few.
    private static func label(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .post, .put, .patch, .delete, .options].contains(method) ? method.rawValue : "OTHER"
    }
}

/// The path is there, and the method is not.
struct MethodRefused: Error {
    let allow: String

    init(_ methods: [HTTPRequest.Method]) {
        var names = Set(methods.map(\.rawValue))
        if names.contains("GET") { names.insert("HEAD") }
        allow = names.sorted().joined(separator: ", ")
    }
}

extension Fault {
    /// Whatever a route threw.
    fileprivate init(answering error: any Error) {
        switch error {
        case let refused as MethodRefused:
            self.init(
                .usage,
                code: "method_not_allowed",
                message: "The path does not take this method.",
                hint: "It takes \(refused.allow)."
            )
        case is CancellationError:
            self.init(
                .busy,
                code: "stopped",
                message: "The service is ending.",
                hint: "Ask again in a moment; nothing that was accepted is lost."
            )
        default: self.init(error)
        }
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name.own("X-Request-Id")
}
