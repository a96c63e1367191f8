import Crypto
import HTTPTypes
import Hummingbird
import InventoryCore
import TidegatePipeline
import TidegateSettings

/// Acknowledgements of web orders: which of them the ERP has booked or shipped (spec, orders, 5).
struct AcknowledgementRoutes: Sendable {
    let desk: ServiceDesk

    private static let path = "/v1/shops/{shop}/orders/acknowledgements"

    var routes: [Route] {
        [
            Route(.post, AcknowledgementRoutes.path, .events, query: ["source"], asksSource: true) { call in
                try await take(call)
            }
        ]
    }

    private func take(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call)
        guard shop.shop.settings.orders != nil else { throw AcknowledgementRoutes.notRead(shop.id) }
        let source = try AcknowledgementRoutes.source(call, in: shop)
        let answers = source?.events?.answers ?? .strict
        try desk.rates.take("\(call.caller.id)/\(shop.id)/orders")
        try EventRoutes.refusePacked(call)
        let body = try await call.bytes(max: EventRoutes.bodyBytesMax)
        let request = AcknowledgementRoutes.request(call, body)
        guard let key = try EventRoutes.key(call) else {
            let tally = try await answer(request, call, source, answers, shop)
            return AcknowledgementRoutes.response(tally, answers)
        }
        let name = IdempotencyKeys.Name(
            caller: call.caller.id,
            shop: shop.id,
            source: source?.id ?? SourceID(""),
            key: key,
            address: .orders
        )
        let digest = Array(SHA256.hash(data: body))
        if case .known(.taken(let tally)) = try desk.keys.begin(name, digest: digest) {
            var response = AcknowledgementRoutes.response(tally, answers)
            response.headers[.idempotentReplayed] = "true"
            return response
        }
        do {
            let tally = try await answer(request, call, source, answers, shop)
            desk.keys.end(name, digest: digest, with: .taken(tally))
            return AcknowledgementRoutes.response(tally, answers)
        } catch {
            desk.keys.end(name, digest: digest, with: nil)
            throw error
        }
    }

    /// Has the body read and kept.
    private func answer(
        _ request: EventRequest,
        _ call: Call,
        _ source: SourceSettings?,
        _ answers: EventSettings.Answers,
        _ shop: any ShopService
    ) async throws -> ReceivedEvents {
        let reader = EventBodyReader(acknowledgementsOf: source?.id, answers: answers)
        var tally = ReceivedEvents(batch: "")
        do throws(Fault) {
            let body = try reader.read(request, receivedAt: call.now)
            tally.rejected = body.rejected
            let receipt = try await keep(body, call, shop)
            tally.take(receipt)
            if receipt.accepted > 0 { shop.lookAtOrders() }
        } catch {
            // A lenient source hears of bad input as of bad items: its sender drops the hook on an error.
            if answers == .lenient, error.isOfInput {
                tally.rejected = [EventRejection(index: 0, code: error.code, detail: error.sentence)]
            } else if error.kind == .badInput, Problem(error).status.code == 422 {
                throw Unreadable(fault: error)
            } else {
                throw error
            }
        }
        tally.rejected.sort { $0.index < $1.index }
        if answers == .lenient, let source, !tally.rejected.isEmpty {
            try await shop.shop.note(refused: tally.rejected, of: source.id, at: call.now)
        }
        return tally
    }

    private func keep(
        _ body: EventBody,
        _ call: Call,
        _ shop: any ShopService
    ) async throws(Fault) -> OrderReceipt {
        do {
            return try await OrderReceipt.keep(body.orders, in: shop.shop, at: call.now)
        } catch {
            throw Fault(error)
        }
    }

    /// Whose figures contain the orders: as the query or the token says, else the only source there is;
    /// nothing where any source's may.
    private static func source(_ call: Call, in shop: any ShopService) throws(Fault) -> SourceSettings? {
        let settings = shop.shop.settings
        if let id = try call.caller.source(asked: call.query["source"]) {
            return try settings.source(named: id.text)
        }
        // The same statement by another way must be known as the same.
        return settings.sources.count == 1 ? settings.sources[0] : nil
    }

    private static func request(_ call: Call, _ body: [UInt8]) -> EventRequest {
        var headers: [String: [String]] = [:]
        for field in call.headers where field.name != .authorization {
            headers[field.name.canonicalName, default: []].append(field.value)
        }
        return EventRequest(
            method: call.request.method.rawValue,
            contentType: call.headers[.contentType],
            headers: headers,
            query: call.query,
            body: body
        )
    }

    private static func response(_ tally: ReceivedEvents, _ answers: EventSettings.Answers) -> Response {
        guard answers == .strict, tally.isAllRejected else {
            return Answer.object(status: .accepted) { line in
                line.field("accepted", tally.accepted)
                line.field("duplicate", tally.duplicate)
                line.rejections(tally)
            }
        }
        return EventRoutes.noValidItem(tally)
    }

    private static func notRead(_ shop: ShopID) -> Fault {
        Fault(
            .badInput,
            code: EventCode.ordersNotRead,
            message: "The web orders of \(shop) are not read, so nothing can be acknowledged.",
            hint: "Give the shop's configuration a section `orders`."
        )
    }
}
