import Crypto
import HTTPTypes
import Hummingbird
import InventoryCore
import NIOCore
import TidegatePipeline
import TidegateSettings

/// Stock events (spec, service, 2).
struct EventRoutes: Sendable {
    let desk: ServiceDesk

    private static let path = "/v1/shops/{shop}/sources/{source}/events"
    private static let hook = "/v1/hooks/{shop}/{source}/{token}"
    static let bodyBytesMax = 8 << 20
    /// Rejections that are told; the tally counts all the others by their absence.
    static let rejectedMax = 1_000

    var routes: [Route] {
        [
            Route(.post, EventRoutes.path, .events, query: ["validationToken"]) { call in
                try await take(call, isHook: false)
            },
            // A question about consent comes before there is anything to prove.
            Route(.options, EventRoutes.path, nil, query: nil) { call in
                try await handshake(call, isHook: false)
            },
            Route(.post, EventRoutes.hook, .events, query: nil, isHook: true) { call in
                try await take(call, isHook: true)
            },
            Route(.options, EventRoutes.hook, .events, query: nil, isHook: true) { call in
                try await handshake(call, isHook: true)
            },
        ]
    }

    /// The source, how it sends events, and who takes them.
    private func parts(
        _ call: Call,
        isHook: Bool
    ) throws(Fault) -> (any ShopService, SourceSettings, EventSettings, EventPort) {
        let (shop, source) = try desk.source(call)
        guard let events = source.events, let port = desk.events[shop.id] else {
            throw Fault(
                .inputMissing,
                code: "no_events",
                message: "The source \(source.id) sends no events.",
                hint: "Give it a section `events`."
            )
        }
        guard !isHook || events.takesURLToken else {
            throw Fault(
                .inputMissing,
                code: "no_hook",
                message: "The source \(source.id) has no address of its own.",
                hint: "Set `events.url_token: true`, or send to `/events` with the token in the header."
            )
        }
        return (shop, source, events, port)
    }

    private func eventCall(
        _ call: Call,
        _ body: [UInt8],
        _ parts: (any ShopService, SourceSettings, EventSettings, EventPort),
        isHook: Bool
    ) -> EventCall {
        var headers: [String: [String]] = [:]
        for field in call.headers {
            headers[field.name.canonicalName, default: []].append(field.value)
        }
        // Nobody beyond this point needs it.
        headers["authorization"] = nil
        return EventCall(
            shop: parts.0.id,
            source: parts.1,
            events: parts.2,
            method: call.request.method.rawValue,
            contentType: call.headers[.contentType],
            headers: headers,
            query: call.query,
            body: body,
            receivedAt: call.now,
            isHook: isHook
        )
    }

    // MARK: handshakes

    private func handshake(_ call: Call, isHook: Bool) async throws -> Response {
        // Status is not consent: a sender looks for the header. What is not there looks like what does not
        // consent.
        let refusal = Response(status: .noContent, headers: [.allow: "POST, OPTIONS"])
        let known: (any ShopService, SourceSettings, EventSettings, EventPort)
        do throws(Fault) {
            known = try parts(call, isHook: isHook)
        } catch {
            return refusal
        }
        let event = eventCall(call, [], known, isHook: isHook)
        return try await known.3.handshake(event).map { EventRoutes.response($0) } ?? refusal
    }

    private static func response(_ reply: EventReply) -> Response {
        var headers: HTTPFields = [.cacheControl: "no-store", .xContentTypeOptions: "nosniff"]
        headers[.contentType] = reply.contentType
        for (name, value) in reply.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: HTTPResponse.Status(code: reply.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
        )
    }

    // MARK: events

    private func take(_ call: Call, isHook: Bool) async throws -> Response {
        let parts = try parts(call, isHook: isHook)
        let (shop, source, events, port) = parts
        // Of a key that everybody has, each source has a bucket of its own.
        try desk.rates.take("\(call.caller.id)/\(shop.id)/\(source.id)")
        try EventRoutes.refusePacked(call)
        let body = try await call.bytes(max: EventRoutes.bodyBytesMax)
        let event = eventCall(call, body, parts, isHook: isHook)
        if let reply = try await port.handshake(event) { return EventRoutes.response(reply) }
        try await port.verify(event)
        guard let key = try EventRoutes.key(call) else {
            return try EventRoutes.response(try await answer(event, port, shop), events)
        }
        let name = IdempotencyKeys.Name(caller: call.caller.id, shop: shop.id, source: source.id, key: key)
        let digest = Array(SHA256.hash(data: body))
        if case .known(let answer) = try desk.keys.begin(name, digest: digest) {
            var response = try EventRoutes.response(answer, events)
            response.headers[.idempotentReplayed] = "true"
            return response
        }
        do {
            let answer = try await answer(event, port, shop)
            desk.keys.end(name, digest: digest, with: answer)
            return try EventRoutes.response(answer, events)
        } catch {
            desk.keys.end(name, digest: digest, with: nil)
            throw error
        }
    }

    /// Has the body read and stored.
    ///
    /// A lenient source hears of bad input as of bad items, since its sender drops the hook on an error.
    private func answer(_ event: EventCall, _ port: EventPort, _ shop: any ShopService) async throws
        -> EventAnswer
    {
        let answer: EventAnswer
        do {
            answer = try await port.take(event)
        } catch let fault as Fault where event.events.answers == .lenient && fault.isOfInput {
            var tally = ReceivedEvents(batch: "")
            tally.rejected = [EventRejection(index: 0, code: fault.code, detail: fault.sentence)]
            answer = .taken(tally)
        } catch let fault as Fault where fault.kind == .badInput && Problem(fault).status.code == 422 {
            // What cannot be read at all is no matter of its meaning.
            throw Unreadable(fault: fault)
        }
        guard case .taken(let tally) = answer else { return answer }
        if tally.accepted + tally.parked > 0 { shop.eventsReceived(event.source.id) }
        if event.events.answers == .lenient, !tally.rejected.isEmpty {
            try await port.note(event, tally.rejected)
        }
        return answer
    }

    /// Unpacking could make more of a body than its bounds allow.
    static func refusePacked(_ call: Call) throws(Fault) {
        guard let encoding = call.headers[.contentEncoding], encoding.lowercased() != "identity" else {
            return
        }
        throw Fault(
            .usage,
            code: "unsupported_media_type",
            place: "Content-Encoding",
            message: "Events are taken as they are, and not packed.",
            hint: "Send them unpacked; packed deliveries go to `/snapshots`."
        )
    }

    static func key(_ call: Call) throws(Fault) -> String? {
        guard let key = call.headers[.idempotencyKey] ?? call.headers[.webhookID] else { return nil }
        guard (1...IdempotencyKeys.keyBytesMax).contains(key.utf8.count) else {
            throw .badParameter(
                "Idempotency-Key",
                "A key has 1 to \(IdempotencyKeys.keyBytesMax) bytes."
            )
        }
        return key
    }

    private static func response(_ answer: EventAnswer, _ events: EventSettings) throws(Fault) -> Response {
        switch answer {
        case .reply(let reply): return response(reply)
        case .taken(let tally):
            guard events.answers == .strict, tally.isAllRejected else {
                return Answer.object(status: .accepted) { $0.fields(tally) }
            }
            return noValidItem(tally)
        }
    }

    static func noValidItem(_ tally: ReceivedEvents) -> Response {
        let fault = Fault(
            .badInput,
            code: "no_valid_item",
            message: "None of the items can be used.",
            hint: "See `rejected` for each."
        )
        return Problem(fault).response { $0.rejections(tally) }
    }
}

/// A body that is answered with 400.
struct Unreadable: Error {
    let fault: Fault
}

extension Fault {
    /// Whether the sender's bytes are to blame, and not who sends them or how fast.
    var isOfInput: Bool {
        [.usage, .badInput].contains(kind) && [400, 415, 422].contains(Problem(self).status.code)
    }
}

extension JSONLine {
    fileprivate mutating func fields(_ tally: ReceivedEvents) {
        field("batch", tally.batch)
        field("accepted", tally.accepted)
        field("duplicate", tally.duplicate)
        field("stale", tally.stale)
        field("parked", tally.parked)
        rejections(tally)
    }

    mutating func rejections(_ tally: ReceivedEvents) {
        array("rejected") { line in
            for one in tally.rejected.prefix(EventRoutes.rejectedMax) {
                line.object { line in
                    line.field("index", one.index)
                    line.field("code", one.code.rawValue)
                    line.field("detail", one.detail)
                }
            }
        }
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name.own("Idempotency-Key")
    static let idempotentReplayed = HTTPField.Name.own("Idempotent-Replayed")
    static let webhookID = HTTPField.Name.own("Webhook-Id")
}
