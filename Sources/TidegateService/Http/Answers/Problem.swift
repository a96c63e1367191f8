package import HTTPTypes
import Hummingbird
package import InventoryCore
import NIOCore

/// An error as RFC 9457 has it, with the code, the place and the hint that the command line shows.
package struct Problem: Hashable, Sendable {
    package let fault: Fault
    package let status: HTTPResponse.Status

    static let mediaType = "application/problem+json"

    package init(_ fault: Fault) {
        self.fault = fault
        status = Problem.statuses[fault.code] ?? Problem.status(of: fault.kind)
    }

    init(_ fault: Fault, status: HTTPResponse.Status) {
        self.fault = fault
        self.status = status
    }

    /// What a kind of trouble is answered with, where its code is not in `statuses`.
    static func status(of kind: Fault.Kind) -> HTTPResponse.Status {
        switch kind {
        case .usage: .badRequest
        case .badInput: .unprocessableContent
        case .inputMissing: .notFound
        case .unavailable: .badGateway
        case .internalError: .internalServerError
        case .cannotWriteState, .busy: .serviceUnavailable
        case .notPermitted: .forbidden
        case .badConfiguration: .internalServerError
        }
    }

    /// Codes that HTTP has a status of its own for.
    private static let statuses: [Fault.Code: HTTPResponse.Status] = [
        "unauthorized": .unauthorized,
        "bad_signature": .unauthorized, "missing_signature": .unauthorized,
        "stale_signature": .unauthorized, "bad_client_state": .unauthorized,
        // Ours to mend, and no reason for a sender to drop its hook.
        "bad_secrets": .serviceUnavailable,
        "unknown_source": .notFound, "unknown_shop": .notFound,
        "method_not_allowed": .methodNotAllowed,
        "body_too_slow": .requestTimeout,
        "run_not_held": .conflict, "plan_changed": .conflict, "run_not_of_source": .conflict,
        "uploads_not_taken": .conflict, "key_in_use": .conflict, "nothing_to_revert": .conflict,
        "key_reused": .unprocessableContent, "digest_differs": .unprocessableContent,
        "source_retired": .gone,
        "body_too_large": .contentTooLarge, "too_many_items": .contentTooLarge,
        "media_type_refused": .unsupportedMediaType, "unsupported_media_type": .unsupportedMediaType,
        "unsupported_version": .unsupportedMediaType,
        "too_many_requests": .tooManyRequests,
        "not_retried": .conflict, "exception_closed": .conflict, "orders_not_read": .conflict,
    ]

    /// After how many seconds the same request may succeed; nothing where it will not by waiting.
    var retrySeconds: Int? {
        switch status {
        case .tooManyRequests: 1
        case .serviceUnavailable: fault.kind == .cannotWriteState ? 30 : 5
        default: nil
        }
    }

    /// The problem as one JSON object; `rest` is written beside it.
    func json(and rest: (inout JSONLine) -> Void) -> [UInt8] {
        var line = JSONLine()
        line.object { line in
            line.field("type", "urn:tidegate:error:\(fault.code.rawValue)")
            line.field("title", status.reasonPhrase)
            line.field("status", status.code)
            line.field("detail", fault.message)
            line.field("code", fault.code.rawValue)
            line.field("hint", fault.hint)
            if !fault.place.isEmpty { line.field("place", fault.place) }
            if let number = fault.line { line.field("line", number) }
            rest(&line)
        }
        return line.bytes
    }

    var json: [UInt8] { json { _ in } }

    /// The answer.
    func response(and rest: (inout JSONLine) -> Void = { _ in }) -> Response {
        var headers: HTTPFields = [
            .contentType: Problem.mediaType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        ]
        if let retrySeconds { headers[.retryAfter] = "\(retrySeconds)" }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"tidegate\"" }
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json(and: rest)))
        )
    }
}

extension Fault {
    /// A body that is larger than it may be.
    static func tooLarge(_ bytesMax: Int) -> Fault {
        Fault(
            .usage,
            code: "body_too_large",
            message: "The body is larger than \(bytesMax) bytes.",
            hint: "Send less at once; a whole delivery goes to `/snapshots`."
        )
    }

    static func badParameter(_ name: String, _ message: String) -> Fault {
        Fault(
            .usage,
            code: "bad_parameter",
            place: name,
            message: message,
            hint: "See `/openapi.yaml` for what it takes."
        )
    }

    static func badBody(_ message: String, place: String = "") -> Fault {
        Fault(
            .usage,
            code: "bad_body",
            place: place,
            message: message,
            hint: "Send one JSON object with the fields that `/openapi.yaml` names."
        )
    }
}
